"""The options that all views of a plane share: what is drawn, how large, and whether it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from nnwidgets.widgets import _options
from nnwidgets.widgets._view import View, option

if TYPE_CHECKING:
    from nnwidgets.widgets.network import Network


class InputPlane(traitlets.HasTraits):
    """Which two features a view shows the plane of, and where the others are held."""

    net: Network

    axes = option(_options.Places())
    fixed = option(_options.Numbers())

    @traitlets.validate("axes")
    def _check_axes(self, proposal: Any) -> Any:
        return _options.choose(self.net._spec["features"], proposal["value"], "axes")

    @traitlets.validate("fixed")
    def _check_fixed(self, proposal: Any) -> Any:
        inputs, fixed = self.net._spec["inputs"], proposal["value"]
        if fixed is not None and len(fixed) != inputs:
            raise traitlets.TraitError(
                f"fixed must have {inputs} numbers, one for every feature; got {len(fixed)}"
            )
        return fixed


def first_axes(net: Network) -> tuple[int, ...]:
    """Return the axes of a view that was given none: the first two features, or the only one."""
    return tuple(range(min(2, net._spec["inputs"])))


class PlaneView(View):
    """A view of points and lines in a plane of two quantities."""

    field = option(traitlets.Enum(_options.FIELDS, "output"))
    show_lines = option(traitlets.Bool(True))
    editable = option(traitlets.Bool(True))
    controls = option(traitlets.Bool(True))
    extent = option(_options.Extent())
    width = option(_options.Whole(440, 120, 4000))
    height = option(_options.Whole(400, 120, 4000))
    title = option(traitlets.Unicode())
