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
    first_of_many,
    next_of_many,
)
from nnwidgets.core.landscape.plane import Floats

_BYTES = 1 << 19  # of one layer's values in one piece: two of them stay in a core's own cache
_KEPT = 1 << 22  # of values that no axis touches, which are kept from piece to piece


class Piece(NamedTuple):
    """The last layer's values ``z`` (m, k, rows) of some cells for a stretch of the samples."""

    cells: NDArray[np.int64]
    samples: slice
    z: Tensor


class Shared(NamedTuple):
    """Values (u, width, rows) for u coordinates on the axis that enters first."""

    samples: slice
    values: Tensor


class DensePass:
    """Layers over a plane and the inputs they are given, computed in one dtype.

    What the layers before both axes compute is done once; what only one axis touches, once for
    each of its coordinates; only the rest for every cell.

    Parameters
    ----------
    layers : sequence of AffineLayer
    inputs : Tensor of shape (d, n)
    dtype : torch dtype
    """

    def __init__(self, layers: Sequence[AffineLayer], inputs: Tensor, dtype: torch.dtype) -> None:
        self._layers, self._inputs, self._dtype = layers, inputs, dtype
        enters = axes_enter(layers)
        self.slow = 0 if enters[0] <= enters[1] else 1
        self._fixed, self.joint = min(enters), max(enters)
        width = max(layer.outputs for layer in layers)
        rows = max(64, _BYTES // (8 * max(width, len(inputs))))
        n = inputs.shape[1]
        self.slices = [slice(i, min(i + rows, n)) for i in range(0, n, rows)]
        size = torch.finfo(dtype).bits // 8
        weights = max(layer.weight[0].size for layer in layers)
        self.cells = max(1, _BYTES // max(8 * weights, size * width * min(n, rows)))
        self._buffer = width * min(n, rows) * self.cells
        self._known: dict[int, Tensor] = {}

    def pieces(self, points: Floats, at_once: int) -> Iterator[Piece]:
        """Compute all samples of some cells, at most ``at_once``, then of the next ones.

        A piece's ``z`` is overwritten by the next.
        """
        step = min(at_once, self.cells)
        slow = self.coordinates(points)
        order = np.argsort(slow, kind="stable")
        workspace = _Workspace(self._buffer, self._inputs.device, self._dtype)
        for start in range(0, len(order), step):
            cells = order[start : start + step]
            values, counts = np.unique(slow[cells], return_counts=True)
            for shared in self.shared(values, workspace):
                z = self._rest(shared.values, points[cells], counts, workspace)
                yield Piece(cells, shared.samples, z)

    def coordinates(self, points: Floats) -> Floats:
        """Return the points' coordinates on the axis that enters first, 0 if both do at once."""
        if self._fixed == self.joint:
            return np.zeros(len(points))
        return np.ascontiguousarray(points[:, self.slow])

    def shared(self, values: Floats, workspace: _Workspace | None = None) -> Iterator[Shared]:
        """Compute all layers before the one where the second axis enters."""
        if workspace is None:
            workspace = _Workspace(self._buffer, self._inputs.device, self._dtype)
        points = np.zeros((len(values), 2))
        points[:, self.slow] = values
        for samples in self.slices:
            h = self._prefix(samples)[None]
            for i in range(self._fixed, self.joint):
                h = self._step(i, h, points, workspace)
            yield Shared(samples, h)

    def _prefix(self, samples: slice) -> Tensor:
        """Return the values (width, rows) that no axis touches."""
        if samples.start in self._known:
            return self._known[samples.start]
        h = self._inputs[:, samples].to(self._dtype)
        for layer in self._layers[: self._fixed]:
            weight, bias = layer.at(np.zeros((1, 2)), h)
            h = activate(layer.activation, torch.addmm(bias[0], weight[0], h))
        if h.numel() * h.element_size() * len(self.slices) <= _KEPT:
            self._known[samples.start] = h
        return h

    def _step(self, i: int, h: Tensor, points: Floats, workspace: _Workspace) -> Tensor:
        layer = self._layers[i]
        out = workspace.take(len(points), layer.outputs, h.shape[2])
        compute = first_of_many if i == self._fixed else next_of_many
        values = h[0] if i == self._fixed else h
        return activate(layer.activation, compute(layer, values, points, out))

    def _rest(
        self, h: Tensor, points: Floats, counts: NDArray[np.int64], workspace: _Workspace
    ) -> Tensor:
        """Compute the layers from the one on where the second axis enters."""
        if self.joint == len(self._layers):
            return h.repeat_interleave(torch.from_numpy(counts).to(h.device), 0)
        layer = self._layers[self.joint]
        z = workspace.take(len(points), layer.outputs, h.shape[2])
        start = 0
        for values, count in zip(h, counts.tolist(), strict=True):
            stop = start + count
            first_of_many(layer, values, points[start:stop], z[start:stop])
            start = stop
        z = activate(layer.activation, z)
        for i in range(self.joint + 1, len(self._layers)):
            z = self._step(i, z, points, workspace)
        return z


class _Workspace:
    """Two buffers that layers write into in turns: fresh memory costs more than a matmul."""

    def __init__(self, size: int, device: torch.device, dtype: torch.dtype) -> None:
        self._buffers = [torch.empty(size, device=device, dtype=dtype) for _ in range(2)]

    def take(self, *shape: int) -> Tensor:
        """Return the buffer that was not the last one, in a shape."""
        self._buffers.reverse()
        return self._buffers[0][: int(np.prod(shape))].view(shape)
