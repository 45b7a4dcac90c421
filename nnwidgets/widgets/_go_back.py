"""A network taken back to what it was when a task was set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nnwidgets.widgets._verdict import Start
    from nnwidgets.widgets.network import Network


def go_back(net: Network, start: Start) -> None:
    """Give a network the units, activations, data and weights of the start.

    They become the initial ones, which ``net.reset()`` goes back to. The caller has paused the
    training.
    """
    problem = net.run.problem
    if start.units is not None:
        _rebuild(net, start.units)
    net.run.restore_activations(start.structure)
    if not start.has(problem.data):
        net.run.replace_data(start.data)
    with problem.turn:
        if problem.parameters.size != start.parameters.size:
            raise RuntimeError("the model has other layers than when the task was set")
        # Frozen ones as well: what moved them was code, which is no part of the task.
        problem.parameters.write(np.arange(problem.parameters.size), start.parameters)
        problem.mark_initial()


def _rebuild(net: Network, units: tuple[int, ...]) -> None:
    while len(_units(net)) > len(units):
        net.remove_layer(len(_units(net)) - 1)
    while len(now := _units(net)) < len(units):
        net.add_layer(len(now) - 1, units[len(now)])
    for layer, wanted in enumerate(units):
        while _units(net)[layer] < wanted:
            net.add_unit(layer)
        while (count := _units(net)[layer]) > wanted:
            net.remove_unit(layer, count - 1)


def _units(net: Network) -> list[int]:
    stack = net.run.problem.stack
    return [layer.out_features for layer in stack.layers[:-1]] if stack else []
