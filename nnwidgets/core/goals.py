"""What a task asks of a network: conditions that can be read off it, each with its progress."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from nnwidgets import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnwidgets.core.problem import Problem, Score


@dataclass(frozen=True)
class Case:
    """What is judged.

    Attributes
    ----------
    problem : Problem
    score : Score
        In float64, on the data of the task.
    parameters : ndarray, shape (size,)
        Of the moment of the score.
    batches : int
        How many it was trained for since the start.
    subject : object
        What a function of the teacher's is called with: the network.
    """

    problem: Problem
    score: Score
    parameters: NDArray[Any]
    batches: int
    subject: object


@dataclass(frozen=True)
class Reading:
    """How far one condition is met: in words, as a number where there is one, and from 0 to 1."""

    label: str
    text: str
    value: float | None
    met: bool
    share: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain numbers and text, of which JSON can be made."""
        return asdict(self)


class Goal(Protocol):
    """A condition."""

    @property
    def label(self) -> str:
        """What is asked, in a few words."""

    def read(self, case: Case) -> Reading:
        """Say how far a network meets it."""


@dataclass(frozen=True)
class AccuracyAtLeast:
    """The share of samples classified rightly is at least so much."""

    least: float

    @property
    def label(self) -> str:
        """What is asked."""
        if self.least == 1:
            return words.Text("all samples right")
        return words.Text("accuracy at least {share}", share=f"{self.least:.1%}")

    def read(self, case: Case) -> Reading:
        """Compare the accuracy."""
        value = case.score.accuracy
        assert value is not None  # tasks of regressions are refused
        # A share of whole samples: 0.9 of 10 are 9, whatever 9 / 10 rounds to.
        met = value >= self.least - 1e-12
        return Reading(self.label, f"{value:.1%}", value, met, _bounded(value / self.least))


@dataclass(frozen=True)
class LossBelow:
    """The loss is below a threshold.

    Progress is on a logarithmic scale, from the loss at the start.
    """

    below: float
    start: float

    @property
    def label(self) -> str:
        """What is asked."""
        return words.Text("loss below {number}", number=f"{self.below:g}")

    def read(self, case: Case) -> Reading:
        """Compare the loss."""
        value = case.score.loss
        met = value < self.below  # false of NaN
        return Reading(self.label, f"{value:.4g}", _finite(value), met, self._share(value, met))

    def _share(self, value: float, met: bool) -> float:
        if met:
            return 1.0
        if not (self.start > self.below and 0 < value < math.inf):
            return 0.0
        return _bounded(math.log(self.start / value) / math.log(self.start / self.below))


@dataclass(frozen=True)
class UnitsAtMost:
    """There are so many hidden units at most, in all layers together."""

    most: int

    @property
    def label(self) -> str:
        """What is asked."""
        if self.most == 1:
            return words.Text("at most 1 hidden unit")
        return words.Text("at most {n} hidden units", n=self.most)

    def read(self, case: Case) -> Reading:
        """Count them."""
        value = hidden_units(case.problem)
        if value is None:
            gone = words.Text("no stack of layers any more")
            return Reading(self.label, gone, None, False, 0.0)
        met = value <= self.most
        return Reading(self.label, str(value), value, met, 1.0 if met else self.most / value)


@dataclass(frozen=True)
class ByHand:
    """No training was used since the start."""

    @property
    def label(self) -> str:
        """What is asked."""
        return words.Text("by hand, without training")

    def read(self, case: Case) -> Reading:
        """Look whether it was trained."""
        count = case.batches
        text = words.Text("yes")
        if count == 1:
            text = words.Text("trained for 1 step: go back to the start")
        elif count:
            text = words.Text("trained for {n} steps: go back to the start", n=count)
        return Reading(self.label, text, float(count), count == 0, float(count == 0))


@dataclass(frozen=True, eq=False)
class Untouched:
    """What the task holds fixed has the values of the start."""

    references: tuple[str, ...]
    index: NDArray[np.int64]
    values: NDArray[Any]

    @property
    def label(self) -> str:
        """What is asked."""
        return words.Text("{names} as at the start", names=", ".join(self.references))

    def read(self, case: Case) -> Reading:
        """Compare them, bit for bit."""
        own = case.parameters
        same = len(own) > int(self.index.max()) and np.array_equal(own[self.index], self.values)
        text = words.Text("yes") if same else words.Text("changed")
        return Reading(self.label, text, None, same, float(same))


@dataclass(frozen=True)
class Check:
    """A function of the teacher's says so."""

    label: str
    function: Callable[[Any], object]

    def read(self, case: Case) -> Reading:
        """Call it: with a bool, or a pair of a bool and what is to be said."""
        try:
            answer = self.function(case.subject)
            met, text = answer if isinstance(answer, tuple) else (answer, None)
            met = bool(met)
        except Exception as error:  # noqa: BLE001  (told where the student can see it)
            return Reading(self.label, f"{type(error).__name__}: {error}", None, False, 0.0)
        own = words.Text("yes") if met else words.Text("not yet")
        said = own if text is None else str(text)
        return Reading(self.label, said, None, met, float(met))


def hidden_units(problem: Problem) -> int | None:
    """Return how many hidden units a stack of dense layers has in all; None of another model."""
    stack = problem.stack
    return None if stack is None else sum(layer.out_features for layer in stack.layers[:-1])


def _bounded(share: float) -> float:
    return min(1.0, max(0.0, share)) if math.isfinite(share) else 0.0


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
