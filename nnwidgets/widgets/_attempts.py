"""What was tried at a task, and what solved it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnwidgets.core.goals import Reading

#: Attempts that are remembered; what is counted is counted on.
MOST = 1000


@dataclass
class Attempts:
    """Every state that a network came to rest in, judged.

    Attributes
    ----------
    count : int
    history : list of dict
        The newest thousand, oldest first.
    weights : dict of str to ndarray, or None
        Those that solved it first.
    """

    clock: Callable[[], float] = time.monotonic
    count: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)
    weights: dict[str, NDArray[Any]] | None = None
    hints: int = 0

    def __post_init__(self) -> None:
        self._began = self.clock()

    def add(self, readings: Sequence[Reading], epoch: int) -> None:
        """Note one more."""
        self.count += 1
        entry = {
            "attempt": self.count,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(self.clock() - self._began, 3),
            "epoch": epoch,
            "hints": self.hints,
            "solved": all(reading.met for reading in readings),
            "readings": {reading.label: reading.text for reading in readings},
        }
        self.history = [*self.history[-(MOST - 1) :], entry]
