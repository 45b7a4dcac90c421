"""Rows of numbers per layer by epoch, fewer of them once there are too many."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Row = dict[str, "NDArray[Any]"]


class FlowRows:
    """Grows by rows; past `most` every second one goes, and from then on every second comes.

    May be read by any thread while another adds.

    Attributes
    ----------
    generation : int
        Grows whenever rows that were there are there no longer.
    """

    def __init__(self, most: int) -> None:
        self._most = max(4, most)
        self._lock = threading.RLock()
        self.generation = 0
        self.clear()

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self.generation += 1
            self._stride, self._skipped = 1, 0
            self._epochs: list[int] = []
            self._rows: list[Row] = []

    def __len__(self) -> int:
        return len(self._epochs)

    @property
    def last(self) -> int:
        """The newest epoch, or -1."""
        with self._lock:
            return self._epochs[-1] if self._epochs else -1

    def wants(self) -> bool:
        """Whether the next row would be kept; it counts as offered."""
        self._skipped += 1
        return self._skipped >= self._stride or not self._epochs

    def add(self, epoch: int, row: Row) -> None:
        """Keep a row; those of this epoch and later ones are dropped first."""
        with self._lock:
            self.cut(epoch)
            if len(self._epochs) >= self._most:
                self.generation += 1
                self._stride *= 2
                self._epochs, self._rows = self._epochs[::2], self._rows[::2]
            self._skipped = 0
            self._epochs.append(epoch)
            self._rows.append(row)

    def cut(self, epoch: int) -> None:
        """Forget this epoch and those after it."""
        with self._lock:
            keep = int(np.searchsorted(self._epochs, epoch))
            if keep < len(self._epochs):
                self.generation += 1
                del self._epochs[keep:], self._rows[keep:]

    def epochs(self) -> NDArray[np.int64]:
        """The epochs there are."""
        with self._lock:
            return np.array(self._epochs, np.int64)

    def column(self, name: str) -> NDArray[Any]:
        """One number or vector of every layer, (rows, layers, ...)."""
        with self._lock:
            return np.array([row[name] for row in self._rows])

    def since(self, generation: int, start: int) -> tuple[int, int, list[int], list[Row]]:
        """What has come after the first `start` rows of a generation, all of it if that is past.

        Returns
        -------
        generation, start : int
            Where the rows belong.
        epochs, rows : list
        """
        with self._lock:
            begin = start if generation == self.generation else 0
            return self.generation, begin, self._epochs[begin:], self._rows[begin:]
