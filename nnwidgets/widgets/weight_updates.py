"""``WeightUpdates``: the weight matrices, and what training does to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnwidgets.core.gradient import loss_gradient
from nnwidgets.widgets import _options
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nnwidgets.core.problem import Problem
    from nnwidgets.training.history import History
    from nnwidgets.widgets._feed import Payload

_QUANTITIES = ("weights", "update", "change", "gradient")
_SHOWS = ("both", "matrices", "histogram")

#: Bins of a histogram: the twin of ``BINS`` in js/src/math/value_histograms.ts.
BINS = 64
#: So many recorded epochs are counted for a page that comes late, and so many numbers at most.
_MOST_EPOCHS = 96
_MOST_NUMBERS = 4_000_000
#: The gradient of a model that only Python computes is of so many rows at most.
_MOST_ROWS = 2048
#: The least range of a histogram.
_LEAST = 2.0**-10


class WeightUpdates(LibraryView):
    """Every weight matrix as a heat map, and the spread of its weights over the epochs.

    A row is a unit, a column what the unit reads; its bias stands beside it. All matrices that
    are shown share one colour scale, symmetric about 0: orange is negative, blue positive. Cells
    that are large enough have their number in them; pointing at one tells it, with the gradient
    and the plain step −η·∂L/∂w (Rumelhart, Hinton and Williams 1986). Double-click a cell, or
    choose it by arrow keys and press Enter, to type its value; ``+`` and ``-`` move it.

    The histogram below has a column an epoch, darker where there are more weights, by the
    logarithm of their number. Epochs before the page was opened come from the network's history.

    Parameters
    ----------
    net
        A :class:`Network`; or a module, followed by ``X`` and ``y``. Any module will do; of one
        that is no stack of Linear layers Python computes the gradient, over 2048 rows at most.
    show : {"both", "matrices", "histogram"}
    quantity : {"weights", "update", "change", "gradient"}
        What the colours are: the weights w; what the last epoch added to them, whatever the
        optimizer (the view says from which epoch to which, for while training runs a page may
        not see every one); w less the initial w; or ∂(mean loss)/∂w.
    layer : int or str, optional
        Which matrix, by number or by its module's name; None shows them all.
    editable : bool, default True
        Whether cells can be edited. Frozen parameters cannot.
    controls : bool, default False
        Whether the control bar is shown.
    width : int, default 620
        Width in pixels.
    title : str

    Raises
    ------
    traitlets.TraitError
        For a layer that is not there, and any other option that is none.

    Examples
    --------
    >>> WeightUpdates(net, quantity="update")  # doctest: +SKIP
    >>> WeightUpdates(net, layer="0", show="matrices", editable=False)  # doctest: +SKIP
    """

    _bundle_name = "inside"
    _fed_by = ("epoch", "parameters", "data", "structure")
    #: A page has opened the view and knows nothing of the epochs before.
    _late = False

    show = option(traitlets.Enum(_SHOWS, "both"))
    quantity = option(traitlets.Enum(_QUANTITIES, "weights"))
    layer = option(_options.MaybePlace())
    editable = option(traitlets.Bool(True))
    controls = option(traitlets.Bool(False))
    width = option(_options.Whole(620, 240, 4000))
    title = option(traitlets.Unicode())

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> Any:
        if proposal["value"] is None:
            return None
        names = [matrix.name for matrix in matrices(self.net._spec)]
        return _options.choose(names, proposal["value"], "layer")

    def _refit(self) -> None:
        if self.layer is not None and self.layer >= len(matrices(self.net._spec)):
            self.layer = None

    @traitlets.observe("quantity")
    def _ask_gradient(self, _change: Any) -> None:
        if self._forget is not None:  # it is open
            self._feed.offer()

    def _on_message(self, widget: object, content: object, buffers: object) -> None:
        if isinstance(content, dict) and content.get("type") == "hello":
            self._late = True
        super()._on_message(widget, content, buffers)

    def _payload(self) -> Payload | None:
        """Return what a page that comes late has missed, and a gradient it cannot compute."""
        late, self._late = self._late, False  # later epochs the page counts itself
        return self._told(missed=late)

    def _recorded(self) -> Payload | None:
        return self._told(missed=True)

    def _told(self, *, missed: bool) -> Payload | None:
        content: dict[str, Any] = {}
        buffers: list[bytes] = []
        if missed:
            found = matrices(self.net._spec)
            epochs, ranges, counts = histograms(self.net.run.history, found)
            content = {"epochs": epochs, "range": ranges, "bins": BINS}
            buffers = [each.astype(np.float32).tobytes() for each in counts]
        spec = self.net._spec
        if self.quantity == "gradient" and (spec["kind"] != "stack" or spec["loss"] == "custom"):
            problem = self.net.run.problem
            of = len(problem.data.X)
            content["gradient"] = {"n": min(of, _MOST_ROWS), "of": of}
            buffers.append(flat_gradient(problem).tobytes())
        return (content, buffers) if content else None


def flat_gradient(problem: Problem) -> NDArray[np.float32]:
    """Return dL/dp of the loss over at most 2048 rows, laid out as the parameters are.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    ndarray of float32, shape (problem.parameters.size,)
        0 where no gradient reaches.
    """
    out = np.zeros(problem.parameters.size, np.float32)
    for name, slope in loss_gradient(problem, _MOST_ROWS).items():
        if slope is not None:
            out[problem.parameters.index(name)] = slope.float().cpu().numpy().ravel()
    return out


@dataclass(frozen=True)
class Matrix:
    """A parameter as a matrix, where the page's js/src/scene/weight_matrices.ts finds one too."""

    name: str
    offset: int
    size: int


