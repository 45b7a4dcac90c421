"""Long vectors by row number, fewer and fewer of them once there are too many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Vectors:
    """Keeps vectors for growing row numbers: all, then every second, every fourth, ...

    The newest is always there.

    Parameters
    ----------
    size : int
        Length of a vector.
    dtype : dtype
        How they are stored.
    most : int
        How many to keep; two are kept whatever it says.
    """

    def __init__(self, size: int, dtype: np.dtype[Any], most: int) -> None:
        self._most = max(2, most)
        self._stride = 1
        self._used = 0
        self._rows = np.zeros(2, np.int64)
        self._store = np.zeros((2, size), dtype)

    @property
    def rows(self) -> NDArray[np.int64]:
        """The row numbers that are kept, growing."""
        return self._rows[: self._used]

    def values(self, place: int) -> NDArray[Any]:
        """A copy of the vector for ``rows[place]``."""
        return np.array(self._store[place])

    def several(self, places: NDArray[np.int64]) -> NDArray[Any]:
        """A copy of the vectors for ``rows[places]``."""
        return self._store[places]

    def add(self, row: int, vector: NDArray[Any]) -> None:
        """Keep a vector for `row`, which comes after all that are there."""
        # The newest is kept though it may be off the stride; then the next takes its place.
        if self._used and self._rows[self._used - 1] % self._stride:
            self._used -= 1
        while self._used == self._most:
            self._thin()
        if self._used == len(self._rows):
            self._grow()
        self._rows[self._used] = row
        self._store[self._used] = vector
        self._used += 1

    def cut(self, row: int) -> None:
        """Forget `row` and those after it."""
        self._used = int(np.searchsorted(self.rows, row))

    def _thin(self) -> None:
        self._stride *= 2
        keep = np.flatnonzero(self.rows % self._stride == 0)
        self._rows[: len(keep)] = self._rows[keep]
        for place, source in enumerate(keep):  # one at a time: no second copy of a large store
            self._store[place] = self._store[source]
        self._used = len(keep)

    def _grow(self) -> None:
        capacity = min(self._most, 2 * self._used)
        rows, store = self._rows, self._store
        self._rows = np.zeros(capacity, np.int64)
        self._store = np.zeros((capacity, store.shape[1]), store.dtype)
        self._rows[: self._used] = rows
        self._store[: self._used] = store


def read_only(column: NDArray[Any]) -> NDArray[Any]:
    """A view that cannot be written through."""
    view = column.view()
    view.flags.writeable = False
    return view
