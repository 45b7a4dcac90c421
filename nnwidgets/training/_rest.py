"""Waiting that Ctrl-C cannot break."""

from __future__ import annotations

import threading
from contextlib import suppress


class Rest:
    """Says when something has come to rest; threading.Event, but that an interrupt is harmless.

    An Event, and any Condition, gives its lock away and takes it back in Python code. Ctrl-C just
    there makes of it a RuntimeError, "release unlocked lock", or leaves the lock taken for ever.
    So whoever waits here waits on a lock of his own, in C, and has no other meanwhile.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[threading.Lock] = []
        self._is_set = False

    def set(self) -> None:
        """Let all go on who wait, and who come later."""
        with self._lock:
            self._is_set = True
            while self._waiting:
                self._waiting.pop().release()

    def wait(self, timeout: float | None = None) -> bool:
        """Return True once it is set, False where that takes longer than `timeout` seconds."""
        mine = threading.Lock()
        mine.acquire()
        with self._lock:
            if self._is_set:
                return True
            self._waiting.append(mine)
        try:
            return mine.acquire(timeout=-1 if timeout is None else _seconds(timeout))
        finally:
            with self._lock, suppress(ValueError):
                self._waiting.remove(mine)


def _seconds(timeout: float) -> float:
    """Return a time that a lock takes: it knows no negative one, and none of centuries."""
    return min(max(timeout, 0.0), threading.TIMEOUT_MAX)
