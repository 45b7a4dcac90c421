"""What an exported page keeps of networks and views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget

from nnwidgets.export._past import MOST_BYTES, past
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._surface import SurfaceModel
from nnwidgets.widgets._view import View
from nnwidgets.widgets.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    import ipywidgets

    from nnwidgets.widgets.network import Network

State = dict[str, Any]

#: Of the page's own making, or of a notebook's host alone.
_LEFT_OUT = {
    *("_esm", "_css", "_code", "_key", "_library", "net", "uplink", "layout", "_words"),
    *(set(anywidget.AnyWidget.class_trait_names(sync=True)) - {"_dom_classes"}),
}


def traits_of(widget: ipywidgets.Widget) -> State:
    """Return the synced traits of a widget that a page needs."""
    state: State = widget.get_state([name for name in widget.keys if name not in _LEFT_OUT])
    return state


def network_state(net: Network, among: int) -> State:
    """Return a network as ``js/src/page/state.ts`` reads it.

    Parameters
    ----------
    net
        It may be trained meanwhile: what is returned is of one moment.
    among
        How many networks the page has, which share the room for what was recorded.
    """
    with net.run.problem.turn:
        net._traffic.write_all()  # traits follow training at a distance
        history = past(net.run, MOST_BYTES // among)
        trainer = net.run.trainer
        seed = 0 if trainer is None else trainer.seed
        return {"traits": traits_of(net), "history": history, "seed": seed}


def view_state(
    view: View | Network,
    library: str | None,
    places: Callable[[Network], int],
    *,
    flat: bool = False,
) -> State:
    """Return a view as ``js/src/page/state.ts`` reads it.

    Parameters
    ----------
    view
        A network is shown as its control bar.
    library
        What draws it; None for the networks' own bundle.
    places
        Gives the place of a network among the networks of the page.
    flat
        Whether the page is without plotly: no view of it offers three dimensions then.
    """
    place = places(view.net if isinstance(view, View) else view)
    if not isinstance(view, LibraryView):
        return {"net": place, "library": library, "traits": traits_of(view), "fed": None}
    payload = view._recorded()
    fed = None if payload is None else {"content": payload[0], "buffers": payload[1]}
    traits = traits_of(view)
    if isinstance(view, SurfaceModel) and _is_laid_in_the_page(view):
        traits |= {"_surface": {}, "_tracks": []}
    if flat and _projections(view):
        traits["_flat"] = True
    if isinstance(view, Timeline):
        traits["_beside"] = [f"net:{places(net)}" for net in view.beside.values()]
    return {"net": place, "library": library, "traits": traits, "fed": fed}


def _is_laid_in_the_page(view: SurfaceModel) -> bool:
    """Whether the page computes the same surface: it has no directions that Python drew."""
    problem = view.net.run.problem
    named = view.axes == "pca" or all(isinstance(axis, str) for axis in view.axes)
    drawn = view.axes == "random" or "random" in view.axes
    own = problem.stack is not None and problem.loss.name != "custom"
    return own and named and not drawn and len(view._tracks) < 2  # of other runs


def is_spatial(view: View | Network) -> bool:
    """Whether a page needs plotly for a view: a surface that begins as a map may stay one."""
    return any(kind in ("3d", "surface", "both") for kind in _projections(view))


def _projections(view: View | Network) -> list[str]:
    """Return what a view, which can have three dimensions, is seen by."""
    return [getattr(view, name) for name in ("projection", "kind") if hasattr(view, name)]
