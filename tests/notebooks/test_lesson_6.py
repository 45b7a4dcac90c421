"""What the sixth lesson says in words is so."""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

import nnwidgets as nnw
from tests.notebooks.lessons import number, printed, run_all

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: Mean squared errors that the article has.
ARTICLE = {"dense": 1.8e-14, "convolutional": 7.4e-16, "recurrent": 5.5e-8}
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
TARGETS = np.array([0, 1, 1, 0])


@pytest.fixture(scope="module")
def lesson() -> NotebookNode:
    return run_all("06-why-activations")


def numbers(line: str) -> list[float]:
    """Return all decimal numbers of a line."""
    return [float(text) for text in re.findall(r"[+-]?\d+\.\d*(?:e[+-]\d+)?", line)]


class TestAffineMaps:
    def test_product_collapse_and_fit_agree(self, lesson: NotebookNode) -> None:
        collapsed, fitted = printed(lesson)["chains"], printed(lesson)["descend"]

        assert len(collapsed) == len(fitted) == 5
        for one, other in zip(collapsed, fitted, strict=True):
            product, slope, intercept = numbers(one)
            assert product == slope
            assert numbers(other) == [slope, intercept]

    @pytest.mark.parametrize(("lr", "lands"), [(0.1, True), (1.2, False)])
    def test_descent_into_the_bowl(self, lr: float, lands: bool) -> None:
        x = np.random.default_rng(0).normal(size=100)
        line = nnw.Network(nnw.mlp([1, 1], seed=0), x[:, None], 0.3174 * x + 2.6466, loss="mse")
        trainer = nnw.Trainer(line, optimizer="sgd", lr=lr, batch_size=100)

        with nullcontext() if lands else pytest.warns(RuntimeWarning, match="diverged"):
            trainer.fit(200, progress=False)

        assert (line.loss < 1e-10) is lands

    def test_the_algebra(self, lesson: NotebookNode) -> None:
        by_hand, _, formula = printed(lesson)["algebra-numbers"][:3]

        w1, w2, b = numbers(formula.replace("− ", "-").replace("−", "-"))
        assert numbers(by_hand) == pytest.approx([w1, w2, b], abs=6e-5)

    def test_the_same_weights_without_tanh(self, lesson: NotebookNode) -> None:
        (line,) = printed(lesson)["answer-1"]

        collapsed, shown = np.array(numbers(line)).reshape(2, 2)
        np.testing.assert_allclose(collapsed, shown, atol=1.1e-4)

    def test_where_clouds_are_lost(self) -> None:
        X, labels = nnw.datasets.blobs4()
        model = nnw.mlp([2, 2, 1], "tanh", seed=16)
        trainer = nnw.Trainer(nnw.Network(model, X, labels), "adam", lr=0.01, batch_size=16, seed=0)
        trainer.fit(100, progress=False)
        with torch.no_grad():
            z = model[0](torch.tensor(X))

        def accuracies(alpha: float) -> list[float]:
            with torch.no_grad():
                said = model[2]((1 - alpha) * z.tanh() + alpha * z)[:, 0].numpy() > 0
            near = [np.abs(X - corner).max(1) < 0.5 for corner in CORNERS]
            return [float((said == labels)[cloud].mean()) for cloud in near]

        assert min(accuracies(0.15)) > 0.95
        assert accuracies(0.2)[1] < 0.05
        assert accuracies(0.2)[2] > 0.5
        for alpha in np.linspace(0.25, 1, 16):
            assert accuracies(alpha) == [1, 0, 0, 1]

    @pytest.mark.parametrize("cell", ARTICLE)
    def test_the_articles_errors_are_beaten(self, lesson: NotebookNode, cell: str) -> None:
        found: dict[str, list[list[float]]] = {"float32": [], "float64": []}
        dtype = ""
        for line in printed(lesson)[cell]:
            named = re.search(r"float(32|64)", line)
            dtype = named[0] if named else dtype
            if "r²" in line:
                found[dtype].append(numbers(line))

        assert len(found["float32"]) == len(found["float64"]) >= 2
        for r2, mse in found["float32"]:
            assert r2 >= 0.99999999999
            assert mse < ARTICLE[cell]
        for r2, mse in found["float64"]:
            assert r2 == 1
            assert mse < 1e-29

    def test_too_few_inputs_for_a_regression(self, lesson: NotebookNode) -> None:
        (line,) = printed(lesson)["answer-2"]

        assert 0.5 < number("r²", line) < 0.9

    def test_the_first_half_of_a_sequence_is_forgotten(self, lesson: NotebookNode) -> None:
        said = printed(lesson)["memory"]
        sizes = [numbers(line)[0] for line in said]

        assert [int(line.split()[1].strip(":")) for line in said] == [100, 99, 95, 90, 50, 1]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] > 0.1
        assert sizes[4] < 1e-9


