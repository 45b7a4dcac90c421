"""What training is doing, said to everybody who wants to hear of it."""

from __future__ import annotations

import threading
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nnwidgets import words
from nnwidgets.training._interrupts import Interrupts
from nnwidgets.training._status import Kind, Status, Subscriber, Subscribers, describe

if TYPE_CHECKING:
    from collections.abc import Callable


class Told:
    """A status, and those who are told of it and of every other change.

    Attributes
    ----------
    status : Status
        What training is doing. Never changed, only replaced.
    """

    def __init__(self) -> None:
        self.status = Status()
        self._subscribers = Subscribers()
        self._lock = threading.Lock()

    def subscribe(self, fn: Subscriber) -> Callable[[], None]:
        """Have `fn(kind)` called after each change; the answer ends that.

        Parameters
        ----------
        fn : callable
            Gets one of "parameters" (they moved, but not by a whole epoch), "epoch" (one was
            recorded, or the history was cleared), "data", "structure" (an activation was
            swapped), "status", "frozen" or "branch" (a run went back to an epoch). It is called
            by the thread that made the change, which waits, and without the turn: it should only
            make a note.
        """
        return self._subscribers.add(fn)

    def notify(self, kind: Kind) -> None:
        """Tell every subscriber. What one raises ends up in the status and stops nobody.

        An interrupt waits until all are told: one of them may hold a lock.
        """
        with Interrupts():
            errors = self._subscribers.tell(kind)
        if errors:
            trace = "".join(traceback.format_exception(errors[0]))
            message = words.Text("a subscriber failed: {why}", why=describe(errors[0]))
            self.replace_status(message=message, traceback=trace)
            if kind != "status":
                self.notify("status")

    def set_status(self, **changes: Any) -> None:
        """Replace fields of the status and tell everybody; nothing is told if nothing changes."""
        if self.replace_status(**changes):
            self.notify("status")

    def replace_status(self, **changes: Any) -> bool:
        """Replace fields of the status and tell nobody; answer whether anything is new."""
        with self._lock:
            before, self.status = self.status, replace(self.status, **changes)
            return self.status != before
