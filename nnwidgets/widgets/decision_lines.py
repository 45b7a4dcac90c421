"""``DecisionLines``: the data, and each hidden unit's line among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from nnwidgets.widgets import _options
from nnwidgets.widgets._plane import InputPlane, PlaneView, first_axes
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from nnwidgets.widgets.network import Network


class DecisionLines(InputPlane, PlaneView):
    """The points in the plane of two features, with a line for every unit of the first layer.

    A line is where the unit's weighted sum is zero. Drag its body to move it, its ends to turn
    it; double-click to swap its sides. Points can be added, moved, labelled and deleted.

    A model whose first layer is given formulas of the inputs (:class:`InputFeatures`) has a curve
    for every unit, as units of deeper layers have. Drag it, and its bias follows so that the curve
    stays under the pointer; its shape is turned by the weights, in :class:`NetworkGraph` or
    :class:`WeightSliders`.

    Parameters
    ----------
    net
        A :class:`Network`; or a module, followed by ``X`` and ``y``.
    axes : pair of int or str, default (0, 1)
        The two features shown, by number or name; one for a model of one feature.
    fixed : sequence of float, shape (d,), optional
        Where the plane lies: the values of the features that are not shown. None is the mean of
        the data, whatever they become.
    layer : int or str, default 0
        Whose units' lines are shown: of the first, or the curves of a deeper one.
    field : {"output", "boundary", "both", "none"}
        What is drawn behind.
    ghost : {"none", "initial", "pinned"} or int
        Lines of another time: the initial ones, those pinned by the reader, or an epoch's.
    show_lines, show_points, show_test, editable, controls : bool, default True
        Whether to draw lines, points and, hollow, test points (up to 10 000 numbers of them), let
        lines and points be moved, and show the control bar.
    discrete : bool, default False
        Whether the output is drawn in flat colours: what is decided and not how surely, or of a
        regression eight bands.
    extent : (x0, x1, y0, y1), optional
        What is visible; None fits the data.
    width, height : int, default 440 and 400
        Size in pixels.
    title : str

    Examples
    --------
    >>> DecisionLines(net, field="both", ghost="initial")  # doctest: +SKIP
    >>> DecisionLines(model, X, y, loss="bce")  # doctest: +SKIP
    """

    layer = option(_options.Place())
    ghost = option(_options.Ghost())
    show_points = option(traitlets.Bool(True))
    show_test = option(traitlets.Bool(True))
    discrete = option(traitlets.Bool(False))

    def _resolve(self, net: Network, options: dict[str, Any]) -> None:
        options.setdefault("axes", first_axes(net))

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> Any:
        return _options.choose(self.net._layer_names() or ["model"], proposal["value"], "layer")

    def _refit(self) -> None:
        self.layer = min(self.layer, max(len(self.net._spec["layers"]) - 1, 0))
