"""Loss and accuracy, worked out when somebody asks and not twice for the same parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnwidgets.core.problem import Problem, Score


class Latest:
    """The score on all training data and the parameters it is of.

    Parameters
    ----------
    problem : Problem
        What is evaluated.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._score: Score | None = None
        self._parameters: NDArray[Any] | None = None

    @property
    def known(self) -> bool:
        """Whether there is a score, which needs no pass over the data."""
        return self._score is not None

    def set(self, score: Score, parameters: NDArray[Any]) -> None:
        """Take a score as it was given or just worked out."""
        self._score, self._parameters = score, parameters

    def forget(self) -> None:
        """The parameters or the data are others now."""
        self._score = None

    def get(self) -> Score:
        """The score, worked out if it was forgotten."""
        score = self._score
        if score is None:
            with self._problem.turn:
                score = self._problem.evaluate("train")
                self.set(score, self._problem.parameters.read())
        return score

    def of_now(self) -> Score:
        """The score, worked out also if code of the user's own moved the parameters since."""
        with self._problem.turn:
            now = self._problem.parameters.read()
            if self._parameters is None or not np.array_equal(self._parameters, now):
                self.forget()
            return self.get()
