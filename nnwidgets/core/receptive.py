"""Where a pixel of a feature map looks: the steps of a pass, and their receptive fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnwidgets.core import _windows
from nnwidgets.core._windows import Window

FloatArray = NDArray[np.float32]
#: First and last row, first and last column, all inclusive.
Area = tuple[int, int, int, int]
#: Height and width of a step's maps, or of the picture.
Sizes = Callable[[int], tuple[int, int]]

#: Along one axis, and along both: which rows and which columns.
Mark = NDArray[np.bool_]
Marks = tuple[Mark, Mark]

PICTURE = -1


@dataclass(frozen=True, eq=False)
class MapStep:
    """One call that returned maps (channels, height, width) for one picture.

    Attributes
    ----------
    name : str
        The module's path, such as "0" or "body.conv1", with " (2)" where it is called again; a
        function's name where ``forward`` called one.
    function : str
        What was called: "conv2d", "max_pool2d", "relu".
    kind : str
        "convolution", "transposed", "pooling", "activation", "normalisation", "padding",
        "resizing", "arithmetic" or "other".
    reads : tuple of int or None
        Indices of the steps whose maps went in, -1 for the picture; None for anything else.
    maps : ndarray of float32, shape (channels, height, width)
    rows, columns : ndarray of int, shape (height, 2) and (width, 2), or None
        First and last input row (column) that each output row (column) is made from; they may lie
        in the padding, outside of the input. None where it cannot be known.
    window : Window or None
        Kernel, stride, padding and dilation, where there is one.
    weight, bias : ndarray or None
        Of a convolution: (out, in / groups, k, k) and (out,).
    weight_name, bias_name : str or None
        The parameters' names; None for what is computed from others, as by weight normalisation.
    groups : int
    """

    name: str
    function: str
    kind: str
    reads: tuple[int | None, ...]
    maps: FloatArray
    rows: NDArray[np.int64] | None
    columns: NDArray[np.int64] | None
    window: Window | None = None
    weight: FloatArray | None = field(default=None, repr=False)
    bias: FloatArray | None = field(default=None, repr=False)
    weight_name: str | None = None
    bias_name: str | None = None
    groups: int = 1


@dataclass(frozen=True)
class FieldRow:
    """One line of the receptive field's arithmetic, along one axis.

    The recursion is that of Araujo, Norris and Sim (2019), with the dilated kernel
    d·(k − 1) + 1 in the place of k::

        r' = r + d·(k − 1)·j        j' = s·j        start' = start − p·j

    Pixel u of the map sees the picture's pixels start + u·j to start + u·j + r − 1.

    Attributes
    ----------
    step : int
    kernel, stride, padding, dilation : int
    before, after : int
        Pixels along the axis before and after the step.
    jump : int
        Pixels of the picture between two neighbours of this map.
    size : int
        Pixels of the picture that one pixel of this map sees.
    start : int
        The first pixel that pixel 0 sees; negative in the padding.
    """

    step: int
    kernel: int
    stride: int
    padding: int
    dilation: int
    before: int
    after: int
    jump: int
    size: int
    start: int


def reach(
    steps: Sequence[MapStep], size: Sizes, step: int, y: int, x: int
) -> dict[int, Area] | None:
    """Return the areas that a pixel is made from; see :meth:`FeatureRecord.reach`."""
    height, width = size(step)
    used = {step: (_at(y, height), _at(x, width))}
    for at in range(step, -1, -1):  # what is read was made earlier
        if at in used and not _spread(steps[at], size, used[at], used):
            return None
    areas: dict[int, Area] = {}
    for at, (rows, columns) in used.items():
        (ys,), (xs,) = np.nonzero(rows), np.nonzero(columns)
        areas[at] = (int(ys[0]), int(ys[-1]), int(xs[0]), int(xs[-1]))
    return areas


def arithmetic(
    steps: Sequence[MapStep], size: Sizes, step: int, axis: int
) -> list[FieldRow] | None:
    """Return the receptive field's arithmetic; see :meth:`FeatureRecord.arithmetic`."""
    chain = _chain(steps, step)
    if chain is None:
        return None
    rows, jump, sees, start = [], 1, 1, 0
    for at, source in chain:
        window = steps[at].window or Window((1, 1))
        kernel, stride = window.kernel[axis], window.stride[axis]
        padding, dilation = window.padding[axis], window.dilation[axis]
        sees += dilation * (kernel - 1) * jump
        start -= padding * jump
        jump *= stride
        before, after = size(source)[axis], size(at)[axis]
        rows.append(
            FieldRow(at, kernel, stride, padding, dilation, before, after, jump, sees, start)
        )
    return rows


def _spread(step: MapStep, size: Sizes, used: Marks, all_used: dict[int, Marks]) -> bool:
    """Mark what a step's marked rows and columns are made from; answer whether that is known."""
    if step.rows is None or step.columns is None:
        return False
    gaps = step.window.dilation if step.window else (1, 1)
    for source in step.reads:
        if source is None:
            return False
        rows, columns = (
            _read(spans, marks, n, gap)
            for spans, marks, n, gap in zip(
                (step.rows, step.columns), used, size(source), gaps, strict=True
            )
        )
        if rows.any() and columns.any():  # else only padding
            before = all_used.get(source, (rows, columns))
            all_used[source] = rows | before[0], columns | before[1]
    return True


def _read(spans: NDArray[np.int64], marks: Mark, n: int, gap: int) -> Mark:
    read = np.zeros(n, bool)
    for first, last in spans[marks]:
        inside = first if first >= 0 else first % gap  # the first that is not in the padding
        read[inside : max(last + 1, 0) : gap] = True
    return read


def _at(index: int, n: int) -> Mark:
    marks = np.zeros(n, bool)
    marks[index] = True
    return marks


def _chain(steps: Sequence[MapStep], step: int) -> list[tuple[int, int]] | None:
    """Return the steps from the picture to this one, each with what it reads."""
    chain: list[tuple[int, int]] = []
    while step != PICTURE:
        found = steps[step]
        source = found.reads[0] if len(found.reads) == 1 else None
        if source is None or not (found.window or _is_pointwise(found)):
            return None
        chain.append((step, source))
        step = source
    return chain[::-1]


def _is_pointwise(step: MapStep) -> bool:
    if step.rows is None or step.columns is None:
        return False
    rows, columns = _windows.pointwise(step.maps.shape[1:])
    return np.array_equal(rows, step.rows) and np.array_equal(columns, step.columns)
