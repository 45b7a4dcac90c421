"""Two sides measured in turns, and whether one is as much better as it was promised to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

import torch

Measure = Callable[[], float]

BUDGET = "the budget"  #: the other side where it is a number that must not be passed


@dataclass(frozen=True)
class Effort:
    """How much to measure.

    Attributes
    ----------
    smoke
        Only try whether everything runs and agrees: the times mean nothing.
    rounds
        How often each side is measured; None leaves it to the benchmark.
    """

    smoke: bool = False
    rounds: int | None = None

    def times(self, usual: int, smoke: int = 1) -> int:
        """Return how often to do something that is usually done so often."""
        return smoke if self.smoke else usual

    def turns(self, usual: int) -> int:
        """Return how many rounds to measure."""
        return 1 if self.smoke else self.rounds or usual


@dataclass(frozen=True)
class Quartiles:
    """The middle of what was measured, and where the middle half lies."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Quartiles:
        """Return the quartiles of one value or more."""
        if len(values) == 1:
            return cls(values[0], values[0], values[0])
        return cls(*quantiles(values, n=4, method="inclusive"))


@dataclass(frozen=True)
class Check:
    """Something that has to hold on any machine, such as two results agreeing."""

    text: str
    holds: bool


@dataclass(frozen=True)
class Comparison:
    """One line of the report: our side, the other side, and how many times ours is the better.

    Attributes
    ----------
    what
        What is measured.
    unit
        Of the numbers; less is better.
    ours, theirs
        As many numbers of each, measured in pairs. A budget is one number, again and again;
        nothing is there of a peer that is not to be had.
    against
        What the other side is.
    at_least
        The goal: what the median of theirs / ours was promised to be.
    checks
        What has to hold besides.
    notes
        What else was seen.
    timed
        False where the numbers are the same on every machine, however little time it is given.
    limit
        What no way of doing it could be better than, in the same unit, where that is known.
    limit_is
        What it is.
    """

    what: str
    unit: str
    ours: Sequence[float]
    theirs: Sequence[float]
    against: str
    at_least: float
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()
    timed: bool = True
    limit: Sequence[float] = ()
    limit_is: str = ""

    @property
    def ratios(self) -> list[float]:
        """How many times theirs is ours, pair by pair; none where there is no peer."""
        if not self.theirs:
            return []
        return [b / a for a, b in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> Quartiles:
        """The middle of them."""
        return Quartiles.of(self.ratios)

    @property
    def agrees(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)

    @property
    def reached(self) -> bool:
        """Whether the ratio is what was promised."""
        return self.ratio.middle >= self.at_least

    def verdict(self, effort: Effort) -> str:
        """Return "PASS" or "MISS", "NO PEER", or "RAN" where the times say nothing."""
        if not self.agrees:
            return "MISS"
        if not self.theirs:
            return "NO PEER"
        if self.timed and effort.smoke:
            return "RAN"
        return "PASS" if self.reached else "MISS"


def within(what: str, unit: str, ours: Sequence[float], budget: float, **more: Any) -> Comparison:
    """Return the comparison of what was measured with what it may be at most."""
    return Comparison(what, unit, ours, [budget] * len(ours), BUDGET, 1.0, **more)


def in_turns(
    ours: Measure, theirs: Measure, rounds: int, warm_up: int = 1
) -> tuple[list[float], list[float]]:
    """Measure both sides `rounds` times, in turns, each being the first in every other round."""
    for _ in range(warm_up):
        ours(), theirs()
    pairs = []
    for turn in range(rounds):
        if turn % 2 == 0:
            first = ours()
            pairs.append((first, theirs()))
        else:
            second = theirs()
            pairs.append((ours(), second))
    return [a for a, _ in pairs], [b for _, b in pairs]


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep torch to one thread, for both sides.

    Its pool brings nothing to networks this small, and on a machine that is busy with something
    else each call waits for it: a loop of small steps was seen to be twenty times slower.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
