"""Which pixels of its input a pixel of a convolution, a pooling or a resizing is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: First and last input index of every output index, (n, 2), which may lie in the padding.
Reads = NDArray[np.int64]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """Kernel, stride, padding (before the first row and column) and dilation, as (rows, columns).

    The size of what comes out is, along each axis (Dumoulin and Visin 2016, relationship 15)::

        o = ⌊(i + p + p' − d·(k − 1) − 1) / s⌋ + 1

    with padding p before and p' after; ⌈ ⌉ for a pooling with ``ceil_mode``.
    """

    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    after: Pair = (0, 0)
    dilation: Pair = (1, 1)
    ceil: bool = False

    def size(self, size: Sequence[int]) -> Pair:
        """Return the height and width that the formula gives for an input of this size."""
        rows, columns = (self._size(size[axis], axis) for axis in (0, 1))
        return rows, columns

    def _size(self, n: int, axis: int) -> int:
        room = n + self.padding[axis] + self.after[axis]
        room -= self.dilation[axis] * (self.kernel[axis] - 1) + 1
        stride = self.stride[axis]
        if not self.ceil:
            return room // stride + 1
        out = -(-room // stride) + 1
        # torch: the last window has to begin inside the input or the padding before it
        return out - 1 if (out - 1) * stride >= n + self.padding[axis] else out

    def reads(self, size: Sequence[int]) -> tuple[Reads, Reads]:
        """Return the rows and columns read by an output of this height and width."""
        rows, columns = (
            _sliding(
                size[axis],
                self.kernel[axis],
                self.stride[axis],
                self.padding[axis],
                self.dilation[axis],
            )
            for axis in (0, 1)
        )
        return rows, columns


def pair(value: Any) -> Pair:
    """Return a number, or one or two of them, as (rows, columns)."""
    if isinstance(value, Sequence):
        return int(value[0]), int(value[-1])
    return int(value), int(value)


def pointwise(size: Sequence[int]) -> tuple[Reads, Reads]:
    """Every pixel is made from the one in its place."""
    return Window((1, 1)).reads(size)


def adaptive(size: Sequence[int], out: Sequence[int]) -> tuple[Reads, Reads]:
    """Pooling to a given size: output i reads from ⌊i·n/o⌋ to ⌈(i + 1)·n/o⌉ − 1."""
    rows, columns = (
        np.array([(i * n // o, -(-(i + 1) * n // o) - 1) for i in range(o)]).reshape(-1, 2)
        for n, o in zip(size, out, strict=True)
    )
    return rows, columns


def nearest(size: Sequence[int], out: Sequence[int]) -> tuple[Reads, Reads]:
    """Resizing by the nearest pixel: output i reads ⌊i·n/o⌋."""
    rows, columns = (
        np.array([(i * n // o, i * n // o) for i in range(o)]).reshape(-1, 2)
        for n, o in zip(size, out, strict=True)
    )
    return rows, columns


def transposed(window: Window, out: Sequence[int]) -> tuple[Reads, Reads]:
    """A transposed convolution: output i reads the inputs whose kernel reaches it."""
    rows, columns = (
        np.array([(-(-(i + p - d * (k - 1)) // s), (i + p) // s) for i in range(o)]).reshape(-1, 2)
        for o, k, s, p, d in zip(
            out, window.kernel, window.stride, window.padding, window.dilation, strict=True
        )
    )
    return rows, columns


def _sliding(n: int, kernel: int, stride: int, padding: int, dilation: int) -> Reads:
    first = np.arange(n, dtype=np.int64) * stride - padding
    return np.stack([first, first + dilation * (kernel - 1)], axis=1)
