"""One line of text that says how far a long computation is."""

from __future__ import annotations

import sys
import time

_PATIENCE = 1.0  # seconds in which nothing is said
_INTERVAL = 0.2  # seconds: a saved notebook keeps every line that was ever shown


class ProgressLine:
    """Rewrites one line of standard output, in a terminal or a notebook; elsewhere it is silent.

    What takes less than a second is never mentioned.
    """

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._shown: float | None = None
        self._length = 0
        self._live = sys.stdout.isatty() or "ipykernel" in type(sys.stdout).__module__

    def __call__(self, share: float) -> None:
        """Say that this share, 0 to 1, is done."""
        now = time.monotonic()
        due = self._began + _PATIENCE if self._shown is None else self._shown + _INTERVAL
        if self._live and now >= due and share > 0:
            self._shown = now
            left = (now - self._began) * (1 - share) / share
            self._write(f"loss surface {share:.0%}, about {left:.0f} s left", "")

    def close(self) -> None:
        """End the line, if there is one."""
        if self._shown is not None:
            self._write(f"loss surface: {time.monotonic() - self._began:.1f} s", "\n")

    def _write(self, line: str, end: str) -> None:
        sys.stdout.write("\r" + line.ljust(self._length) + end)
        sys.stdout.flush()
        self._length = len(line)
