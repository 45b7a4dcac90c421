"""The seat from which a network is trained: there is one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from nnwidgets.training._rest import Rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnwidgets.training.trainer import Trainer


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
