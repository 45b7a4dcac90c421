"""``FeatureSpace``: the points where a layer puts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from nnwidgets.widgets import _options
from nnwidgets.widgets._plane import PlaneView
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from nnwidgets.widgets.network import Network


class FeatureSpace(PlaneView):
    """The same points in the plane of two units' activations, with the next layer's lines.

    Parameters
    ----------
    net
        A :class:`Network`; or a module, followed by ``X`` and ``y``.
    layer : int or str, default the last hidden layer
        Whose activations are shown, by number or by the module's name.
    units : pair of int, default (0, 1)
        Which two of its units; one for a layer of one unit. A layer without the units of the one
        before brings its first along.
    features : pair of int or str, default (0, 1)
        The two features that stand for input space where ``morph`` is below 2.
    grid : bool, default True
        Whether the bent grid of input space is drawn; for models of one or two features.
    field : {"output", "boundary", "both", "none"}
        What is drawn behind: the rest of the network over the plane of the two units.
    morph : float, default 2
        From the inputs (0) by the weighted sums (1) to the activations (2).
    show_lines, editable : bool, default True
        Whether the next layer's lines are drawn, and can be moved.
    controls : bool, default False
        Whether the control bar is shown.
    extent : (x0, x1, y0, y1), optional
        What is visible; None fits the points.
    width, height : int, default 440 and 400
        Size in pixels.
    title : str

    Examples
    --------
    >>> ipywidgets.HBox([DecisionLines(net), FeatureSpace(net)])  # doctest: +SKIP
    """

    layer = option(_options.Place())
    units = option(_options.Places())
    features = option(_options.Places())
    grid = option(traitlets.Bool(True))
    morph = option(_options.Real(2.0, 0.0, 2.0))
    controls = option(traitlets.Bool(False))

    def _resolve(self, net: Network, options: dict[str, Any]) -> None:
        names = net._layer_names()
        if not names:
            raise ValueError(
                "FeatureSpace needs a model with layers it can see: modules that return a row of "
                f"units for each sample; {net!r} has none"
            )
        options.setdefault("features", tuple(range(min(2, net._spec["inputs"]))))
        options.setdefault("layer", max(len(names) - 2, 0))
        if isinstance(options["layer"], int | str) and "units" not in options:
            layer = _options.choose(names, options["layer"], "layer")
            options["units"] = tuple(range(min(2, net._spec["layers"][layer]["units"])))

    @traitlets.validate("features")
    def _check_features(self, proposal: Any) -> Any:
        return _options.choose(self.net._spec["features"], proposal["value"], "features")

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> Any:
        return _options.choose(self.net._layer_names(), proposal["value"], "layer")

    @traitlets.validate("units")
    def _check_units(self, proposal: Any) -> Any:
        names = self.net._layer_names()
        layer = _options.choose(names, self.layer, "layer")
        count = self.net._spec["layers"][layer]["units"]
        return _options.choose([str(unit) for unit in range(count)], proposal["value"], "units")

    @traitlets.observe("layer")
    def _keep_units(self, change: Any) -> None:
        """A layer of fewer units than the one before may not have those that were shown."""
        count = self.net._spec["layers"][change["new"]]["units"]
        if max(self.units) >= count:
            self.units = tuple(range(min(2, count)))

    def _refit(self) -> None:
        self.layer = min(self.layer, len(self.net._spec["layers"]) - 1)
        self._keep_units({"new": self.layer})
