"""Squared errors of a linear last layer: once its inputs are known, a cell costs nothing."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from nnwidgets.core.landscape._affine import AffineLayer
from nnwidgets.core.landscape._dense_pass import DensePass, Strip
from nnwidgets.core.landscape.plane import Floats

_WIDEST = 64  # columns of a factorisation
_WORTH = 4  # cells to one factorisation
_ROWS = (
    512  # samples that are factored at a time: more of them would be fresh memory, which is slow
)


class LastLayer:
    """Mean squared errors where only the last, linear layer differs between many cells.

    With the layer's inputs and a 1 as the columns of A, the squared error is ``‖A w − y‖²``. Of
    the factorisation [A, y] = Q R only the small R is needed: the error is ``‖R (w, −1)‖²``. The
    normal equations would be faster still, but lose half the digits near the minimum.

    Parameters
    ----------
    computed : DensePass
        In float64.
    layer : AffineLayer
        The last.
    targets : Tensor of shape (k, n)
    """

    def __init__(self, computed: DensePass, layer: AffineLayer, targets: Tensor) -> None:
        self._pass, self._layer, self._targets = computed, layer, targets.double()
        self._columns = layer.weight.shape[2]

    def worth(self, points: Floats) -> bool:
        """Whether this is the faster way for these points."""
        groups = len(np.unique(self._pass.coordinates(points)))
        width = self._columns + len(self._targets)
        return width <= _WIDEST and len(points) >= _WORTH * groups

    def losses(self, points: Floats) -> Floats:
        """Return the losses (m,) at points (m, 2)."""
        coordinates, inverse = np.unique(self._pass.coordinates(points), return_inverse=True)
        step = self._pass.cells
        factors = torch.cat(
            [self._factors(coordinates[i : i + step]) for i in range(0, len(coordinates), step)]
        )
        out = np.empty(len(points))
        at_once = max(1, (1 << 17) // factors[0].numel())
        for start in range(0, len(points), at_once):
            cells = slice(start, start + at_once)
            of_cell = factors[torch.from_numpy(inverse[cells]).to(factors.device)]
            out[cells] = self._squares(of_cell, points[cells]).cpu().numpy()
        return out / self._targets.numel()

    def _squares(self, factors: Tensor, points: Floats) -> Tensor:
        weight, bias = self._layer.at(points, factors)
        inputs, targets = factors[..., : self._columns], factors[..., self._columns :]
        residuals = inputs @ torch.cat([weight, bias], 2).mT - targets
        return residuals.square().sum((1, 2))

    def _factors(self, values: Floats) -> Tensor:
        """Return R, (u, r, columns), at coordinates on the axis that moves the inputs."""
        found: list[Tensor] = []
        for samples in self._pass.slices:
            h = Strip(self._pass, samples).shared(values)
            y = self._targets[:, samples].expand(len(h), -1, -1)
            columns = (h, torch.ones_like(h[:, :1]), y)
            for i in range(0, h.shape[2], _ROWS):
                rows = torch.cat([column[..., i : i + _ROWS] for column in columns], 1).mT
                found = [torch.linalg.qr(torch.cat([*found, rows], 1), mode="r").R]
        return found[0]
