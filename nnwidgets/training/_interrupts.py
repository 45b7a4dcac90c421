"""Ctrl-C, held back until training is at a place where it can stop."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType


class Interrupts:
    """A context in which an interrupt (SIGINT) waits for `check`, or for the context's end.

    Python raises KeyboardInterrupt between any two bytecodes. In the middle of leaving a
    ``torch.no_grad()`` that means no gradients in this thread any more, in the middle of taking a
    seat that nobody ever gets up. Within `allowed`, around a user's own code, it is raised at
    once; and so is a second one, in case the model hangs.

    Only the main thread gets interrupts; in another thread this does nothing. What acts on an
    interrupt is whatever handler there was before (Python's own, asyncio's).
    """

    def __init__(self) -> None:
        self._before: Any = None
        self._allowed = False
        self._noted = False

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            before = signal.getsignal(signal.SIGINT)
            if callable(before):  # else it is ignored, ends the process, or is not Python's
                self._before = before
                signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        before, self._before = self._before, None
        if before is not None:
            signal.signal(signal.SIGINT, before)
            if self._noted and error is None:
                before(signal.SIGINT, None)

    def check(self) -> None:
        """Here training can stop: act on an interrupt that came since the last time."""
        if self._noted:
            self._noted = False
            self._before(signal.SIGINT, None)

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Run a user's code: what comes meanwhile is raised at once."""
        self._allowed = True
        try:
            yield
        finally:
            self._allowed = False

    def _handle(self, number: int, frame: Any) -> None:
        if self._allowed or self._noted:
            self._before(number, frame)
        else:
            self._noted = True
