"""Which parameters are under a reader's finger: each page has hands of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnwidgets.widgets import _clock

if TYPE_CHECKING:
    from nnwidgets.core.problem import Problem

#: What is held is let go when nothing was heard of it for so many seconds: the page may be gone.
HOLD = 3.0
#: Pages that can hold something at once; the one that was heard longest ago lets go.
PAGES = 16


@dataclass
class _Hand:
    index: tuple[int, ...]
    revision: int
    heard: float


class Hands:
    """Keeps `Problem.held` at what all pages hold together.

    Parameters
    ----------
    problem
        Whose parameters are held.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._hands: dict[int, _Hand] = {}
        self._watching = False  # one timer for all hands, however often they are heard

    def hold(self, page: int, index: tuple[int, ...], revision: int) -> None:
        """Have `page` hold these, and nothing else.

        Raises
        ------
        Outdated
            Where they are entries of another structure than that of now.
        """
        with self._problem.turn:
            self._problem.check_revision(revision)
            self._hands.pop(page, None)
            if index:
                while len(self._hands) >= PAGES:
                    del self._hands[next(iter(self._hands))]
                self._hands[page] = _Hand(index, revision, 0.0)
            self._mark()
        self.keep(page)

    def keep(self, page: int) -> None:
        """The page was heard: what it holds it goes on holding."""
        with self._problem.turn:
            hand = self._hands.pop(page, None)
            if hand is None:
                return
            self._hands[page] = hand  # the newest is the last
            hand.heard = _clock.FRAMES.now()
            if not self._watching:
                self._watch()

    def let_go(self) -> None:
        """Take from their hands what pages hold that are silent."""
        with self._problem.turn:
            since = _clock.FRAMES.now() - HOLD
            silent = [page for page, hand in self._hands.items() if hand.heard <= since]
            for page in silent:
                del self._hands[page]
            if silent:
                self._mark()
            self._watching = False
            if self._hands:
                self._watch()

    def _watch(self) -> None:
        self._watching = True
        longest = min(hand.heard for hand in self._hands.values())
        _clock.FRAMES.call_at(longest + HOLD, self.let_go)

    def _mark(self) -> None:
        held, revision = self._problem.held, self._problem.revision
        held[:] = False
        for hand in self._hands.values():
            if hand.revision == revision:  # else it holds entries that are gone
                held[list(hand.index)] = True
