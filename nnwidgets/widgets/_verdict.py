"""The verdict on a task: what the network is now, held against what was asked."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnwidgets.core.goals import Case, Goal, Reading
from nnwidgets.widgets._attempts import Attempts
from nnwidgets.widgets._traffic import MOVING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnwidgets.core.data import Data
    from nnwidgets.core.judge import Judge
    from nnwidgets.core.state import Structure
    from nnwidgets.training.run import Run


@dataclass(frozen=True)
class Start:
    """The network when the task was set."""

    parameters: NDArray[Any]
    data: Data
    units: tuple[int, ...] | None
    structure: Structure

    def has(self, data: Data) -> bool:
        """Whether these are the data of then, whatever object they are."""
        own = self.data
        return np.array_equal(own.X, data.X) and np.array_equal(own.y, data.y)


class Verdict:
    """Reads the goals whenever something has changed, and counts attempts.

    Every method may be called from any thread.

    Parameters
    ----------
    run : Run
    judge : Judge
    goals : sequence of Goal
    start : Start
    subject : object
        What a teacher's function is given.
    """

    def __init__(
        self, run: Run, judge: Judge, goals: Sequence[Goal], start: Start, subject: object
    ) -> None:
        self._run, self._judge, self._goals = run, judge, goals
        self._start, self._subject = start, subject
        self._lock = threading.RLock()
        self._batches = run.batches
        self._changes = self._judged = self._rested = 0
        self._away = self._counted = False
        self.attempts = Attempts()
        self.readings, _ = self._read()

    @property
    def met(self) -> bool:
        """Whether all goals were met at the last look."""
        return all(reading.met for reading in self.readings)

    @property
    def moving(self) -> bool:
        """Whether a hand or training is at work."""
        return bool(self._run.problem.held.any()) or self._run.status.state in MOVING

    def changed(self) -> None:
        """Note that the network is another now."""
        self._changes += 1

    def look(self) -> None:
        """Read the goals, if anything has changed since they were read."""
        with self._lock:
            changes = self._changes
            if changes == self._judged:
                return
            self.readings, weights = self._read()
            self._judged, self._away = changes, weights is not None
            if self.met and self.attempts.weights is None and weights is not None:
                self.attempts.weights = weights
                self._count()  # at once, and not again when this gesture comes to rest

    def rest(self) -> None:
        """Count an attempt, if the network has come to rest elsewhere than before."""
        with self._lock:
            self.look()
            if self._judged != self._rested and self._away and not self._counted:
                self._count()
            self._rested, self._counted = self._judged, False

    def settle(self) -> None:
        """Bring everything up to date, as far as the network is at rest."""
        self.look()
        if not self.moving:
            self.rest()

    def _count(self) -> None:
        self.attempts.add(self.readings, self._run.epoch)
        self._counted = True

    def _read(self) -> tuple[list[Reading], dict[str, NDArray[Any]] | None]:
        """Return the readings, and the weights they are of; None where those are the start's."""
        run = self._run
        with run.problem.turn:
            parameters = run.problem.parameters.read()
            weights = run.problem.parameters.arrays()
            score = self._judge.score()
            begun = np.array_equal(parameters, self._start.parameters)
            if begun:
                self._batches = run.batches  # back at the start, what was trained is forgiven
            batches = run.batches - self._batches
        case = Case(run.problem, score, parameters, batches, self._subject)
        return [goal.read(case) for goal in self._goals], None if begun else weights