class TestBends:
    def test_halfway(self, lesson: NotebookNode) -> None:
        mean, maximum = printed(lesson)["halfway"]

        assert numbers(mean) == [0.5, 0.5, 0.5]
        assert numbers(maximum) == [1, 1, 0.5]

    def test_max_pooling_is_refused_with_a_witness(self, lesson: NotebookNode) -> None:
        fitted, refusal, expected, answered = printed(lesson)["maximum"]

        assert number("r²", fitted) < 0.5
        assert "'2' (MaxPool2d) bends it" in refusal
        gaps = np.abs(np.subtract(numbers(expected), numbers(answered)))
        assert gaps.max() > 0.02
        assert gaps.max() <= number("differ by", refusal) + 1e-3

    def test_relus_that_bend_far_away(self, lesson: NotebookNode) -> None:
        (fitted,), (refusal,) = printed(lesson)["far"], printed(lesson)["answer-3"]

        assert number("r²", fitted) == 1
        assert refusal.startswith("1 ReLU bends at inputs as large as")
        assert numbers(refusal)[0] > 50

    def test_bends_that_undo_each_other(self, lesson: NotebookNode) -> None:
        text = "\n".join(printed(lesson)["answer-6"])

        assert "measured and not proven" in text
        assert "y₁ = 1 x₁ + 0 x₂ + 0" in text
        with pytest.raises(nnw.NotAffine):
            nnw.collapse(torch.nn.LeakyReLU(0.99), 2)
        assert nnw.collapse(torch.nn.LeakyReLU(1.0), 2).by == "structure"


def many(activation: str, steps: int, hidden: int = 4) -> torch.Tensor:
    """Return the least loss that each of a hundred networks of the lesson has had."""
    models = [nnw.mlp([2, hidden, 1], activation, seed=seed) for seed in range(100)]
    W1, b1, W2, b2 = (
        torch.stack(same).detach().requires_grad_()
        for same in zip(*(model.parameters() for model in models), strict=True)
    )
    bend, X = models[0][1], torch.tensor(CORNERS, dtype=torch.float32).expand(100, 4, 2)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    least = torch.full((100,), torch.inf)
    for _ in range(steps):
        a = bend(torch.baddbmm(b1[:, None], X, W1.mT))
        out = torch.baddbmm(b2[:, None], a, W2.mT)[..., 0]
        losses = ((out - torch.tensor(TARGETS)) ** 2).mean(1)
        least = torch.minimum(least, losses.detach())
        optimizer.zero_grad()
        losses.sum().backward()
        optimizer.step()
    return least


