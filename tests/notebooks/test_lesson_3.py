"""What the third lesson says in words is so."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import nnwidgets as nnw
from tests.notebooks.lessons import number, outputs, printed, run_all

if TYPE_CHECKING:
    from nbformat import NotebookNode


@pytest.fixture(scope="module")
def lesson() -> NotebookNode:
    return run_all("03-inside-a-network")


@cache
def data() -> tuple[nnw.datasets.Dataset, nnw.datasets.Dataset]:
    return nnw.datasets.digits().split(0.25, seed=0)


@cache
def trained() -> nnw.Network:
    """Train the network as the lesson does."""
    train, test = data()
    net = nnw.Network(nnw.mlp([64, 64, 32, 10], "relu", seed=0), train, test=test)
    nnw.Trainer(net, optimizer="adam", lr=0.003, batch_size=32).fit(30, progress=False)
    return net


def logits() -> torch.Tensor:
    net = trained()
    with torch.no_grad():
        return net.run.problem.model(torch.tensor(data()[1].X))


def percent(line: str) -> list[float]:
    return [float(share) for share in re.findall(r"([\d.]+) ?%", line)]


class TestScaling:
    def test_what_the_scalers_learned_is_what_numpy_says(self, lesson: NotebookNode) -> None:
        train, test = data()
        X, unseen = 16.0 * train.X.astype(float), 16.0 * test.X.astype(float)
        said = printed(lesson)["scalers"]

        assert all("constant features [0, 32, 39]" in line for line in said[:2])
        assert np.flatnonzero(X.std(axis=0) == 0).tolist() == [0, 32, 39]
        for line, pixel in zip(said[2:5], (20, 32, 36), strict=True):
            assert number("mean", line) == pytest.approx(X[:, pixel].mean(), abs=0.006)
            wanted = X[:, pixel].std() or 1.0
            assert number("deviation", line) == pytest.approx(wanted, abs=0.006)
        scale = np.where(X.std(axis=0) > 0, X.std(axis=0), 1)
        highest = ((unseen - X.mean(axis=0)) / scale).max()
        assert number("up to", said[6]) == pytest.approx(highest, abs=0.06)
        assert round(highest) == 21
        assert 1 < number("up to", said[5]) < 1.2

    def test_the_race_goes_as_told(self, lesson: NotebookNode) -> None:
        scanned, unit, standard = printed(lesson)["scaling-race"]

        early = [number("loss", line) for line in (scanned, unit, standard)]
        late = [number("epochs,", line) for line in (scanned, unit, standard)]
        most = [number("at most", line) for line in (scanned, unit, standard)]
        assert early[1] > 4 * early[2]
        assert early[1] > 4 * early[0]  # slow
        assert most[0] > 10 * early[0]  # thrown far back
        assert most[2] < early[2]  # steady
        assert late[2] < late[1]

    def test_with_adam_all_three_learn_it(self) -> None:
        train, _ = data()
        with pytest.warns(UserWarning, match="constant features"):
            standard = nnw.Standardizer().fit_transform(16 * train.X)
        for X in (16 * train.X, train.X, standard):
            net = nnw.Network(nnw.mlp([64, 64, 32, 10], "relu", seed=0), X, train.y)
            nnw.Trainer(net, lr=0.003, batch_size=32).fit(10, progress=False)
            assert net.accuracy is not None
            assert net.accuracy > 0.95


class TestOnePass:
    def test_it_begins_near_ln_10(self, lesson: NotebookNode) -> None:
        said = printed(lesson)["graph"][0]

        assert said.startswith(f"{64 * 65 + 32 * 65 + 10 * 33} weights")
        assert number("loss", said) == pytest.approx(math.log(10), abs=0.02)

    def test_picture_0_is_a_0_and_taken_for_a_9(self) -> None:
        train, _ = data()
        with torch.no_grad():
            outputs = nnw.mlp([64, 64, 32, 10], "relu", seed=0)(torch.tensor(train.X[:1]))
        p = F.softmax(outputs, 1)[0]

        assert train.y[0] == 0
        assert (int(p.argmax()), round(float(p.max()), 2)) == (9, 0.12)

    def test_what_does_not_go_in_or_is_off_gets_nothing(self, lesson: NotebookNode) -> None:
        by_hand, dark, off, steps = printed(lesson)["trace-check"]

        assert by_hand.endswith("True")
        assert number("weights:", dark) == number("these:", off) == 0
        sizes = [float(value) for value in re.findall(r"[\d.]+\d", steps)]
        assert sizes[1] > 100 * sizes[0]
        assert sizes[2:] == [0.003, 0.003]

    def test_the_trace_is_a_table(self, lesson: NotebookNode) -> None:
        tables = [o.data["text/html"] for o in outputs(lesson) if "text/html" in o.get("data", {})]

        assert any("Trace of 1 sample, cross_entropy loss" in table for table in tables)


class TestTraining:
    def test_the_scores_are_torchs(self, lesson: NotebookNode) -> None:
        said, test_said = printed(lesson)["train"]

        train, test = data()
        wanted = F.cross_entropy(logits(), torch.tensor(test.y)).item()
        assert number("loss", test_said) == pytest.approx(wanted, abs=6e-4)
        right = float((logits().argmax(1).numpy() == test.y).mean())
        assert percent(test_said) == [pytest.approx(100 * right, abs=0.06)]
        assert percent(said)[0] > 99.5
        assert len(train.y) + len(test.y) == 1797

    def test_the_training_loss_goes_on_falling_and_the_test_loss_hardly(self) -> None:
        history = trained().history

        assert history.loss[30] < 0.7 * history.loss[21]
        assert history.test_loss[30] > 0.95 * history.test_loss[21]

    def test_the_gradients_of_the_layers_stay_together(self) -> None:
        train, test = data()
        untrained = nnw.Network(nnw.mlp([64, 64, 32, 10], "relu", seed=0), train, test=test)
        for net in (untrained, trained()):
            sizes = [np.sqrt((layer.weight_grad**2).mean()) for layer in nnw.trace(net).layers]
            assert max(sizes) < 10 * min(sizes)

    def test_some_units_are_never_on(self, lesson: NotebookNode) -> None:
        train, _ = data()
        x = torch.tensor(train.X)
        for line, linear in zip(printed(lesson)["dead"], (0, 2), strict=True):
            with torch.no_grad():
                a = torch.relu(trained().run.problem.model[linear](x))
            dead = int((a == 0).all(0).sum())
            assert dead > 0
            assert f"layer {linear}: {dead} of {a.shape[1]} units" in line
            assert percent(line) == [pytest.approx(100 * float((a > 0).float().mean()), abs=0.6)]
            x = a


class TestMistakes:
    def test_the_matrix_is_the_one_that_counting_gives(self, lesson: NotebookNode) -> None:
        _, test = data()
        pairs = list(zip(test.y.tolist(), logits().argmax(1).tolist(), strict=True))
        wrong = [pair for pair in pairs if pair[0] != pair[1]]
        first, *often, hardest = printed(lesson)["matrix"]

        assert first == f"{len(wrong)} of {len(test.y)} are wrong"
        wanted = sorted({pair for pair in wrong if wrong.count(pair) >= 2})
        assert often == [
            f"{wrong.count((digit, answer))} times a {digit} was taken for a {answer}"
            for digit, answer in wanted
        ]
        eights = [answer for digit, answer in pairs if digit == 8]
        assert hardest == f"hardest: 8, with {eights.count(8)} of {len(eights)} right"
        assert len(set(eights)) >= 4
        figure = next(cell for cell in lesson.cells if cell.id == "matrix").outputs[-1].data
        shown = figure["application/vnd.plotly.v1+json"]["data"][0]["text"]
        counts = np.frombuffer(_bytes(shown), shown["dtype"]).reshape(10, 10)
        assert [counts[i, j] for i in range(10) for j in range(10)] == [
            pairs.count((i, j)) for i in range(10) for j in range(10)
        ]

    def test_a_few_pictures_make_most_of_the_loss(self, lesson: NotebookNode) -> None:
        _, test = data()
        costs = F.cross_entropy(logits(), torch.tensor(test.y), reduction="none")
        share = float(costs.sort(descending=True).values[:10].sum() / costs.sum())
        (said,) = printed(lesson)["mistakes"]

        assert percent(said) == [pytest.approx(100 * share, abs=0.6)]
        assert share > 0.5
        worst = costs.sort(descending=True).indices[:3]
        p = logits().softmax(1)[worst].max(1).values
        assert (p > 0.95).all()  # sure of itself
        assert (logits().argmax(1)[worst] != torch.tensor(test.y)[worst]).all()  # and wrong


def _bytes(array: dict[str, str]) -> bytes:
    import base64

    return base64.b64decode(array["bdata"])


class TestNowYou:
    def test_units_make_the_difference(self, lesson: NotebookNode) -> None:
        two, four, eight, sixteen = map(percent, printed(lesson)["growing"])

        assert two[1] < 60 < four[1] < eight[1]
        assert eight[1] > 90
        assert sixteen[0] >= eight[0]
        assert sixteen[0] > 99

    def test_six_sigmoids_let_the_gradient_vanish(self, lesson: NotebookNode) -> None:
        smaller, accuracy = printed(lesson)["answer-1"]

        assert number("gradient is", smaller) > 1000
        assert percent(accuracy)[0] < 50
