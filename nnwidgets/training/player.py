"""A background thread that keeps to a speed and can be asked to stop."""

from __future__ import annotations

import atexit
import math
import threading
import time
import weakref
from typing import TYPE_CHECKING

from nnwidgets.training._checks import number

if TYPE_CHECKING:
    from collections.abc import Callable


_NAP = 3600.0  # seconds: a wait of centuries would overflow


class Player:
    """Runs one piece of work at a time in a daemon thread; knows nothing of training.

    The work asks `stopping` between its steps and calls `rest` after each whole round (an epoch).
    Nothing is done to let other threads in: torch gives the interpreter away in every operation,
    and a waiting thread was measured to get it within 2 ms, naps or not.

    Attributes
    ----------
    stopping : bool
        Whether the work should come to an end.
    """

    def __init__(self) -> None:
        self.stopping = False
        # Taken by itself, in C: the condition's own `with` may be interrupted before it lets go.
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._speed: float | None = None
        self._due = 0.0
        self._thread: threading.Thread | None = None
        _PLAYERS.add(self)

    @property
    def speed(self) -> float | None:
        """Most rounds a second; None for no limit. May be set while the work runs."""
        return self._speed

    @speed.setter
    def speed(self, speed: float | None) -> None:
        with self._lock:
            self._speed = speed
            self._due = time.monotonic()
            self._changed.notify_all()

    def start(self, work: Callable[[], None]) -> None:
        """Run `work` in a thread of its own, after `ready`. It must catch its own errors."""
        self._thread = threading.Thread(target=work, name="nnwidgets player", daemon=True)
        self._thread.start()

    def ready(self) -> None:
        """Forget an earlier `stop`: work begins, unless the process ends."""
        self.stopping = _ending.is_set()
        self._due = time.monotonic()

    def stop(self) -> None:
        """Ask the work to come to an end, and wake it if it rests."""
        with self._lock:
            self.stopping = True
            self._changed.notify_all()

    def join(self, timeout: float) -> None:
        """Wait until the thread, if there is one, has ended."""
        if self._thread is not None:
            self._thread.join(timeout)

    def rest(self) -> None:
        """Sleep until the next round is due at this speed, or somebody calls `stop`."""
        with self._lock:
            while not self.stopping and self._speed is not None:
                now = time.monotonic()
                due = self._due + 1 / self._speed
                if now < due:
                    self._changed.wait(min(due - now, _NAP))
                    continue
                # Keep to the beat, but do not hurry to make up for a round that took too long.
                self._due = max(due, now - 1 / self._speed)
                return


def checked_speed(speed: float) -> float | None:
    """Return `speed` as a float, None where it is infinite, or raise where it is no speed."""
    value = number("speed", speed)
    if isinstance(speed, bool) or not value > 0:
        raise ValueError(f"speed must be a number above 0 or None, got {speed!r}")
    return None if math.isinf(value) else value


_PLAYERS: weakref.WeakSet[Player] = weakref.WeakSet()
_ending = threading.Event()


@atexit.register
def stop_all() -> None:
    """Let no thread be in the middle of a torch call when the interpreter is taken down.

    Whoever trains in a thread of their own stops as well, and nothing begins any more; their
    threads are theirs to wait for.
    """
    _ending.set()
    for player in list(_PLAYERS):
        player.stop()
        player.join(timeout=2.0)
