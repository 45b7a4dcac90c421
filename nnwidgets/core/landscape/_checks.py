"""Ranges, resolution and dtype, checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isqrt
from typing import Any

import numpy as np
import torch

from nnwidgets.core.landscape.plane import Floats, Plane, Range

#: Points of a grid. This many take 32 MiB, and more than a screen has pixels for.
MOST = 1 << 22

_DTYPES = {"float32": torch.float32, "float64": torch.float64}


def check_dtype(dtype: object) -> torch.dtype | None:
    """Return the dtype to compute in; None is the model's own."""
    if dtype is None:
        return None
    name = str(dtype).removeprefix("torch.")
    if not isinstance(dtype, str | torch.dtype):
        try:
            name = np.dtype(dtype).name  # type: ignore[call-overload]  # whatever numpy takes
        except TypeError:
            name = repr(dtype)
    if name not in _DTYPES:
        raise ValueError(f"dtype must be None, 'float32' or 'float64', got {dtype!r}")
    return _DTYPES[name]


def check_ranges(ranges: object, plane: Plane) -> tuple[Range, Range]:
    """Return the ranges that were asked for, the plane's own where they are None.

    Raises
    ------
    TypeError, ValueError
        If they are no pair of pairs of finite, growing numbers.
    """
    if ranges is None:
        ranges = (None, None)
    if plane.is_line:
        return _range(_first(ranges), "ranges", plane.ranges[0]), (0.0, 0.0)
    if not _is_pair(ranges):
        raise TypeError(f"ranges must be a pair of pairs ((x0, x1), (y0, y1)), got {ranges!r}")
    both: Any = ranges
    return (
        _range(both[0], "ranges[0]", plane.ranges[0]),
        _range(both[1], "ranges[1]", plane.ranges[1]),
    )


def _first(ranges: Any) -> Any:
    """Return the one range of a line, whether it was given alone or in a pair."""
    if _is_pair(ranges) and (ranges[0] is None or np.ndim(ranges[0]) > 0):
        return ranges[0]
    return ranges


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, Sequence | np.ndarray) and not isinstance(value, str) and len(value) == 2
    )


def _range(given: Any, name: str, default: Range) -> Range:
    if given is None:
        if not np.isfinite(default).all():
            raise ValueError(f"{name} must be given: the model's own parameters are not finite")
        return default
    try:
        low, high = (float(end) for end in given)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must be a pair of numbers (low, high), got {given!r}") from error
    if not (np.isfinite(low) and np.isfinite(high) and np.isfinite(high - low)):
        raise ValueError(f"{name} must be finite, got ({low}, {high})")
    if low >= high:
        what = "is empty" if low == high else "is reversed"
        raise ValueError(f"{name} {what}: it must go from low to high, got ({low}, {high})")
    return low, high


def check_resolution(resolution: object) -> tuple[int, int]:
    """Return the numbers of points along x and y.

    Raises
    ------
    TypeError, ValueError
        If it is no integer or pair of integers of at least 2.
    """
    pair = resolution if _is_pair(resolution) else (resolution, resolution)
    counts = []
    for count in pair:  # type: ignore[attr-defined]  # is a pair
        if isinstance(count, bool) or not isinstance(count, int | np.integer):
            raise TypeError(f"resolution must be an int or a pair of int, got {resolution!r}")
        if count < 2:
            raise ValueError(f"resolution must be at least 2 points an axis, got {resolution!r}")
        counts.append(int(count))
    return counts[0], counts[1]


def check_seed(seed: object) -> int:
    """Return the seed; raise TypeError or ValueError where it is no integer from 0."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise TypeError(f"seed must be an int, got {seed!r}")
    if seed < 0:
        raise ValueError(f"seed must be 0 or more, got {seed}")
    return int(seed)


def check_called(**given: object) -> None:
    """Raise TypeError, with its name, for what is neither None nor can be called."""
    for name, function in given.items():
        if function is not None and not callable(function):
            raise TypeError(f"{name} must be None or callable, got {function!r}")


def check_executor(executor: object) -> None:
    """Raise TypeError for what takes no work.

    What looks like an executor will do: a cluster's need not inherit from Python's.
    """
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise TypeError(
            "executor must be None or a concurrent.futures.Executor, such as ProcessPoolExecutor() "
            f"or a Dask client.get_executor(), got {executor!r}"
        )


def check_size(nx: int, ny: int, cost: Callable[[int], float], most: int = MOST) -> None:
    """Raise ValueError for a grid that is absurdly large, saying what it would cost."""
    cells = nx * ny
    if cells > most:
        seconds = cost(cells)
        raise ValueError(
            f"resolution {nx} × {ny} is {cells:,} points: {_memory(8 * cells)} of memory and about "
            f"{_time(seconds)}; at most {most:,} points ({isqrt(most)} × {isqrt(most)})"
        )


def spaced(ends: Range, count: int) -> Floats:
    """Return evenly spaced points from one end to the other."""
    return np.linspace(*ends, count)


def _memory(size: float) -> str:
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024:
            return f"{size:.3g} {unit}"
        size /= 1024
    return f"{size:.3g} PiB"


def _time(seconds: float) -> str:
    for unit, length in (("seconds", 60), ("minutes", 60), ("hours", 24), ("days", 365)):
        if seconds < length:
            return f"{seconds:.3g} {unit}"
        seconds /= length
    return f"{seconds:.3g} years"
