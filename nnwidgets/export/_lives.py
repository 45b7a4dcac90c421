"""What of a page lives without Python, and what stays as it was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nnwidgets.widgets._about import summary
from nnwidgets.widgets._view import View

if TYPE_CHECKING:
    from nnwidgets.export._contents import Contents
    from nnwidgets.widgets.network import Network

#: What js/src/math/optimizers.ts has.
OPTIMIZERS = ("sgd", "momentum", "adam", "adamw", "rmsprop")

#: Views whose pictures Python computes, whatever the network.
_PICTURES = ("FeatureMaps", "AttentionMaps", "Augmentations", "FlowComparison")

_CHOICES = "Playground: choosing data, inputs and settings; its views live"


class Lives(NamedTuple):
    """What a page does without Python, and what it does not; a line for each."""

    alive: tuple[str, ...]
    recorded: tuple[str, ...]


def lives(contents: Contents) -> Lives:
    """Say which parts of a page live."""
    alive, recorded = list[str](), list[str]()
    for place, net in enumerate(contents.nets):
        name = f"network {place + 1}" if len(contents.nets) > 1 else "the network"
        problem = net.run.problem
        about = f"{name} ({summary(problem, net.activation)})"
        why = _why_not(net)
        (recorded if why else alive).append(f"{about}: {why or 'moves and trains'}")
    for view in contents.views:
        if not isinstance(view, View):
            continue
        kind, why = type(view).__name__, _frozen(view)
        (recorded if why else alive).append(f"{kind}: {why}" if why else kind)
    recorded += [_CHOICES] * contents.benches
    return Lives(tuple(alive), tuple(recorded))


def _why_not(net: Network) -> str:
    """Why a network is not trained in the page; empty where it is."""
    problem, status = net.run.problem, net.run.status
    epochs = f"its {len(net.history)} recorded epochs play"
    if problem.stack is None:
        return f"only Python can compute it; {epochs}"
    if problem.loss.name == "custom":
        return f"moves, but its loss is a function in Python, so it does not train; {epochs}"
    if status.optimizer and status.optimizer not in OPTIMIZERS:
        return f"moves, but {status.optimizer} steps only in Python, so it does not train; {epochs}"
    return ""


def _frozen(view: Any) -> str:
    """Why a view stays as it was recorded; empty where it lives."""
    kind, net = type(view).__name__, view.net
    epoch = f"as recorded at epoch {net.epoch}"
    if kind in _PICTURES:
        sample = f"sample {view.sample}, " if hasattr(view, "sample") else ""
        return f"{sample}{epoch}"
    if kind == "Task":
        return f"{epoch}; its conditions are checked in Python"
    if kind == "GradientFlow":
        return f"gradients {epoch}, and none of what the page trains"
    if net.run.problem.stack is None:
        return f"what the page cannot compute is missing, or {epoch}"
    return ""
