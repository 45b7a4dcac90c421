"""What the second lesson says in words is so."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

import nnwidgets as nnw
from tests.notebooks.lessons import number, printed, run_all

if TYPE_CHECKING:
    from nbformat import NotebookNode


@pytest.fixture(scope="module")
def lesson() -> NotebookNode:
    return run_all("02-loss-surface")


@cache
def article() -> tuple[Any, Any, Any, Any]:
    """Return the article's training and test data as plain float64 columns."""
    data = nnw.datasets.piecewise_sine()
    order = np.random.RandomState(56).permutation(data.n)
    test, train = data.take(order[:3000]), data.take(order[3000:])
    columns = (train.X[:, 0], train.y, test.X[:, 0], test.y)
    return tuple(column.astype(float) for column in columns)  # type: ignore[return-value]


def loss(w1: float, w2: float) -> float:
    """Return the test loss by the formula that the lesson begins with."""
    _, _, x, y = article()
    return float(np.mean((w2 * np.tanh(w1 * x) - y) ** 2))


def raced(optimizer: str, start: tuple[float, float], lr: float, epochs: int) -> nnw.Network:
    """Train on the race's data as the lesson does."""
    rng = np.random.default_rng(0)
    x = rng.normal(0, 2, 400)
    y = 1.5 * np.tanh(0.7 * x) + rng.normal(0, 0.1, 400)
    model = nnw.mlp([1, 1, 1], bias=False)
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), start, strict=True):
            parameter.fill_(value)
    net = nnw.Network(model, x[:, None].astype("float32"), y.astype("float32"), loss="mse")
    nnw.Trainer(net, optimizer=optimizer, lr=lr, batch_size=400).fit(epochs, progress=False)
    return net


def place(net: nnw.Network) -> list[float]:
    return [float(array.item()) for array in net.weights.values()]


class TestTheArticlesNetwork:
    def test_the_lowest_place_is_at_the_rim(self, lesson: NotebookNode) -> None:
        size, here = printed(lesson)["grid"]

        assert size.startswith("6561 losses of 3000 points each")
        assert number(r"at \(-1, -1\):", here) == pytest.approx(loss(-1, -1), abs=0.006)
        assert "at (+0.10, -2.00)" in here
        axis = np.linspace(-2, 2, 81)
        lowest = min(loss(w1, w2) for w1 in axis for w2 in (-2.0, -1.95))
        assert number("lowest:", here.replace(",", "")) == pytest.approx(lowest, abs=0.006)

    @pytest.mark.parametrize(("w1", "w2"), [(-1.0, -1.0), (0.1, -2.0), (1.7, 0.3)])
    def test_every_place_has_a_twin(self, w1: float, w2: float) -> None:
        assert loss(w1, w2) == loss(-w1, -w2)

    def test_25_epochs_gain_less_than_one_per_cent(self, lesson: NotebookNode) -> None:
        said, mean = printed(lesson)["train"][-2:]

        before, after = number("test loss", said), number("before,", said)
        assert before == pytest.approx(loss(-1, -1), abs=0.006)
        assert 0.99 * before < after < before
        _, _, _, y = article()
        assert number("single bias:", mean) == pytest.approx(y.var(), abs=0.006)
        assert y.var() < 0.9 * after

    def test_the_two_sides_of_the_data_are_negative(self) -> None:
        x, y, _, _ = article()

        assert y[x < -3].mean() < 0 > y[x > 4].mean()

    def test_from_the_other_side_of_the_ridge_it_does_better(self) -> None:
        x, y, _, _ = article()
        ends = []
        for start in [(-1.0, -1.0), (-0.1, 0.5)]:
            model = nnw.mlp([1, 1, 1], bias=False)
            with torch.no_grad():
                model[0].weight.fill_(start[0])
                model[2].weight.fill_(start[1])
            net = nnw.Network(model, x[:, None].astype("float32"), y.astype("float32"), loss="mse")
            nnw.Trainer(net, optimizer="sgd", lr=0.01, batch_size=128).fit(25, progress=False)
            ends.append((place(net), net.loss))

        ((_, down), first), ((_, up), second) = ends
        assert down < 0 < up
        assert second < first


class TestTheMistakes:
    def test_the_difference_is_a_table(self, lesson: NotebookNode) -> None:
        assert printed(lesson)["broadcast"] == [
            "predictions (3000, 1) targets (3000,)",
            "difference (3000, 3000)",
        ]

    def test_shuffled_targets_make_no_difference_to_it(self, lesson: NotebookNode) -> None:
        given, shuffled = printed(lesson)["check"]

        assert number("-1\\):", given) == number("shuffled targets:", shuffled)


class TestTheRace:
    def test_momentum_wins_before_adam_and_sgd(self, lesson: NotebookNode) -> None:
        losses = [number("loss", line) for line in printed(lesson)["race-run"]]

        sgd, momentum, adam = losses
        assert momentum < 0.011 < adam < 0.03 < 0.08 < sgd

    @pytest.mark.parametrize(
        ("optimizer", "lr", "end"),
        [
            ("adam", 0.05, (0.69, 1.52)),
            ("sgd", 0.05, (-0.69, -1.52)),
            ("sgd", 0.5, (-0.69, -1.52)),
            ("sgd", 1.0, (0.69, 1.52)),
        ],
    )
    def test_where_the_answer_says_they_end(
        self, optimizer: str, lr: float, end: tuple[float, float]
    ) -> None:
        assert place(raced(optimizer, (-1.5, 2.0), lr, 400)) == pytest.approx(end, abs=0.05)

    def test_ten_times_the_rate_gets_as_far_in_a_tenth_of_the_epochs(self) -> None:
        slow, fast = (raced("sgd", (-1.5, 2.0), lr, n).loss for lr, n in [(0.05, 200), (0.5, 20)])

        assert fast < slow < 0.02


def test_two_directions_show_nearly_all_of_the_movement(lesson: NotebookNode) -> None:
    (line,) = printed(lesson)["pca"]

    first, second = (float(share.strip(" %")) for share in line.split(":")[1].split(","))
    assert first > 95
    assert first + second > 99
