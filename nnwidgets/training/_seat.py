"""The seat from which a network is trained: there is one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnwidgets.training.trainer import Trainer


class Rest:
    """Says when a trainer has left; threading.Event, but that an interrupt cannot break it.

    An Event takes its lock in Python code: Ctrl-C at the wrong moment of ``wait`` leaves it taken,
    and whoever trains could never say again that he has left.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._is_set = False

    def set(self) -> None:
        """Let all go on who wait, and who come later."""
        with self._lock:
            self._is_set = True
            self._changed.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Return True once it is set, False where that takes too long."""
        with self._lock:
            return self._changed.wait_for(lambda: self._is_set, timeout)


class Seat:
    """Which trainer is at work, and a way to wait until it is not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._trainer: Trainer | None = None
        # A new one for each who sits down: who waits for one must not wait for the next as well.
        self._free = Rest()
        self._free.set()

    def take(self, trainer: Trainer, prepare: Callable[[], object]) -> None:
        """Sit down.

        Parameters
        ----------
        trainer : Trainer
            It must call `leave` in the end.
        prepare : callable
            Called if the seat is free, before anybody can see who sits there.

        Raises
        ------
        RuntimeError
            When it is taken.
        """
        with self._lock:
            if self._trainer is not None:
                whose = "this trainer" if self._trainer is trainer else "another trainer"
                raise RuntimeError(
                    f"{whose} is training this network at the moment; call its pause() first"
                )
            prepare()
            self._trainer, self._free = trainer, Rest()

    def leave(self) -> None:
        """Get up, and let those go on who wait for that."""
        with self._lock:
            self._trainer = None
            self._free.set()

    def look(self) -> tuple[Trainer | None, Rest]:
        """Who sits there, if anybody, and what is set when that one has left."""
        with self._lock:
            return self._trainer, self._free
