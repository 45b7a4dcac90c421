"""Time for the widgets: when something may run again, and the threads it runs on."""

from __future__ import annotations

import atexit
import heapq
import itertools
import logging
import threading
import time
import weakref
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds that the end of the process waits for what is being done.
_PATIENCE = 5.0

_clocks: weakref.WeakSet[ThreadClock] = weakref.WeakSet()

_log = logging.getLogger("nnwidgets")


class Clock(Protocol):
    """What needs the time takes it from one of these, so that tests can bring their own."""

    def now(self) -> float:
        """Seconds since some fixed moment."""

    def call_at(self, when: float, function: Callable[[], None]) -> None:
        """Call ``function`` at the given time, or soon after."""


class ThreadClock:
    """Calls functions one after another on a daemon thread that starts when first needed.

    Parameters
    ----------
    name
        The thread's name, as seen in a debugger.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._order = itertools.count()  # so that the heap never has to compare functions
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        # Taken by itself, in C: the condition's own `with` may be interrupted before it lets go.
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._thread: threading.Thread | None = None
        self._ended = False
        _clocks.add(self)

    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    def call_at(self, when: float, function: Callable[[], None]) -> None:
        """Call ``function`` on the thread; an exception goes to the log and stops nothing."""
        with self._lock:
            if self._ended:
                return
            heapq.heappush(self._heap, (when, next(self._order), function))
            if self._thread is None or not self._thread.is_alive():  # not alive: after a fork
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._changed.notify()

    def end(self) -> None:
        """Call nothing any more, once what is being called has ended."""
        with self._lock:
            self._ended = True
            thread = self._thread
            self._changed.notify()
        if thread is not None:
            thread.join(_PATIENCE)

    def _run(self) -> None:
        while (function := self._next()) is not None:
            try:
                function()
            except Exception:  # noqa: BLE001  (logged; the thread must live)
                _log.exception("%s: a scheduled call failed", self._name)
            del function  # it may hold the last reference to a closed widget

    def _next(self) -> Callable[[], None] | None:
        with self._lock:
            while not self._ended:
                wait = self._heap[0][0] - self.now() if self._heap else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._heap)[2]
                self._changed.wait(wait)
            return None


@atexit.register
def _end_all() -> None:
    """Let no thread be in the middle of a torch call when the interpreter is taken down."""
    for clock in list(_clocks):
        clock.end()


#: Intervals after which the clock looks whether a tick was the last.
_LATE = 4


class Throttle:
    """Runs ``fire`` after every burst of touches, never twice within ``interval`` seconds.

    Whatever changed before a touch or a tick is seen by a later ``fire``, so the last state always
    gets through. ``touch`` costs one attribute read while a run is already due.

    Parameters
    ----------
    clock
        Tells the time and runs ``fire``.
    interval
        Least number of seconds between two runs.
    fire
        What to run. It is never run by two threads at once.
    """

    def __init__(self, clock: Clock, interval: float, fire: Callable[[], None]) -> None:
        self._clock = clock
        self._interval = interval
        self._fire = fire
        self._due = False
        self._missed = False  # a tick that nothing was run for as yet
        self._looking = False
        self._last = float("-inf")
        self._lock = threading.Lock()
        self._firing = threading.Lock()

    def touch(self, *, inline: bool = False) -> None:
        """Something changed. ``inline`` runs ``fire`` in this thread where it may run now."""
        if not self._due:
            self._schedule(inline)

    def tick(self) -> None:
        """Something changed, and most likely will again: run in this thread, now or next time.

        For a thread that works. To wake another one sixty times a second, which then wants
        Python's lock and the turn, takes ten times what it does there from a training with small
        steps. The clock only looks, now and then, whether a tick was the last.
        """
        if self._due:
            return
        now = self._clock.now()
        if now >= self._last + self._interval and self._fire_here():
            return
        self._missed = True  # before asking who looks: see _look
        if not self._looking:
            self._looking = True
            self._clock.call_at(now + _LATE * self._interval, self._look)

    def _look(self) -> None:
        self._looking = False
        if self._missed:
            self.touch()

    def _schedule(self, inline: bool) -> None:
        with self._lock:
            if self._due:  # another thread was here first
                return
            self._due = True
            now = self._clock.now()
            when = max(now, self._last + self._interval)
        if not (inline and when <= now and self._fire_here()):
            self._clock.call_at(when, self._run)

    def flush(self) -> None:
        """Run ``fire`` in this thread now, unless another thread is at it: then once more there."""
        if not self._fire_here():
            self.touch()

    def _fire_here(self) -> bool:
        """Fire in this thread, unless another is at it: answer whether it was done."""
        # Waiting here for a run on the clock's thread could deadlock: that one may be waiting
        # for a turn which this thread holds.
        if not self._firing.acquire(blocking=False):
            return False
        try:
            self._begin()
        finally:
            self._firing.release()
        return True

    def _run(self) -> None:
        with self._firing:
            # A flush may have come first, and what was touched since then is due later.
            if self._due and self._clock.now() >= self._last + self._interval:
                self._begin()

    def _begin(self) -> None:
        with self._lock:
            self._due = self._missed = False  # first: a change made meanwhile fires again
            self._last = self._clock.now()
        self._fire()


#: Frames and state for the pages; observers in Python; what one view alone is fed with; fields of
#: modules only Python can compute. Threads of their own, so that a slow observer or a
#: large model holds up nothing but itself.
FRAMES = ThreadClock("nnwidgets-frames")
EVENTS = ThreadClock("nnwidgets-events")
FEEDS = ThreadClock("nnwidgets-feeds")
PROBES = ThreadClock("nnwidgets-probes")
