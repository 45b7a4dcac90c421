"""What of a history is new to somebody who has an earlier state of it."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nnwidgets.training._vectors import Vectors

SCORES = ("loss", "accuracy", "test_loss", "test_accuracy")


class Part(NamedTuple):
    """Rows of a history from one on; whatever came after that row before is outdated.

    Attributes
    ----------
    serial : int
        Of the history, which has `rows` rows; more than came where there is more to ask for.
    start : int
        The first row.
    rows : int
    columns : dict of str to (m,) array
        "epoch", "loss", "accuracy", "test_loss" and "test_accuracy".
    stride : int
        Rows whose parameters are to be had: those it divides, and the last. Others are dropped.
    kept : (k,) int64 array
        Rows of this part with parameters.
    vectors : (k, size) array
        Those.
    """

    serial: int
    start: int
    rows: int
    columns: dict[str, NDArray[Any]]
    stride: int
    kept: NDArray[Any]
    vectors: NDArray[Any]


def stride_for(rows: int, most: int) -> int:
    """The smallest power of two that divides at most `most` of so many rows, the last included."""
    stride, room = 1, max(2, most) - 1
    while -(-rows // stride) > room and stride < rows:
        stride *= 2
    return stride


class Rewinds:
    """From which row on a history has changed since a serial number.

    Only rewinds that no later one went beyond are remembered, so there are no more than rows.
    """

    def __init__(self) -> None:
        self._serials: list[int] = []
        self._rows: list[int] = []
        self._before: list[int] = []

    def note(self, serial: int, row: int, before: int) -> None:
        """Of `before` rows, those from `row` on were dropped, or replaced by others."""
        while self._rows and self._rows[-1] >= row:
            self._rows.pop()
            self._serials.pop()
            before = max(before, self._before.pop())
        self._serials.append(serial)
        self._rows.append(row)
        self._before.append(before)

    def since(self, serial: int, now: int) -> tuple[float, int]:
        """The first row that has changed since `serial`, and how many there were at most.

        It is 0 where that serial is none of ours.
        """
        if not 0 <= serial <= now:
            return 0, 0
        place = bisect.bisect_right(self._serials, serial)
        first = self._rows[place] if place < len(self._rows) else float("inf")
        return first, max(self._before[place:], default=0)


class Parted:
    """A history that can say what is new since a state of it that somebody has."""

    _lock: threading.Lock
    _n: int
    _size: int
    _dtype: np.dtype[Any]
    _serial: int
    _rewinds: Rewinds
    _vectors: Vectors
    _epochs: NDArray[np.int64]
    _columns: dict[str, NDArray[np.float64]]

    @property
    def serial(self) -> int:
        """A number that grows with every change."""
        return self._serial

    def kept(self, epochs: Iterable[int]) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Which of these epochs have parameters, and those, all of one moment.

        Parameters
        ----------
        epochs : iterable of int

        Returns
        -------
        epochs : (k,) int64 array
            Growing; empty where nothing has been recorded.
        vectors : (k, size) array
            Copies.
        """
        wanted = np.fromiter(epochs, np.int64)
        with self._lock:
            there = self._epochs[self._vectors.rows]
            places = np.flatnonzero(np.isin(there, wanted))
            return there[places], self._vectors.several(places)

    def part(self, serial: int = -1, known: int = 0, *, most_rows: int, max_bytes: int) -> Part:
        """What somebody lacks who has `known` rows as of `serial`; see `Part`.

        Parameters
        ----------
        serial, known : int
            Of what he was given last; -1 and 0 for nothing.
        most_rows : int
            The most in one part.
        max_bytes : int
            That parameters may take who has them all; they are thinned to that.
        """
        with self._lock:
            most = max_bytes // max(1, self._size * self._dtype.itemsize)
            stride = stride_for(self._n, most)
            changed, had = self._rewinds.since(serial, self._serial)
            if stride < stride_for(had, most):  # of so many rows he has dropped what is wanted now
                changed = min(changed, stride)
            if changed == self._n:  # gone back: what is newest now he may have dropped, too
                changed = self._n - 1
            start = int(max(0, min(known, self._n, changed)))
            stop = min(self._n, start + most_rows)
            rows = self._vectors.rows
            wanted = (rows % stride == 0) | (rows == self._n - 1)
            places = np.flatnonzero((rows >= start) & (rows < stop) & wanted)
            columns: dict[str, NDArray[Any]] = {"epoch": self._epochs, **self._columns}
            part = {name: columns[name][start:stop].copy() for name in ("epoch", *SCORES)}
            kept, vectors = rows[places], self._vectors.several(places)
            return Part(self._serial, start, self._n, part, stride, kept, vectors)
