"""A state put back: everything that can fail is tried before anything of the user's changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from nnwidgets.core.problem import Problem
from nnwidgets.core.state._fields import StateError, listed, show
from nnwidgets.core.state._network import NetworkState
from nnwidgets.core.state._parameters import parameters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike
    from torch import Tensor


#: The shape and dtype of a tensor.
Kind = tuple[tuple[int, ...], str]


@dataclass(frozen=True)
class Ready:
    """A state with a model and data that it was tried with.

    Attributes
    ----------
    state : NetworkState
    model : nn.Module
        Not yet changed, if it is the user's.
    arguments : dict
        What else a Problem or Network is made with.
    problem : Problem
        The one it was tried as.
    """

    state: NetworkState
    model: nn.Module
    arguments: dict[str, Any]
    problem: Problem

    def start(self) -> None:
        """Give the model the activations and parameters of the state's start."""
        state = self.state
        state.structure.activate(self.model)
        write(self.model, state.initial, state.initial_buffers)
        trained = {p.name: p.trained for p in state.parameters}
        for name, parameter in self.model.named_parameters():
            parameter.requires_grad_(trained[name])


def prepare(
    state: NetworkState,
    model: nn.Module | None = None,
    X: ArrayLike | None = None,
    y: ArrayLike | None = None,
    *,
    loss: Callable[..., Any] | None = None,
    **names: Any,
) -> Ready:
    """Find all that a problem is made of, and try it; what is given wins over what is stored.

    ``names`` are ``feature_names`` and ``class_names``.

    Raises
    ------
    StateError
        If something is missing or does not fit; the model is unchanged.
    """
    structure = state.structure
    if model is None:
        if not structure.made_by:
            raise StateError(
                f"the state is of a model of your own class {structure.name!r}, which it does not "
                "hold: pass model=, an instance of it"
            )
        model = structure.build(getattr(torch, state.parameters[0].dtype))
    check_parameters(state, model)
    structure.check_activations(model)
    arguments = _arguments(state, X, y, loss) | names
    try:
        problem = Problem(model, **arguments)
    except (TypeError, ValueError) as error:
        raise StateError(f"the state does not fit together: {error}") from error
    return Ready(state, model, arguments, problem)


def check_parameters(state: NetworkState, model: nn.Module) -> None:
    """Raise `StateError` where a model's parameters or buffers are not those of a state.

    Names, shapes and dtypes have to be the same.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, got {type(model).__name__}")
    wanted = {p.name: (p.shape, p.dtype) for p in state.parameters}
    found = {p.name: (p.shape, p.dtype) for p in parameters_of(model)}
    compare("parameter", wanted, found)
    for buffers in (state.buffers, state.initial_buffers):
        compare("buffer", kinds(buffers), kinds(dict(model.named_buffers())))


def compare(
    what: str,
    wanted: Mapping[str, Kind],
    found: Mapping[str, Kind],
    whose: str = "the state",
) -> None:
    """Raise `StateError` naming what is missing, too much, or of another shape or dtype."""
    missing = [name for name in wanted if name not in found]
    more = [name for name in found if name not in wanted]
    if missing or more:
        parts = [f"the model lacks {listed(missing)}"] if missing else []
        parts += [f"{whose} lacks {listed(more)}"] if more else []
        raise StateError(f"{whose} is of another model, by its {what}s: {'; '.join(parts)}")
    for name, (shape, dtype) in wanted.items():
        if found[name] != (shape, dtype):
            theirs = found[name]
            raise StateError(
                f"{what} {show(name)} is {show(shape)} of {dtype} in {whose}, and "
                f"{show(theirs[0])} of {theirs[1]} in the model"
            )


def write(model: nn.Module, values: Any, buffers: Mapping[str, Tensor]) -> None:
    """Write a flat vector and buffers into a model, in place."""
    start = 0
    with torch.no_grad():
        for parameter in model.parameters():
            stop = start + parameter.numel()
            part = torch.from_numpy(np.array(values[start:stop])).reshape(parameter.shape)
            parameter.copy_(part)
            start = stop
        for name, buffer in model.named_buffers():
            buffer.copy_(buffers[name])


def _arguments(
    state: NetworkState, X: ArrayLike | None, y: ArrayLike | None, loss: Any
) -> dict[str, Any]:
    if loss is None and state.loss == "custom":
        raise StateError("the state's loss is a function of your own: pass loss=")
    if X is None:
        if y is not None:
            raise StateError("y was given without X: pass both, or neither")
        if state.data is None:
            raise StateError("the state has no data (it was made with data=False): pass X and y")
        data = state.data
        X, y = data.X.reshape(len(data), *data.shape), data.y
    test = state.test
    return {
        "X": X,
        "y": y,
        "loss": state.loss if loss is None else loss,
        "test": test and (test.X.reshape(len(test), *test.shape), test.y),
        "feature_names": state.feature_names,
        "class_names": state.class_names,
    }


def kinds(tensors: Mapping[str, Tensor]) -> dict[str, Kind]:
    """Return shape and dtype of each tensor."""
    return {
        name: (tuple(t.shape), str(t.dtype).removeprefix("torch.")) for name, t in tensors.items()
    }
