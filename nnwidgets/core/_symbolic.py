"""See which steps a module takes, by running a copy of it on a symbol.

``torch.fx`` could trace more, but replaces ``nn.Module.__call__`` in the whole process while it
does: a model that trains in another thread then fails. Here nothing of torch or of the user is
replaced, no hook runs, and what ``forward`` sets on ``self`` is set on the copy.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from copy import copy
from functools import partial
from typing import Any

from torch import nn

from nnwidgets.core import activations
from nnwidgets.core._symbol import Step, Symbol
from nnwidgets.core.input_features import InputFeatures

# What says how many columns it takes and makes.
_SIZED = (nn.Linear, InputFeatures)
_CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def trace(model: nn.Module) -> list[Step] | None:
    """List the steps of ``model`` in evaluation mode, for inputs of shape (n, d).

    A step is a call of one of torch's modules, which are not looked into, or of a function that
    computes an activation of the table or a softmax. Casts, a dropout that is off, and reshaping
    to the shape (n, d) that is there already are no steps.

    Returns
    -------
    list of Step or None
        None where the input of some step is not just what the step before returned, where the
        course depends on the values, and where anything is called that is not known here.
    """
    steps: list[Step] = []
    try:
        last = _copy(model, "", steps)(Symbol(steps, _width(model)))
        return steps if type(last) is Symbol and last.unused else None
    except Exception:  # noqa: BLE001  a user's forward on what it was not written for
        return None


def join(path: str, name: str) -> str:
    """Return the path of the child ``name`` of the module at ``path``."""
    return f"{path}.{name}" if path else name


def _width(model: nn.Module) -> int:
    """Guess the input's columns; a wrong guess is found when the model runs on numbers."""
    sized: Any = next(module for module in model.modules() if type(module) in _SIZED)
    return int(sized.in_features)


def _copy(module: nn.Module, path: str, steps: list[Step]) -> nn.Module:
    """Copy a module and its parts, one copy for every place, so that each knows its path.

    Parameters are shared with the original. Buffers and plain containers are not, for a
    ``forward`` may write into them.
    """
    twin: nn.Module = object.__new__(type(module))  # without running a constructor
    state = {name: _own(value) for name, value in vars(module).items()}
    state |= {name: OrderedDict() for name in _HOOKS}
    state |= {"training": False, "_compiled_call_impl": None}
    state["_buffers"] = {k: None if b is None else b.clone() for k, b in module._buffers.items()}
    if _is_leaf(module):
        state["forward"] = partial(_called, path, module)
    else:
        state["_modules"] = {
            name: None if child is None else _copy(child, join(path, name), steps)
            for name, child in module._modules.items()
        }
    vars(twin).update(state)
    return twin


def _own(value: object) -> object:
    return copy(value) if type(value) in (list, dict, set, deque, OrderedDict) else value


def _is_leaf(module: nn.Module) -> bool:
    if type(module) in _CONTAINERS:
        return False
    # The sine is an activation of our own.
    ours = activations.describe(module) is not None or type(module) is InputFeatures
    return ours or type(module).__module__.startswith("torch.")


def _called(path: str, module: nn.Module, values: Symbol) -> Symbol:
    columns = module.out_features if isinstance(module, _SIZED) and type(module) in _SIZED else None
    return values.step(Step(path, module), columns)