@pytest.fixture
def one_thread() -> object:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class TestXor:
    def test_the_best_line_says_half(self) -> None:
        columns = np.column_stack([CORNERS, np.ones(4)])
        best, *_ = np.linalg.lstsq(columns, TARGETS, rcond=None)

        np.testing.assert_allclose(columns @ best, 0.5)
        assert np.mean((columns @ best - TARGETS) ** 2) == pytest.approx(0.25)

    def test_linear_ends_at_a_quarter_and_the_others_solve_it(self, lesson: NotebookNode) -> None:
        linear, sigmoid, relu = printed(lesson)["three"]

        assert linear.endswith("steps, loss 0.250000, answers [0.5 0.5 0.5 0.5]")
        for line in (sigmoid, relu):
            loss, *answers = numbers(line)
            assert loss <= 1e-5
            np.testing.assert_allclose(answers, TARGETS, atol=0.01)
        assert int(relu.split()[1]) < 0.55 * int(sigmoid.split()[1])

    def test_two_units_by_hand(self, lesson: NotebookNode) -> None:
        assert printed(lesson)["answer-4"] == ["loss 0.0"]

    def test_of_a_hundred(self, lesson: NotebookNode) -> None:
        said = printed(lesson)["hundred"]
        solved = {line.split(":")[0].strip(): int(line.split()[1]) for line in said[::2]}

        assert solved["linear"] == 0
        assert 80 <= solved["sigmoid"] < 100
        assert 60 <= solved["relu"] <= 72
        ends = re.findall(r"([\d.]+) \((\d+)\)", said[5])
        assert {end for end, _ in ends} == {"0.125", "0.167", "0.250"}
        assert sum(int(n) for _, n in ends) == 100 - solved["relu"]

    @pytest.mark.usefixtures("one_thread")
    def test_smooth_bends_solve_it_from_every_seed(self) -> None:
        assert (many("sigmoid", 5000) < 1e-5).all()
        assert (many("tanh", 1000) < 1e-5).all()

    @pytest.mark.usefixtures("one_thread")
    def test_what_helps(self) -> None:
        assert 90 <= (many("relu", 1000, hidden=8) < 1e-5).sum() < 100
        assert (many("relu", 1000, hidden=16) < 1e-5).all()
        assert (many("leaky_relu", 1000) < 1e-5).sum() > 75

    def test_the_unlucky_one_bends_nowhere(self, lesson: NotebookNode) -> None:
        end, *units = printed(lesson)["unlucky"]

        assert end == "loss 0.250000 after 1000 steps, answers [0.5 0.5 0.5 0.5]"
        assert [line.split("on for ")[1] for line in units] == [
            f"{n} of 4 points" for n in (4, 0, 0, 4)
        ]

    @pytest.mark.parametrize(
        ("unit", "weight", "bias"),
        [(1, (0.49, -0.08), -0.25), (2, (-0.38, -0.07), 0.2), (0, (-0.04, -0.09), 0.06)],
    )
    def test_one_line_between_the_points_wakes_it(
        self, unit: int, weight: tuple[float, float], bias: float
    ) -> None:
        net = nnw.Network(nnw.mlp([2, 4, 1], "relu", seed=6), CORNERS, TARGETS, loss="mse")
        trainer = nnw.Trainer(net, lr=0.01, batch_size=4, stop={"loss": 1e-5})
        trainer.fit(1000, progress=False)
        assert net.loss == pytest.approx(0.25)

        weights = net.weights
        weights["0.weight"][unit], weights["0.bias"][unit] = weight, bias
        net.weights = weights
        trainer.fit(2000, progress=False)

        assert net.loss < 1e-5

    @pytest.mark.parametrize(("seed", "loss", "right"), [(25, 1 / 6, 1), (33, 1 / 8, 2)])
    def test_where_others_end(self, seed: int, loss: float, right: int) -> None:
        model = nnw.mlp([2, 4, 1], "relu", seed=seed)
        net = nnw.Network(model, CORNERS, TARGETS, loss="mse")
        nnw.Trainer(net, lr=0.01, batch_size=4).fit(1000, progress=False)

        assert net.loss == pytest.approx(loss, abs=1e-4)
        with torch.no_grad():
            answers = model(torch.tensor(CORNERS, dtype=torch.float32))[:, 0].numpy()
        close = np.abs(answers - TARGETS) < 0.02
        assert close.sum() == right
        np.testing.assert_allclose(answers[~close], TARGETS[~close].mean(), atol=0.02)


def test_the_tasks_are_solved_by_their_answers(lesson: NotebookNode) -> None:
    assert printed(lesson)["grades"] == [
        "Two lines: solved False, attempts 0, hints 0",
        "Three units: solved False, attempts 0, hints 0",
    ]
    by_hand, few = printed(lesson)["answer-5"]
    assert by_hand == "two lines: True"
    assert few.startswith("three units: True, loss 0.0000")
