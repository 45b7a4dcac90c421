"""What happened at every epoch, in columns that grow by doubling."""

from __future__ import annotations

import copy
import math
import threading
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

import numpy as np

from nnwidgets.training._checks import number
from nnwidgets.training._part import SCORES, Parted, Rewinds
from nnwidgets.training._table import Table
from nnwidgets.training._vectors import Vectors, read_only

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import DTypeLike, NDArray

    Floats = NDArray[np.float64]

_FIRST_CAPACITY = 256


class History(Table, Parted):
    """The epochs of a run: losses, accuracies, your own metrics and the parameters.

    Epochs only grow. Recording an epoch that is not after the last one rewinds: rows from that
    epoch on are dropped first, so a loop that is run again starts a fresh curve, and recording
    the last epoch again replaces it.

    Every row keeps its numbers for ever. Parameters are kept for every epoch until they fill
    `max_bytes`; from then on only every second of them stays, then every fourth, and so on. The
    latest are always there.

    Parameters
    ----------
    size : int
        Number of parameters in the flat vector.
    dtype : dtype, default float32
        How parameters are stored.
    max_bytes : int, default 64 MiB
        Most memory the stored parameters may take. Two epochs are kept whatever it says.

    Examples
    --------
    >>> history = History(size=2)
    >>> history.append(0, np.zeros(2), loss=0.7)
    >>> history.append(1, np.ones(2), loss=0.5, metrics={"margin": 0.1})
    >>> history.loss
    array([0.7, 0.5])
    >>> history[-1]["margin"], history.parameters(0)
    (0.1, array([0., 0.], dtype=float32))
    """

    def __init__(
        self, size: int, dtype: DTypeLike = np.float32, *, max_bytes: int = 64 * 2**20
    ) -> None:
        self._lock = threading.Lock()
        self._dtype = np.dtype(dtype)
        self._max_bytes = max_bytes
        self._serial, self._rewinds = 0, Rewinds()
        self.start_over(size)

    def start_over(self, size: int) -> None:
        """Forget everything, for a network of `size` parameters."""
        self._size = size
        self._most = self._max_bytes // max(1, size * self._dtype.itemsize)
        self.clear()

    def clear(self) -> None:
        """Forget every epoch and every metric's name."""
        with self._lock:
            self._serial += 1
            self._rewinds.note(self._serial, 0, getattr(self, "_n", 0))
            self._n = 0
            self._epochs = np.zeros(_FIRST_CAPACITY, np.int64)
            self._columns = {name: _blank(_FIRST_CAPACITY) for name in SCORES}
            self._vectors = Vectors(self._size, self._dtype, self._most)

    # -- writing ---------------------------------------------------------------------------

    def append(
        self,
        epoch: int,
        parameters: NDArray[Any],
        *,
        loss: float,
        accuracy: float | None = None,
        test_loss: float | None = None,
        test_accuracy: float | None = None,
        metrics: Mapping[str, float] | None = None,
    ) -> None:
        """Add a row; `epoch` at or before the last one rewinds first.

        Parameters
        ----------
        epoch : int
            Not negative.
        parameters : (size,) array
            Copied.
        loss, accuracy, test_loss, test_accuracy : float or None
            None (there is no such number) is stored as NaN.
        metrics : mapping of str to float, optional
            Your own numbers. A name that appears late is NaN in earlier rows.

        Raises
        ------
        ValueError
            For a negative epoch, a vector of another shape, or a metric that takes a
            built-in column's name.
        """
        scores = dict(zip(SCORES, (loss, accuracy, test_loss, test_accuracy), strict=True))
        row = {name: math.nan if value is None else value for name, value in scores.items()}
        row |= _checked_metrics(metrics or {})
        if epoch < 0:
            raise ValueError(f"epoch must not be negative, got {epoch}")
        if np.shape(parameters) != (self._size,):
            raise ValueError(
                f"parameters must have shape ({self._size},), got {np.shape(parameters)}"
            )
        with self._lock:
            self._serial += 1
            self._rewind(epoch)
            self._reserve()
            self._epochs[self._n] = epoch
            for name in row.keys() - self._columns.keys():
                self._columns[name] = _blank(len(self._epochs))
            for name, column in self._columns.items():
                column[self._n] = row.get(name, math.nan)
            self._vectors.add(self._n, parameters)
            self._n += 1

    def _rewind(self, epoch: int) -> None:
        if self._n and epoch <= self._epochs[self._n - 1]:
            before, self._n = self._n, int(np.searchsorted(self._epochs[: self._n], epoch))
            self._vectors.cut(self._n)
            self._rewinds.note(self._serial, self._n, before)
            # Views handed out earlier show the rows that are now dropped: leave those alone.
            self._epochs = self._epochs.copy()
            self._columns = {name: column.copy() for name, column in self._columns.items()}

    def _reserve(self) -> None:
        capacity = len(self._epochs)
        if self._n < capacity:
            return
        self._epochs = np.concatenate([self._epochs, np.zeros(capacity, np.int64)])
        self._columns = {
            name: np.concatenate([column, _blank(capacity)])
            for name, column in self._columns.items()
        }

    def go_back(self, epoch: int, parameters: NDArray[Any]) -> None:
        """Drop every row after `epoch`, whose parameters are kept from now on.

        Raises
        ------
        LookupError
            When that epoch was not recorded.
        """
        with self._lock:
            row = int(np.searchsorted(self._epochs[: self._n], epoch))
            if row == self._n or self._epochs[row] != epoch:
                raise LookupError(f"epoch {epoch} was not recorded")
            self._serial += 1
            self._rewind(epoch + 1)
            if not len(self._vectors.rows) or self._vectors.rows[-1] != row:
                self._vectors.add(row, parameters)

    # -- reading ---------------------------------------------------------------------------

    def excerpt(self, max_bytes: int) -> History:
        """A copy whose parameters take no more than `max_bytes`."""
        with self._lock:
            copied = History(self._size, self._dtype, max_bytes=max_bytes)
            copied._n, copied._epochs = self._n, self._epochs.copy()
            copied._columns = {name: column.copy() for name, column in self._columns.items()}
            for place, row in enumerate(self._vectors.rows):
                copied._vectors.add(int(row), self._vectors.values(place))
        return copied

    def __getstate__(self) -> dict[str, Any]:
        # Of one moment, for pickle and copy; a lock can be neither pickled nor copied.
        with self._lock:
            return copy.deepcopy({k: v for k, v in vars(self).items() if k != "_lock"})

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.Lock())

    def __len__(self) -> int:
        return self._n

    def __repr__(self) -> str:
        if not self._n:
            return "History(empty)"
        last = self[-1]
        return f"History({self._n} epochs, last {last['epoch']}: loss {last['loss']:.4g})"

    @property
    def epochs(self) -> NDArray[np.int64]:
        """Epoch numbers, (len,) int64, strictly growing; a read-only view."""
        return read_only(self._epochs[: self._n])

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of your own metrics, in the order they were first recorded."""
        return tuple(name for name in self._columns if name not in SCORES)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Every column by name, "epoch" first, all of one length even while training runs."""
        with self._lock:
            columns: dict[str, NDArray[Any]] = {"epoch": self._epochs, **self._columns}
            return {name: read_only(column[: self._n]) for name, column in columns.items()}

    @overload
    def __getitem__(self, key: int) -> dict[str, float | None]: ...
    @overload
    def __getitem__(self, key: str) -> Floats: ...
    def __getitem__(self, key: int | str) -> dict[str, float | None] | Floats:
        """Row `key` as a dict (None where a number is missing), or the column of that name."""
        if isinstance(key, str):
            return self._column(key)
        if not isinstance(key, SupportsIndex):
            raise TypeError(f"history[...] takes a row's number or a column's name, got {key!r}")
        with self._lock:
            row = key + self._n if key < 0 else key
            if not 0 <= row < self._n:
                raise IndexError(f"history has {self._n} rows, got index {key}")
            found: dict[str, float | None] = {"epoch": int(self._epochs[row])}
            for name, column in self._columns.items():
                value = float(column[row])
                found[name] = None if math.isnan(value) and name != "loss" else value
            return found

    def _column(self, name: str) -> Floats:
        with self._lock:
            if name not in self._columns:
                raise KeyError(f"no column {name!r}; there are {', '.join(self._columns)}")
            return read_only(self._columns[name][: self._n])

    def __iter__(self) -> Iterator[dict[str, float | None]]:
        for row in range(self._n):
            yield self[row]

    def parameters(self, epoch: int) -> NDArray[Any]:
        """Flat parameters at `epoch`, or at the nearest epoch whose parameters are kept.

        Parameters
        ----------
        epoch : int
            Any number; of two epochs that are equally near, the earlier one is taken.

        Returns
        -------
        (size,) array
            A copy.

        Raises
        ------
        LookupError
            When nothing has been recorded.
        """
        with self._lock:
            return self._vectors.values(self._nearest(epoch))

    def kept_epoch(self, epoch: int) -> int:
        """The epoch that `parameters(epoch)` answers with."""
        with self._lock:
            return int(self._epochs[self._vectors.rows[self._nearest(epoch)]])

    def _nearest(self, epoch: int) -> int:
        rows = self._vectors.rows
        if not len(rows):
            raise LookupError("nothing has been recorded yet")
        return int(np.argmin(np.abs(self._epochs[rows] - number("epoch", epoch))))


def _checked_metrics(metrics: Mapping[str, float]) -> dict[str, float]:
    for name in metrics:
        if name in (*SCORES, "epoch"):
            raise ValueError(f"metric {name!r} has the name of a built-in column")
    return {name: number(f"metric {name!r}", value) for name, value in metrics.items()}


def _blank(length: int) -> Floats:
    return np.full(length, math.nan)
