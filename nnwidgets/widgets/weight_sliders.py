"""``WeightSliders``: every parameter as a slider and a number."""

from __future__ import annotations

import traitlets

from nnwidgets.widgets import _options
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._view import option


class WeightSliders(LibraryView):
    """A slider and a number field for every parameter, layer by layer.

    Each has a range, a reset and a freeze; undo and redo take back drags of any view.

    Parameters
    ----------
    net
        A :class:`Network`; or a module, followed by ``X`` and ``y``.
    search : str
        Shows only parameters whose reference contains it.
    collapsed : bool, default False
        Whether all layers are closed at first.
    limit : int, default 64
        So many parameters are open at first at most; the rest opens by a click.
    ranges : dict of str to (float, float)
        From where to where sliders go, by parameter name (``"0.weight"``) or reference
        (``"0.weight[0,1]"``). The others start from their initial values and grow as needed.
    step : float, optional
        What an arrow key moves; None goes by the range.
    precision : int, default 3
        Digits after the point.
    controls : bool, default False
        Whether the control bar is shown.
    width : int, default 440
        Width in pixels.
    title : str

    Examples
    --------
    >>> WeightSliders(net, ranges={"0.weight": (-3, 3)})  # doctest: +SKIP
    """

    _bundle_name = "inside"

    search = option(traitlets.Unicode())
    collapsed = option(traitlets.Bool(False))
    limit = option(_options.Whole(64, 1, 100_000))
    ranges = option(_options.Ranges())
    step = option(_options.Float(None, allow_none=True))
    precision = option(_options.Whole(3, 0, 17))
    controls = option(traitlets.Bool(False))
    width = option(_options.Whole(440, 120, 4000))
    title = option(traitlets.Unicode())

    @traitlets.validate("step")
    def _check_step(self, proposal: dict[str, float | None]) -> float | None:
        step = proposal["value"]
        if step is not None and not 0 < step < float("inf"):
            raise traitlets.TraitError(f"step must be None or positive and finite; got {step}")
        return step

    @traitlets.validate("ranges")
    def _check_ranges(self, proposal: dict[str, dict[str, object]]) -> dict[str, object]:
        for reference in proposal["value"]:
            try:
                self.net.run.problem.parameters.index(reference)
            except ValueError as error:  # which says what there is
                raise _options.Refused(f"ranges: {error}") from error
        return proposal["value"]
