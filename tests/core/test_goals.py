"""Conditions of tasks, and the score they are read off."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

import nnwidgets as nnw
from nnwidgets.core.goals import (
    AccuracyAtLeast,
    ByHand,
    Case,
    Check,
    Goal,
    LossBelow,
    Reading,
    UnitsAtMost,
    Untouched,
)
from nnwidgets.core.judge import Judge
from nnwidgets.core.problem import Problem, Score


@pytest.fixture
def problem() -> Problem:
    data = nnw.datasets.xor()
    return Problem(nnw.mlp([2, 3, 1], seed=0), data.X, data.y)


def reading(goal: Goal, problem: Problem, loss: float = 0.5, accuracy: float = 0.75) -> Reading:
    case = Case(problem, Score(loss, accuracy), problem.parameters.read(), 0, "the network")
    return goal.read(case)


class TestJudge:
    def test_computes_in_float64_what_float32_would_round(self) -> None:
        model = nn.Linear(1, 1)
        problem = Problem(model, [[1e-4], [0.3]], [0.1, 0.7], loss="mse")
        weight, bias = (p.item() for p in model.parameters())
        X, y = problem.data.X[:, 0].astype(float), problem.data.y.astype(float)
        exact = np.mean((weight * X + bias - y.ravel()) ** 2)
        assert Judge(problem).score().loss == pytest.approx(exact, rel=1e-14)
        assert problem.evaluate().loss != pytest.approx(exact, rel=1e-14)
        assert model.weight.dtype == torch.float32

    def test_keeps_to_the_data_of_its_beginning(self, problem: Problem) -> None:
        judge = Judge(problem)
        before = judge.score()
        problem.replace_data(problem.data.label(0, 1.0))
        assert judge.score() == before

    def test_calls_no_hook_of_the_user_and_draws_no_random_number(self, problem: Problem) -> None:
        judge, called = Judge(problem), []
        problem.model.register_forward_hook(lambda *_: called.append(1))
        torch.manual_seed(1)
        state = torch.get_rng_state()
        judge.score()
        assert called == []
        assert torch.equal(torch.get_rng_state(), state)


class TestReadings:
    def test_of_accuracy(self, problem: Problem) -> None:
        got = reading(AccuracyAtLeast(1.0), problem)
        assert (got.label, got.text, got.met, got.share) == (
            *("all samples right", "75.0%", False, 0.75),
        )
        assert reading(AccuracyAtLeast(0.75), problem).met

    @pytest.mark.parametrize(
        ("loss", "met", "share"),
        [
            (0.01, False, 1.0),
            (0.009999, True, 1.0),
            (1.0, False, 0.0),
            (0.1, False, 0.5),
            (5.0, False, 0.0),
            (math.nan, False, 0.0),
            (math.inf, False, 0.0),
        ],
    )
    def test_of_loss_are_on_a_logarithmic_scale(
        self, problem: Problem, loss: float, met: bool, share: float
    ) -> None:
        got = reading(LossBelow(0.01, start=1.0), problem, loss=loss)
        assert (got.met, got.share) == (met, pytest.approx(share))

    def test_of_units(self, problem: Problem) -> None:
        assert reading(UnitsAtMost(3), problem).met
        assert reading(UnitsAtMost(2), problem).text == "3"
        assert not reading(UnitsAtMost(2), problem).met
        flat = Problem(nnw.mlp([2, 1]), problem.data.X, problem.data.y)
        assert reading(UnitsAtMost(0), flat).met

    def test_of_training(self, problem: Problem) -> None:
        score, parameters = Score(0.5, 0.5), problem.parameters.read()
        assert ByHand().read(Case(problem, score, parameters, 0, None)).met
        trained = ByHand().read(Case(problem, score, parameters, 1, None))
        assert (trained.met, trained.text) == (
            False,
            "trained for 1 step: go back to the start",
        )

    def test_of_what_is_held_fixed(self, problem: Problem) -> None:
        index = problem.parameters.index("2.weight")
        goal = Untouched(("2.weight",), index, problem.parameters.read()[index])
        assert reading(goal, problem).met
        problem.parameters.write(index[:1], [9.0])
        assert reading(goal, problem).text == "changed"

    def test_of_a_function_are_what_it_says(self, problem: Problem) -> None:
        assert reading(Check("fine", lambda subject: subject == "the network"), problem).met
        pair = reading(Check("fine", lambda _: (False, "3 of 4")), problem)
        assert (pair.met, pair.text) == (False, "3 of 4")
        broken = reading(Check("fine", lambda _: 1 / 0), problem)
        assert (broken.met, broken.text) == (False, "ZeroDivisionError: division by zero")
