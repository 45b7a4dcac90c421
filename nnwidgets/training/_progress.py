"""One line of text that says how far a fit is."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Logs = dict[str, Any]

_WIDTH = 24
_INTERVAL = 0.2  # seconds: a saved notebook keeps every line that was ever shown


class ProgressLine:
    """Rewrites one line of standard output with a carriage return.

    Terminals and notebooks (nbclient's too) understand that. Into a file or a pipe only the last
    line is written.

    Parameters
    ----------
    epochs : int
        How many there will be.
    """

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs
        self._began = self._shown = time.monotonic()
        self._length = 0
        self._marks = "━─" if _can_show("━─") else "#-"
        self._live = sys.stdout.isatty() or "ipykernel" in type(sys.stdout).__module__

    def __call__(self, done: int, logs: dict[str, Any]) -> None:
        """Show `done` of the epochs, at most five times a second."""
        now = time.monotonic()
        if self._live and now - self._shown >= _INTERVAL:
            self._shown = now
            self._write(self._line(done, logs), "")

    def close(self, done: int, logs: dict[str, Any]) -> None:
        """Show the last state and end the line."""
        self._write(self._line(done, logs), "\n")

    def _write(self, line: str, end: str) -> None:
        start = "\r" if self._live else ""
        sys.stdout.write(start + line.ljust(self._length) + end)
        sys.stdout.flush()
        self._length = len(line)

    def _line(self, done: int, logs: dict[str, Any]) -> str:
        full = round(_WIDTH * done / self._epochs) if self._epochs else _WIDTH
        bar = self._marks[0] * full + self._marks[1] * (_WIDTH - full)
        rate = done / max(time.monotonic() - self._began, 1e-9)
        parts = [f"epoch {done}/{self._epochs} {bar}"]
        if "loss" in logs:
            parts.append(f"loss {logs['loss']:.4g}")
        if "accuracy" in logs:
            parts.append(f"accuracy {logs['accuracy']:.1%}")
        return "  ".join([*parts, f"{rate:.3g} epochs/s"])


def _can_show(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Reporter:
    """Passes a fit's progress on to a `ProgressLine`, to a function, or to nobody.

    Parameters
    ----------
    progress : bool or callable
        A function is called after each epoch with its logs and "epochs", how many there will be.
    epochs : int
        How many there will be.

    Raises
    ------
    TypeError
        For anything else.
    """

    def __init__(self, progress: bool | Callable[[dict[str, Any]], object], epochs: int) -> None:
        if not (isinstance(progress, bool) or callable(progress)):
            raise TypeError(f"progress must be a bool or a function of logs, got {progress!r}")
        self._function = progress if not isinstance(progress, bool) else None
        self._line = ProgressLine(epochs) if progress is True else None
        self._epochs = epochs
        self._done = 0
        self._logs: dict[str, Any] = {}

    def epoch(self, logs: dict[str, Any]) -> None:
        """One more epoch is done."""
        self._done += 1
        self._logs = logs
        if self._line is not None:
            self._line(self._done, logs)
        if self._function is not None:
            self._function({**logs, "epochs": self._epochs})

    def close(self) -> None:
        """The fit ends."""
        if self._line is not None:
            self._line.close(self._done, self._logs)
