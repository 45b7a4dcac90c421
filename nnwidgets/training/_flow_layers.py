"""A model's parameters grouped by layer, and what a vector of them is like in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnwidgets.core.parameters import Parameters

#: Decades that histograms of |g| cover; what lies outside counts in the outermost bin.
DECADES = (-16, 4)
PER_DECADE = 4
BINS = (DECADES[1] - DECADES[0]) * PER_DECADE


class FlowLayers:
    """Which entries of the flat vector are which layer's weights.

    A layer is a module with parameters of its own; its weights are those of two dimensions or
    more. Modules that have none (biases, the scales of a normalisation) are left out, unless no
    module has any.

    Parameters
    ----------
    parameters : Parameters

    Attributes
    ----------
    names : tuple of str
        Paths of the modules, in the order of their parameters.
    sizes : (layers,) int array
        How many weights each has.
    """

    def __init__(self, parameters: Parameters) -> None:
        shapes = parameters.shapes
        weights = [name for name in parameters.names if len(shapes[name]) >= 2]
        grouped: dict[str, list[str]] = {}
        for name in weights or parameters.names:
            grouped.setdefault(name.rpartition(".")[0] or name, []).append(name)
        self.names = tuple(grouped)
        self.parameters = parameters
        self.shapes = dict(shapes)
        places = [
            np.concatenate([parameters.index(name) for name in names]) for names in grouped.values()
        ]
        self.sizes = np.array([len(place) for place in places], np.int64)
        self._starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]]).astype(np.int64)
        order = np.concatenate(places)
        whole = len(order) == parameters.size and (np.diff(order) == 1).all()
        self._order = slice(None) if whole else order
        self._offset = np.repeat(np.arange(len(places)) * BINS, self.sizes)

    def fits(self, parameters: Parameters) -> bool:
        """Whether the model still has these parameters."""
        return parameters is self.parameters or parameters.shapes == self.shapes

    def of(self, flat: NDArray[Any]) -> NDArray[np.float64]:
        """The weights' entries of a flat vector, layer after layer."""
        return np.asarray(flat, np.float64)[self._order]

    def rms(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Root of the mean square in each layer; NaN where there is no number."""
        with np.errstate(over="ignore", invalid="ignore"):
            sums = np.add.reduceat(values * values, self._starts)
            # Squares of what is below 1e-160 are 0: those layers are scaled first.
            found = np.sqrt(sums / self.sizes)
            if (sums < 1e-300).any():
                largest = np.maximum.reduceat(np.abs(values), self._starts)
                scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
                part = values / np.repeat(scale, self.sizes)
                found = scale * np.sqrt(np.add.reduceat(part * part, self._starts) / self.sizes)
        return found

    def zeros(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of entries that are exactly 0."""
        return np.add.reduceat((values == 0).astype(float), self._starts) / self.sizes

    def histogram(self, values: NDArray[np.float64]) -> NDArray[np.uint32]:
        """Counts of log10 of the absolute values, (layers, BINS); exact zeros are left out."""
        usable = (values != 0) & np.isfinite(values)
        logs = np.log10(np.abs(values, where=usable, out=np.ones_like(values)))
        bins = np.floor((logs - DECADES[0]) * PER_DECADE).clip(0, BINS - 1).astype(np.int64)
        counts = np.bincount((bins + self._offset)[usable], minlength=BINS * len(self.sizes))
        return counts.reshape(-1, BINS).astype(np.uint32)
