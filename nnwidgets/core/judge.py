"""A network's score in double precision, on data that stay what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nnwidgets.core._threads import one_thread_if_small
from nnwidgets.core.landscape._copy import kept_random, private_copy
from nnwidgets.core.landscape._task import of_problem
from nnwidgets.core.problem import Score

if TYPE_CHECKING:
    from nnwidgets.core.problem import Problem


class Judge:
    """Scores a problem's model as it is, on the training data of when the judge was made.

    Points that are moved later do not count, and float32 rounding decides nothing: the model is
    copied, widened to float64 and called in evaluation mode. The user's own is only read.

    Parameters
    ----------
    problem : Problem
        It may train on meanwhile, and its layers and units may change.

    Examples
    --------
    >>> from nnwidgets.core.problem import Problem
    >>> problem = Problem(torch.nn.Linear(1, 1), [[0.0], [1.0]], [0.5, 2.5], loss="mse")
    >>> judge = Judge(problem)
    >>> problem.parameters.write([0, 1], [2.0, 0.5])
    >>> judge.score()
    Score(loss=0.0, accuracy=None)
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        task = of_problem(problem, "train", torch.float64)
        (self._X,), self._y = task.inputs, task.targets

    def score(self) -> Score:
        """Return loss and accuracy (None for a regression), computed in float64."""
        with self._problem.turn:
            model = private_copy(self._problem.model)
        loss = self._problem.loss
        work = self._problem.parameters.size * len(self._X)
        with torch.no_grad(), kept_random(self._X.device), one_thread_if_small(work):
            outputs = model.double()(self._X)
            return Score(float(loss(outputs, self._y)), loss.accuracy(outputs, self._y))
