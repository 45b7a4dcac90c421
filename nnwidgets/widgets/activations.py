"""``Activations``: what each unit of a layer makes of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from nnwidgets.widgets import _options
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from nnwidgets.widgets.network import Network

_SHOWS = ("distribution", "heatmap", "curve", "patterns")


class Activations(LibraryView):
    """The units of one layer: how they respond to the data, and to the sample at hand.

    Four pictures, chosen in the view or by ``show``:

    - ``"distribution"``: a histogram of a for every unit, coloured by class, with the chosen
      sample marked;
    - ``"heatmap"``: samples, sorted by class, by units;
    - ``"curve"``: the activation function and its derivative, with one unit's z marked on it;
    - ``"patterns"``: which units are on (z > 0) together, as regions of the plane of two inputs,
      and the patterns that most samples have. With ReLU the layers are one affine map in each
      region (Montúfar, Pascanu, Cho and Bengio 2014).

    Units that no longer respond are called out, with the rule: a ReLU is dead where it is 0 on
    every row, another activation is saturated where its derivative is small on nearly all rows.
    Where a forward pass over all the data would take too long for a frame, evenly chosen rows
    stand for them, and the view says how many.

    Parameters
    ----------
    net
        A :class:`Network`; or a module, followed by ``X`` and ``y``.
    show : {"distribution", "heatmap", "curve", "patterns"}
    layer : int or str, default the last hidden layer
        By number or by the module's name. The last layer's a is after the model's head.
    units : sequence of int, optional
        Which units are shown; None shows all of them, 64 at a time.
    sample : int, optional
        The row of ``X`` that is marked; a sample pointed at in any view takes its place meanwhile.
    flat_slope : float, default 0.05
        Below this magnitude of da/dz an activation counts as flat.
    saturated_share : float, default 0.9
        A unit is saturated if it is flat on more than this share of the rows.
    dead_share : float, default 1.0
        A ReLU is dead if it is 0 on at least this share of the rows.
    with_earlier : bool, default False
        Whether patterns are told apart by the units of the layers before as well.
    controls : bool, default False
        Whether the control bar is shown.
    width : int, default 560
        Width in pixels.
    title : str

    Raises
    ------
    ValueError
        For a model without layers that can be seen.
    traitlets.TraitError
        For a layer, unit or sample that is not there, and any other option that is none.

    Examples
    --------
    >>> Activations(net, layer=0, show="heatmap")  # doctest: +SKIP
    >>> Activations(model, X, y, sample=17, saturated_share=0.8)  # doctest: +SKIP
    """

    _bundle_name = "inside"

    show = option(traitlets.Enum(_SHOWS, "distribution"))
    layer = option(_options.Place())
    units = option(_options.Indices())
    sample = option(_options.MaybeRow())
    flat_slope = option(_options.Real(0.05, 0.0, 1.0))
    saturated_share = option(_options.Real(0.9, 0.0, 1.0))
    dead_share = option(_options.Real(1.0, 0.0, 1.0))
    with_earlier = option(traitlets.Bool(False))
    controls = option(traitlets.Bool(False))
    width = option(_options.Whole(560, 240, 4000))
    title = option(traitlets.Unicode())

    def _resolve(self, net: Network, options: dict[str, Any]) -> None:
        names = net._layer_names()
        if not names:
            raise ValueError(
                "Activations needs a model with layers it can see: modules that return a row of "
                f"units for each sample; {net!r} has none. WeightUpdates and WeightSliders show "
                "any model"
            )
        options.setdefault("layer", max(len(names) - 2, 0))

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> Any:
        return _options.choose(self.net._layer_names(), proposal["value"], "layer")

    @traitlets.validate("units")
    def _check_units(self, proposal: Any) -> Any:
        units = proposal["value"]
        if units is None:
            return None
        layer = _options.choose(self.net._layer_names(), self.layer, "layer")
        count = self.net._spec["layers"][layer]["units"]
        return _options.choose([str(unit) for unit in range(count)], tuple(units), "units")

    @traitlets.validate("sample")
    def _check_sample(self, proposal: Any) -> int | None:
        return _options.row(proposal["value"], len(self.net.X), "sample")

    @traitlets.observe("layer")
    def _keep_units(self, change: Any) -> None:
        """Another layer may not have the units that were shown."""
        count = self.net._spec["layers"][change["new"]]["units"]
        if self.units is not None and max(self.units) >= count:
            self.units = None

    def _refit(self) -> None:
        self.layer = min(self.layer, len(self.net._spec["layers"]) - 1)
        self._keep_units({"new": self.layer})