def matrices(spec: Mapping[str, Any]) -> list[Matrix]:
    """Every parameter but the biases of matrices, in the order of the model.

    Parameters
    ----------
    spec
        What the page is told of the network.
    """
    params = spec["params"]
    weights = {layer["weight"]: layer for layer in spec["layers"] if layer["weight"] is not None}
    used: set[int] = set()
    found = []
    for param in params:
        if param["offset"] in used or param["size"] == 0:
            continue
        used.add(param["offset"])
        used.update(_bias_offsets(params, param, weights.get(param["offset"])))
        name = param["name"].removesuffix("weight").removesuffix(".") or param["name"]
        found.append(Matrix(name, param["offset"], param["size"]))
    return found


def _bias_offsets(
    params: Sequence[Mapping[str, Any]],
    weight: Mapping[str, Any],
    layer: Mapping[str, Any] | None,
) -> list[int]:
    if layer is not None:
        return [] if layer["bias"] is None else [layer["bias"]]
    if len(weight["shape"]) < 2:
        return []
    name = weight["name"].replace("weight", "bias", 1)
    return [
        param["offset"]
        for param in params
        if param["name"] == name
        and param is not weight
        and len(param["shape"]) == 1
        and param["size"] == weight["shape"][0]
    ][:1]


def histograms(
    history: History, found: Sequence[Matrix]
) -> tuple[list[int], list[float], list[NDArray[np.int64]]]:
    """Count each matrix's numbers at evenly chosen recorded epochs.

    Parameters
    ----------
    history : History
    found : sequence of Matrix

    Returns
    -------
    epochs : list of int
    ranges : list of float
        A power of two for each matrix: its bins are over [−range, range].
    counts : list of ndarray, shape (epochs, 64)
        One for each matrix.
    """
    epochs, vectors = _chosen(history, sum(matrix.size for matrix in found))
    ranges, counts = [], []
    for matrix in found:
        parts = [vector[matrix.offset : matrix.offset + matrix.size] for vector in vectors]
        reach = power_of_two(max((_largest(part) for part in parts), default=0.0))
        ranges.append(reach)
        counts.append(np.array([_counts(part, reach) for part in parts]).reshape(-1, BINS))
    return epochs, ranges, counts


def _chosen(history: History, size: int) -> tuple[list[int], list[NDArray[Any]]]:
    recorded = history.epochs
    most = max(8, min(_MOST_EPOCHS, _MOST_NUMBERS // max(1, size)))
    places = np.unique(np.linspace(0, len(recorded) - 1, min(most, len(recorded))).astype(int))
    epochs: list[int] = []
    vectors = []
    for place in places if len(recorded) else []:
        try:
            epoch = history.kept_epoch(int(recorded[place]))
            vector = history.parameters(epoch)
        except LookupError:  # training was reset meanwhile
            return [], []
        if not epochs or epoch > epochs[-1]:
            epochs.append(epoch)
            vectors.append(vector)
    return epochs, vectors


def _largest(values: NDArray[Any]) -> float:
    size = np.abs(values)
    return float(size[np.isfinite(size)].max(initial=0.0))


def power_of_two(size: float) -> float:
    """Return the least power of two, not below 2⁻¹⁰, that ``size`` does not exceed."""
    return max(_LEAST, 2.0 ** float(np.ceil(np.log2(size)))) if size > 0 else _LEAST


def _counts(values: NDArray[Any], reach: float) -> NDArray[np.int64]:
    finite = values[~np.isnan(values)].astype(np.float64)
    bins = np.clip((finite + reach) * (BINS / (2 * reach)), 0, BINS - 1).astype(np.int64)
    return np.bincount(bins, minlength=BINS)
