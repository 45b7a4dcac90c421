"""A state put into a problem that is there already, in a few writes that cannot fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from torch import nn

from nnwidgets.core._restructure import is_editable
from nnwidgets.core._stand_in import copied
from nnwidgets.core.input_features import InputFeatures
from nnwidgets.core.parameters import Parameters
from nnwidgets.core.state._fields import StateError
from nnwidgets.core.state._network import NetworkState
from nnwidgets.core.state.restore import Ready, prepare, write

if TYPE_CHECKING:
    from nnwidgets.core.problem import Problem

# All that a problem has of its data: attributes of its own, as those tried already fit it.
_DATA = ("data", "_train", "test", "_test", "feature_names", "class_names")


def tried(problem: Problem, state: NetworkState) -> Ready:
    """Try a state on a model like the problem's, which stays as it is.

    Raises
    ------
    StateError
        If it has other inputs, outputs or another loss than the problem, or a model of another
        kind; the turn must be the caller's.
    """
    loss = problem.loss.function if state.loss == problem.loss.name == "custom" else None
    data = problem.data if state.data is None else None
    X, y = (data.X.reshape(len(data), *data.shape), data.y) if data else (None, None)
    ready = prepare(state, _like(problem, state), X, y, loss=loss)
    ready.start()
    theirs, ours = _kind(ready.problem), _kind(problem)
    for name, value in theirs.items():
        if value != ours[name]:
            raise StateError(
                f"the state has the {name} {value}, and the network {ours[name]}: from_json() "
                "makes a new network of it"
            )
    return ready


def put(problem: Problem, ready: Ready) -> None:
    """Give the problem what was tried: the state's start, with its data.

    Where units, layers or biases are others the model is rebuilt, as `core._restructure` does.
    """
    state, model, rebuilt = ready.state, problem.model, _differs(problem.model, ready.model)
    if rebuilt:
        _take_modules(model, ready.model)
        problem.parameters = Parameters(model)
    else:
        state.structure.activate(model)
        write(model, state.initial, state.initial_buffers)
        trained = {p.name: p.trained for p in state.parameters}
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(trained[name])
    problem.refresh()
    if state.data is not None:
        for name in _DATA:
            setattr(problem, name, getattr(ready.problem, name))
    problem.frozen = np.zeros(problem.parameters.size, bool)
    problem.frozen[state.frozen] = True
    problem.held = problem.frozen & False
    problem.mark_initial()
    problem.revision += rebuilt  # last, as in `core._restructure`


def _kind(problem: Problem) -> dict[str, object]:
    return {
        "loss": problem.loss.name,
        "number of inputs": problem.inputs,
        "number of outputs": problem.outputs,
        "dtype": problem.parameters.first.dtype,
    }


def _like(problem: Problem, state: NetworkState) -> nn.Module | None:
    """Return the model to try it on: None where the state has what it takes to build one."""
    if state.structure.made_by and is_editable(problem.model):
        return None
    memo: dict[int, Any] = {}
    try:
        return copied(problem.model, memo, None)
    except ValueError as error:
        raise StateError(str(error)) from None


def _differs(one: nn.Module, other: nn.Module) -> bool:
    pair = one, other
    shapes = [[(name, p.shape, p.dtype) for name, p in each.named_parameters()] for each in pair]
    lifts = [
        [part.features for part in m.modules() if isinstance(part, InputFeatures)]
        for m in (one, other)
    ]
    return shapes[0] != shapes[1] or lifts[0] != lifts[1]


def _take_modules(model: nn.Module, other: nn.Module) -> None:
    like = next(model.parameters())
    other.to(like.device).train(model.training)
    model._modules.clear()
    for name, module in other.named_children():
        model.add_module(name, module)
