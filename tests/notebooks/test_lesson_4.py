"""What the fourth lesson says in words is so."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

import nnwidgets as nnw
from tests.notebooks.lessons import number, printed, run_all

if TYPE_CHECKING:
    from nbformat import NotebookNode

RIGHT = {
    "z": 0.02,
    "ŷ": 0.504999833,
    "L": 0.043512549,
    "δ": -0.073742668,
    "dw₁": -0.036871334,
    "dw₂": -0.007374267,
    "db": -0.073742668,
}


@pytest.fixture(scope="module")
def lesson() -> NotebookNode:
    return run_all("04-by-hand")


class TestTheArticlesExample:
    def test_numpy_and_autograd_have_the_right_numbers(self, lesson: NotebookNode) -> None:
        said = printed(lesson)["by-autograd"]

        assert len(said) == len(RIGHT)
        for (name, right), line in zip(RIGHT.items(), said, strict=True):
            found = re.fullmatch(rf"{name} +NumPy +(\S+) +autograd +(\S+)", line)
            assert found, line
            for value in found.groups():
                assert float(value) == pytest.approx(right, abs=6e-7)

    def test_each_printed_number_is_off(self, lesson: NotebookNode) -> None:
        said = printed(lesson)["printed"]

        assert len(said) == 6
        for line in said:
            times = number("off by +", line)
            assert abs(times - 1) > 0.01, line

    def test_what_follows_from_what(self, lesson: NotebookNode) -> None:
        y, loss, delta, gradients = printed(lesson)["follow"]

        assert y.startswith("σ(0.35) = 0.5866")
        assert loss == "(0.59 - 0.8)² = 0.0441, half of it 0.0221"
        assert "= -0.0508, not" in delta
        assert gradients == "-0.1148 · 0.5 = -0.0574, -0.1148 · 0.1 = -0.0115"

    def test_a_nudge_tells_the_right_gradient_from_the_printed_one(
        self, lesson: NotebookNode
    ) -> None:
        (line,) = printed(lesson)["nudge"]

        assert line == ("the loss over w₁ rises by -0.036871: by hand -0.036871, printed -0.0574")

    def test_a_large_weight_leaves_the_gradient_negative(self) -> None:
        z = 0.3 * 0.5 + 5 * 0.1 - 0.2

        assert z == pytest.approx(0.45)
        assert 1 / (1 + np.exp(-z)) == pytest.approx(0.611, abs=5e-4)
        assert 1 / (1 + np.exp(-np.log(4))) == pytest.approx(0.8)


class TestTwoLayers:
    def test_sgd_does_what_the_formula_says(self, lesson: NotebookNode) -> None:
        (line,) = printed(lesson)["sgd"]

        assert "is what SGD does: True" in line
        assert number("loss", line) > number("before,", line)

    def test_one_point_is_learned_by_heart(self) -> None:
        net = nnw.Network(nnw.mlp([2, 2, 1], "tanh", seed=16), *nnw.datasets.blobs4(n=40))
        view = nnw.ForwardBackward(net, sample=3, lr=0.5)
        losses = []
        for _ in range(40):
            found = view._results(3)
            losses.append(found["loss"][0])
            names = {"W1": "0.weight", "b1": "0.bias", "W2": "2.weight", "b2": "2.bias"}
            net.weights = {name: found[step] for step, name in names.items()}

        assert all(later < before for before, later in pairwise(losses))
        assert losses[10] < 0.35 * losses[0]
        assert losses[-1] < 0.05


class TestTheExercise:
    def test_nothing_is_answered_yet(self, lesson: NotebookNode) -> None:
        (line,) = printed(lesson)["answers"]

        assert line == "0% of 27 questions"

    def test_the_answers_are_those_that_it_asks_for(self, lesson: NotebookNode) -> None:
        said = printed(lesson)["answer-1"]
        code = next(cell.source for cell in lesson.cells if cell.id == "you-try")
        names: dict[str, object] = {"nnw": nnw}
        exec(code, names)
        exercise = names["exercise"]
        assert isinstance(exercise, nnw.ForwardBackward)

        found = exercise._results(0)

        for step, name in {"dW1": "0.weight", "db2": "2.bias"}.items():
            line = next(line for line in said if line.startswith(name))
            np.testing.assert_allclose(
                np.array(eval(line.removeprefix(name))), found[step], atol=6e-5
            )
        assert len(exercise.questions) == 27
