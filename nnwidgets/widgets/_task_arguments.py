"""What a teacher gives a task, checked, and the network as it is then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnwidgets.widgets._presets import HIDEABLE
from nnwidgets.widgets._verdict import Start
from nnwidgets.widgets.network import Network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnwidgets.training.run import Run


def run_of(net: object) -> Run:
    """Return the run of a network; nothing else can be set a task."""
    if not isinstance(net, Network):
        raise TypeError(f"a task is set for a Network, got {type(net).__name__}")
    return net.run


def names_of(argument: str, given: str | Sequence[str]) -> tuple[str, ...]:
    """Return a tuple of texts, of one or of several."""
    names = (given,) if isinstance(given, str) else tuple(given)
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"{argument} must be a str or a list of them, got {given!r}")
    return names


def hidden_of(hide: str | Sequence[str], freeze: object) -> tuple[str, ...]:
    """Return names of controls; what is frozen cannot be unfrozen from the page."""
    names = names_of("hide", hide)
    for name in names:
        if name not in HIDEABLE:
            raise ValueError(f"hide knows {', '.join(HIDEABLE)}; got {name!r}")
    return (*names, "freeze") if freeze else names


def start_of(net: Network) -> Start:
    """Return what the network is now."""
    problem = net.run.problem
    stack = problem.stack
    units = tuple(layer.out_features for layer in stack.layers[:-1]) if stack else None
    return Start(problem.parameters.read(), problem.data, units, net.activation)
