"""Work in a thread of its own, of which only the newest request counts."""

from __future__ import annotations

import atexit
import logging
import threading
import time
import weakref
from typing import TYPE_CHECKING

from nnwidgets.training._interrupts import Interrupts
from nnwidgets.training._rest import Rest
from nnwidgets.training.player import stop_all

if TYPE_CHECKING:
    from collections.abc import Callable


_log = logging.getLogger("nnwidgets")


#: Seconds that the end of the process waits for what is being done in all threads.
_PATIENCE = 5.0

_threads: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
_backgrounds: weakref.WeakSet[Background] = weakref.WeakSet()


def spawn(function: Callable[[], object], name: str) -> None:
    """Run a function in a new thread, which the end of the process waits for, but not long."""
    thread = threading.Thread(target=function, name=f"nnwidgets-{name}", daemon=True)
    _threads.add(thread)
    thread.start()


class Background:
    """Runs ``work`` in the background after each request, never twice at once.

    Parameters
    ----------
    work : callable
        Called with a function that answers whether the work is still wanted: True means that it
        was cancelled, or asked for anew. What it raises goes to the log.
    name : str
        Its threads' name, as seen in a debugger.

    Examples
    --------
    >>> done = []
    >>> background = Background(lambda stopped: done.append(not stopped()))
    >>> background.request()
    >>> background.wait(), done
    (True, [True])
    """

    def __init__(
        self, work: Callable[[Callable[[], bool]], None], name: str = "background"
    ) -> None:
        self._work, self._name = work, name
        self._wanted: int | None = None
        self._newest = 0
        self._lock = threading.Lock()
        self._running = False
        self._rest = Rest()  # a new one for each time that it runs
        self._rest.set()
        self._ended = False
        _backgrounds.add(self)

    @property
    def busy(self) -> bool:
        """Whether work is being done or about to be."""
        return self._running

    def request(self) -> None:
        """Do the work anew; what is being done stops as soon as it asks."""
        with Interrupts():  # else it might run by its own account and have no thread
            with self._lock:
                if self._ended:
                    return
                self._newest += 1
                self._wanted = self._newest
                if self._running:
                    return
                self._running, self._rest = True, Rest()
            spawn(self._run, self._name)

    def cancel(self) -> None:
        """Stop what is being done, and do nothing in its place."""
        with self._lock:
            self._newest += 1
            self._wanted = None

    def end(self) -> None:
        """Stop, and take no request any more."""
        self._ended = True
        self.cancel()

    def wait(self, timeout: float | None = None) -> bool:
        """Return True when nothing is left to do, False if that takes too long."""
        return self._rest.wait(timeout)

    def _run(self) -> None:
        while (number := self._next()) is not None:
            try:
                self._work(lambda number=number: self._newest != number)  # type: ignore[misc]
            except Exception:  # noqa: BLE001  (logged; whoever waits must not wait for ever)
                _log.exception("work in the background failed")

    def _next(self) -> int | None:
        with self._lock:
            number, self._wanted = self._wanted, None
            if number is None:
                self._running = False
                self._rest.set()
            return number


@atexit.register
def _end_all() -> None:
    """Let no thread be in the middle of a torch call when the interpreter is taken down.

    One that comes back from such a call then is ended by Python in C++ code that may not be left
    so, and the process aborts: "terminate called without an active exception".
    """
    for background in list(_backgrounds):
        background.end()
    stop_all()  # before waiting: a thread may be training
    until = time.monotonic() + _PATIENCE
    for thread in list(_threads):
        thread.join(max(0.0, until - time.monotonic()))
