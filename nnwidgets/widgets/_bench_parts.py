"""The views that a playground is made of: one set for each network that it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnwidgets.widgets.decision_lines import DecisionLines
from nnwidgets.widgets.feature_space import FeatureSpace
from nnwidgets.widgets.loss_surface import LossSurface
from nnwidgets.widgets.network_graph import NetworkGraph
from nnwidgets.widgets.output_surface import OutputSurface
from nnwidgets.widgets.timeline import Timeline
from nnwidgets.widgets.training_curves import TrainingCurves
from nnwidgets.widgets.weight_sliders import WeightSliders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nnwidgets.widgets._view import View
    from nnwidgets.widgets.network import Network

#: They fill the room that the page gives them.
WIDE = 4000

_MAKERS: Mapping[str, Callable[[Network], View]] = {
    "graph": lambda net: NetworkGraph(net, width=WIDE, height=400),
    "lines": lambda net: DecisionLines(net, controls=False, **_plane("output")),
    "space": lambda net: FeatureSpace(net, **_plane("boundary")),
    "output": lambda net: OutputSurface(net, projection="2d", table=False, width=WIDE, height=300),
    "surface": lambda net: LossSurface(net, kind="contour", resolution=41, width=WIDE, height=300),
    "curves": lambda net: TrainingCurves(net, width=WIDE, height=130),
    "timeline": lambda net: Timeline(net, width=WIDE, height=44),
    "weights": lambda net: WeightSliders(net, width=WIDE),
}

PARTS = tuple(_MAKERS)


def _plane(field: str) -> dict[str, Any]:
    return {"field": field, "width": WIDE, "height": 300}


#: What a reader has set of these stays when the network becomes another.
_KEPT: Mapping[str, tuple[str, ...]] = {
    "graph": ("edges", "thumbnails", "labels"),
    "lines": ("field", "discrete", "show_lines", "show_test"),
    "space": ("grid", "morph"),
    "output": ("projection",),
    "surface": ("log", "trajectory", "gradient"),
    "curves": ("log", "smoothing"),
    "timeline": ("speed", "loop", "log"),
}

#: What a playground itself has as traits of how its lines are drawn, with the option of the view.
LOOK: Mapping[str, str] = {"discretize": "discrete", "show_test": "show_test"}


def make_parts(net: Network, before: Mapping[str, View]) -> tuple[dict[str, View], dict[str, str]]:
    """Make all views that a network can have, and say why it cannot have the others.

    Parameters
    ----------
    net
        What they show.
    before
        Those of the network before, whose look they take over.

    Returns
    -------
    views : dict of str to View
    missing : dict of str to str
    """
    views: dict[str, View] = {}
    missing: dict[str, str] = {}
    for name, make in _MAKERS.items():
        try:
            views[name] = make(net)
        except ValueError as error:
            missing[name] = str(error)
        else:
            if name in before:
                for option in _KEPT.get(name, ()):
                    setattr(views[name], option, getattr(before[name], option))
    return views, missing
