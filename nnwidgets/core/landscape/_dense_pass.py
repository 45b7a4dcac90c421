"""A forward pass for many points of a plane at once, in pieces that stay in the cache."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nnwidgets.core.landscape._affine import (
    AffineLayer,
    activate,
    axes_enter,
    mixed,
    multiplied,
    products,
)
from nnwidgets.core.landscape.plane import Floats

_BYTES = 3 << 19  # of one layer's values in one piece: two of them stay near the processor
_KEPT = 1 << 22  # of values that no axis touches, which are kept from call to call


class Piece(NamedTuple):
    """The last layer's values ``z`` (m, k, rows) of some cells for a stretch of the samples."""

    cells: NDArray[np.int64]
    samples: slice
    z: Tensor


class DensePass:
    """Layers over a plane and the inputs they are given, computed in one dtype.

    What the layers before both axes compute is done once; what only one axis touches, once for
    each of its coordinates; only the rest for every cell.

    Parameters
    ----------
    layers : sequence of AffineLayer
    inputs : Tensor of shape (d, n)
    dtype : torch dtype

    Attributes
    ----------
    slices : list of slice
        The stretches of the samples that are computed one after the other.
    cells : int
        How many points at most are computed together.
    joint : int
        The layer in which the second of the axes enters.
    """

    def __init__(self, layers: Sequence[AffineLayer], inputs: Tensor, dtype: torch.dtype) -> None:
        self.layers, self.dtype = layers, dtype
        self._inputs = inputs
        enters = axes_enter(layers)
        self.slow = 0 if enters[0] <= enters[1] else 1
        self.fixed, self.joint = min(enters), max(enters)
        width = max(layer.outputs for layer in layers)
        n = inputs.shape[1]
        rows = min(n, max(64, _BYTES // (8 * max(width, len(inputs)))))
        self.slices = [slice(i, min(i + rows, n)) for i in range(0, n, rows)]
        size = torch.finfo(dtype).bits // 8
        # The first layer that an axis touches needs no weights for each cell.
        weights = max((each.weight[0].size for each in layers[self.fixed + 1 :]), default=0)
        self.cells = max(1, _BYTES // max(8 * weights, size * width * rows))
        self._buffer = width * rows * self.cells
        self._known: dict[int, Tensor] = {}

    def pieces(self, points: Floats) -> Iterator[Piece]:
        """Compute a stretch of the samples for all cells, then the next stretch.

        A piece's ``z`` is overwritten by the next.
        """
        slow = self.coordinates(points)
        order = np.argsort(slow, kind="stable")
        for samples in self.slices:
            strip = Strip(self, samples)
            for start in range(0, len(order), self.cells):
                cells = order[start : start + self.cells]
                yield Piece(cells, samples, strip.last(slow[cells], points[cells]))

    def coordinates(self, points: Floats) -> Floats:
        """Return the points' coordinates on the axis that enters first, 0 if both do at once."""
        if self.fixed == self.joint:
            return np.zeros(len(points))
        return np.ascontiguousarray(points[:, self.slow])

    def prefix(self, samples: slice) -> Tensor:
        """Return the values (width, rows) that no axis touches."""
        if samples.start in self._known:
            return self._known[samples.start]
        h = self._inputs[:, samples].to(self.dtype)
        for layer in self.layers[: self.fixed]:
            weight, bias = layer.at(np.zeros((1, 2)), h)
            h = activate(layer.activation, torch.addmm(bias[0], weight[0], h))
        if h.numel() * h.element_size() * len(self.slices) <= _KEPT:
            self._known[samples.start] = h
        return h

    def buffers(self) -> list[Tensor]:
        """Make two buffers that layers write into in turns: fresh memory costs more than that."""
        new = self._inputs.new_empty
        return [new(self._buffer, dtype=self.dtype) for _ in range(2)]


class Strip:
    """A stretch of the samples, going through the layers.

    Parameters
    ----------
    computed : DensePass
    samples : slice
    """

    def __init__(self, computed: DensePass, samples: slice) -> None:
        self._pass, self._layers = computed, computed.layers
        self._buffers = computed.buffers()
        self._rows = samples.stop - samples.start
        self._start = computed.prefix(samples)
        self._parts: Tensor | None = None
        if computed.fixed < len(self._layers):
            self._parts = products(self._layers[computed.fixed], self._start)
        self._latest: tuple[float, Tensor] | None = None

    def shared(self, values: Floats) -> Tensor:
        """Compute the layers before the second axis enters: (u, width, rows) at coordinates (u,).

        The result lies in a buffer, as :meth:`last`'s does.
        """
        if self._pass.fixed == self._pass.joint:
            return self._start[None]
        points = np.zeros((len(values), 2))
        points[:, self._pass.slow] = values
        return self._through(self._pass.fixed, self._pass.joint, points)

    def last(self, slow: Floats, points: Floats) -> Tensor:
        """Return the last layer's values (m, k, rows) at points sorted by ``slow`` (m,)."""
        count = len(self._layers)
        if self._pass.fixed == self._pass.joint < count:
            return self._through(self._pass.joint, count, points)
        values, counts = np.unique(slow, return_counts=True)
        if self._pass.joint == count:
            repeats = torch.from_numpy(counts).to(self._start.device)
            return self.shared(values).repeat_interleave(repeats, 0)
        z = self._entered(values, counts, points)
        return self._through(self._pass.joint + 1, count, points, z)

    def _through(self, first: int, stop: int, points: Floats, h: Tensor | None = None) -> Tensor:
        """Compute layers at points, from the one that the first axis enters if there is no h."""
        for layer in self._layers[first:stop]:
            out = self._take(len(points), layer.outputs)
            if h is None:
                assert self._parts is not None
                z = mixed(layer, self._parts, points, out)
            else:
                z = multiplied(layer, h, points, out)
            h = activate(layer.activation, z)
        assert h is not None
        return h

    def _entered(self, values: Floats, counts: NDArray[np.int64], points: Floats) -> Tensor:
        """Compute the layer that the second axis enters, group after group of the cells."""
        layer = self._layers[self._pass.joint]
        ready = self._latest is not None and self._latest[0] == values[0]
        h = self.shared(values[1:] if ready else values)
        out = self._take(len(points), layer.outputs)
        start = 0
        for i, count in enumerate(counts.tolist()):
            if i > 0 or not ready:
                self._latest = float(values[i]), products(layer, h[i - ready])
            assert self._latest is not None
            cells = slice(start, start + count)
            mixed(layer, self._latest[1], points[cells], out[cells])
            start += count
        return activate(layer.activation, out)

    def _take(self, cells: int, outputs: int) -> Tensor:
        """Return the buffer that was not the last one, in a shape."""
        self._buffers.reverse()
        return self._buffers[0][: cells * outputs * self._rows].view(cells, outputs, self._rows)
