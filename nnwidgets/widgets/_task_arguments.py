"""What a teacher gives a task, checked, and the network as it is then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnwidgets.core.state import Structure
from nnwidgets.widgets._verdict import Start
from nnwidgets.widgets.network import Network

if TYPE_CHECKING:
    from nnwidgets.training.run import Run


def run_of(net: object) -> Run:
    """Return the run of a network; nothing else can be set a task."""
    if not isinstance(net, Network):
        raise TypeError(f"a task is set for a Network, got {type(net).__name__}")
    return net.run


def start_of(net: Network) -> Start:
    """Return what the network is now."""
    problem = net.run.problem
    stack = problem.stack
    units = tuple(layer.out_features for layer in stack.layers[:-1]) if stack else None
    return Start(problem.parameters.read(), problem.data, units, Structure.of(problem.model))
