"""Histories of several runs side by side: what each offers, what is new in it, and as a table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nnwidgets.training._csv import as_csv
from nnwidgets.training.history import History
from nnwidgets.training.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    Columns = dict[str, NDArray[Any]]

_FIRST = ("epoch", "loss", "accuracy", "test_loss", "test_accuracy")


class Source:
    """Where a run's curves come from.

    Parameters
    ----------
    given : Network, Trainer, Run, History, mapping or DataFrame
        The first three are followed while they train; of a History and of columns ("epoch",
        "loss", ...) what they have now is taken.
    name : str
        For errors.

    Attributes
    ----------
    run : Run or None
        What is followed.

    Raises
    ------
    TypeError, ValueError
        For anything else, or columns that do not fit each other.

    Examples
    --------
    >>> source = Source({"loss": [0.7, 0.5]}, "mine")
    >>> source.columns()["epoch"]
    array([0, 1])
    """

    def __init__(self, given: object, name: str) -> None:
        run = getattr(given, "run", given)
        self.run = run if isinstance(run, Run) else None
        self._fixed: Columns = {}
        if isinstance(given, History):
            self._fixed = given.columns()
        elif self.run is None:
            self._fixed = _checked(given, name)

    def columns(self) -> Columns:
        """Every column by name, "epoch" first, read-only and of one length."""
        return self._fixed if self.run is None else self.run.history.columns()


def _checked(given: Any, name: str) -> Columns:
    if hasattr(given, "to_dict") and hasattr(given, "columns"):  # a DataFrame
        given = given.reset_index().to_dict("list") if "epoch" not in given.columns else given
        given = {str(key): given[key] for key in given if key != "index"}
    if not isinstance(given, Mapping):
        raise TypeError(
            f"run {name!r} must be a Network, Trainer, History or a dict of columns such as "
            f'{{"loss": [...]}}, got {type(given).__name__}'
        )
    columns = {key: _column(values, f"{name}[{key!r}]") for key, values in given.items()}
    if not columns:
        raise ValueError(f"run {name!r} has no column")
    lengths = {key: len(column) for key, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the columns of run {name!r} must be of one length, got {lengths}")
    epoch = columns.pop("epoch", np.arange(next(iter(lengths.values())), dtype=float))
    if not np.isfinite(epoch).all() or (np.diff(epoch) <= 0).any():
        raise ValueError(f"the epochs of run {name!r} must be finite and grow")
    whole = (epoch == np.round(epoch)).all()
    return {"epoch": epoch.astype(np.int64) if whole else epoch, **columns}


def _column(values: Any, name: str) -> NDArray[Any]:
    try:
        column = np.array([math.nan if v is None else v for v in values], np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a list of numbers, got {type(values).__name__}") from None
    if column.ndim != 1:
        raise ValueError(f"{name} must have one dimension, got shape {column.shape}")
    return column


def shared_rows(before: Columns, now: Columns) -> int:
    """How many rows at the start are as they were.

    Parameters
    ----------
    before, now : dict of str to (n,) array
        What `Source.columns` answered at two times. A column that has come since counts as NaN
        before.

    Examples
    --------
    >>> old = {"epoch": np.arange(3), "loss": np.array([3.0, 2.0, 1.0])}
    >>> new = {"epoch": np.arange(4), "loss": np.array([3.0, 2.0, 1.5, 1.0])}
    >>> shared_rows(old, new)
    2
    """
    if before.keys() - now.keys():
        return 0  # a column that is gone: the history was cleared
    shared = min(len(before["epoch"]), len(now["epoch"])) if before and now else 0
    for name, column in now.items():
        old = before.get(name)
        if old is not None and old.base is not None and old.base is column.base:
            continue  # rows of one array are never written twice
        one = column[:shared]
        other = np.full(shared, math.nan) if old is None else old[:shared]
        same = (one == other) | ((one != one) & (other != other))
        shared = shared if same.all() else int(np.argmin(same))
    return shared


def to_csv(runs: Mapping[str, Columns], path: str | Path | None = None) -> str:
    """All runs as CSV text, a line for each run and epoch, also written to `path` if given.

    The columns are "run", "epoch" and those of any run. A missing number is an empty field;
    floats are written so that they read back exactly.
    """
    names = _names(runs)
    rows = (row for run, columns in runs.items() for row in _lines(run, columns, names))
    return as_csv(["run", *names], rows, path)


def to_dataframe(runs: Mapping[str, Columns]) -> pd.DataFrame:
    """All runs as a pandas DataFrame indexed by run and epoch."""
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("to_dataframe() needs pandas: pip install pandas") from error
    frames = {name: pd.DataFrame(columns).set_index("epoch") for name, columns in runs.items()}
    return pd.concat(frames, names=["run", "epoch"])


def joined(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put DataFrames below each other, with their names as the first level of the index."""
    import pandas as pd

    return pd.concat(dict(frames), names=["network"])


def _names(runs: Mapping[str, Columns]) -> list[str]:
    found = dict.fromkeys(name for columns in runs.values() for name in columns)
    return [*(name for name in _FIRST if name in found), *(n for n in found if n not in _FIRST)]


def _lines(run: str, columns: Columns, names: list[str]) -> Iterator[list[object]]:
    blank = [math.nan] * len(columns["epoch"])
    lists = [columns[name].tolist() if name in columns else blank for name in names]
    for row in zip(*lists, strict=True):
        yield [run, *row]
