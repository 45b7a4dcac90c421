"""The options that all views of a plane share: what is drawn, how large, and whether it moves."""

from __future__ import annotations

import traitlets

from nnwidgets.widgets import _options
from nnwidgets.widgets._view import View, option


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
