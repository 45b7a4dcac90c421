"""Read an ``nn.Module`` as dense layers, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from nnwidgets.core import activations
from nnwidgets.core._head import HEADS, head_of_module, head_of_outputs

Spec = Mapping[str, object]
LINEAR: Spec = {"name": "linear"}


@dataclass(frozen=True)
class DenseLayer:
    """A Linear and the activation that follows it.

    Attributes
    ----------
    name : str
        The Linear's path in the model, "0" or "net.0" ("" if the model is the Linear itself).
    weight, bias : str, str or None
        Parameter names; of tied parameters the first name.
    in_features, out_features : int
    activation : mapping
        What :func:`activations.describe` says; ``{"name": "linear"}`` where nothing follows.
    activation_path : str or None
        The activation module's path, None where there is none.
    """

    name: str
    weight: str
    bias: str | None
    in_features: int
    out_features: int
    activation: Spec = field(default_factory=lambda: LINEAR)
    activation_path: str | None = None


@dataclass(frozen=True)
class Stack:
    """Dense layers, one after the other.

    Attributes
    ----------
    layers : tuple of DenseLayer
    head : str
        What ends the model after the last Linear: "linear" (nothing, or an activation that
        stands in the last layer), "sigmoid", "softmax" or "log_softmax".
    """

    layers: tuple[DenseLayer, ...]
    head: str


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Put ``model`` in evaluation mode, and every module of it back in its own mode after."""
    training = [module for module in model.modules() if module.training]
    if training:
        model.eval()
    try:
        yield
    finally:
        for module in training:
            vars(module)["training"] = True  # nn.Module.__setattr__ takes ten times as long


def leaves(model: nn.Module, path: str = "") -> Iterator[tuple[str, nn.Module]]:
    """Yield what nested Sequentials run, in order, with paths; any other module is a leaf.

    A module that stands in two places comes twice.
    """
    if type(model) is not nn.Sequential:
        yield path, model
        return
    for name, child in model._modules.items():  # named_children() leaves repeats out
        if child is not None:
            yield from leaves(child, join(path, name))


def read_stack(model: nn.Module) -> Stack | None:
    """Read ``model`` as dense layers one after the other.

    Understood are a Linear, and (nested) ``nn.Sequential`` of Linear, the activations of the
    table, Dropout (of no effect in evaluation mode) and Flatten, with or without a Sigmoid,
    Softmax or LogSoftmax at the end. The module is then called on three rows and has to agree
    with what was read, which finds hooks and patched ``forward`` methods that change the output.

    Returns
    -------
    Stack or None
        None for any other module: it can be used, but Python has to compute what is shown.
    """
    stack = _read(model)
    return stack if stack is not None and _agrees(model, stack) else None


def _read(model: nn.Module) -> Stack | None:
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    layers: list[DenseLayer] = []
    linears: set[int] = set()
    head = "linear"
    for path, module in leaves(model):
        if _passes_through(module):
            continue
        if head != "linear":  # something after a softmax
            return None
        if type(module) is nn.Linear and id(module) not in linears:
            layer = _dense(path, module, names)
            if layer is None:
                return None
            layers.append(layer)
            linears.add(id(module))
        elif layers and type(module) in (nn.Softmax, nn.LogSoftmax):
            head = head_of_module(module) or "unknown"
        elif not layers or not _follow(layers, path, module):
            return None
    if not layers or head not in HEADS:
        return None
    if head == "linear" and layers[-1].activation["name"] == "sigmoid":
        head = "sigmoid"
        layers[-1] = replace(layers[-1], activation=LINEAR, activation_path=None)
    return Stack(tuple(layers), head)


def _passes_through(module: nn.Module) -> bool:
    if type(module) is nn.Flatten:
        return module.start_dim == 1 and module.end_dim in (-1, 1)
    return type(module) in (nn.Dropout, nn.AlphaDropout)


def _dense(path: str, linear: nn.Linear, names: Mapping[int, str]) -> DenseLayer | None:
    weight, bias = linear._parameters.get("weight"), linear._parameters.get("bias")
    # A pruned or weight-normed layer computes its weight from parameters of other names.
    if weight is None or ("bias" not in linear._parameters):
        return None
    return DenseLayer(
        name=path,
        weight=names[id(weight)],
        bias=None if bias is None else names[id(bias)],
        in_features=linear.in_features,
        out_features=linear.out_features,
    )


def _follow(layers: list[DenseLayer], path: str, module: nn.Module) -> bool:
    """Note the activation ``module`` in the last of ``layers``; False if there is no room."""
    spec = activations.describe(module)
    last = layers[-1]
    if spec is None:
        return False
    if spec["name"] == "linear" and last.activation_path is not None:
        return True
    if last.activation["name"] != "linear":
        return False
    layers[-1] = replace(last, activation=spec, activation_path=path)
    return True


def _agrees(model: nn.Module, stack: Stack) -> bool:
    parameters = dict(model.named_parameters())
    first = stack.layers[0]
    like = parameters[first.weight]
    rows = torch.linspace(-2, 2, 3 * first.in_features, dtype=like.dtype, device=like.device)
    rows = rows.reshape(3, first.in_features)
    try:
        with evaluating(model), torch.no_grad():
            out = model(rows)
            by_hand = _forward(model, stack, parameters, rows)
            return out.shape == by_hand.shape and torch.allclose(out, by_hand, equal_nan=True)
    except Exception:  # noqa: BLE001  who calls the model in earnest will meet and report it
        return False


def _forward(
    model: nn.Module, stack: Stack, parameters: Mapping[str, Tensor], values: Tensor
) -> Tensor:
    for layer in stack.layers:
        bias = None if layer.bias is None else parameters[layer.bias]
        values = nn.functional.linear(values, parameters[layer.weight], bias)
        if layer.activation_path is not None:
            module = model.get_submodule(layer.activation_path)
            values = type(module).forward(module, values)  # past any hook
    return HEADS[stack.head](values)


def head_of(model: nn.Module, outputs: Tensor | None = None) -> str:
    """Return what ends ``model``: "linear", "sigmoid", "softmax" or "log_softmax".

    Parameters
    ----------
    model : nn.Module
        Of a Sequential the last module tells.
    outputs : Tensor, optional
        What the model returned, with its autograd graph, which tells for any other module.
    """
    if type(model) is nn.Sequential:
        last = [module for _, module in leaves(model) if not _idle(module)][-1:]
        if last and (head := head_of_module(last[0])):
            return head
    return "linear" if outputs is None else head_of_outputs(outputs)


def _idle(module: nn.Module) -> bool:
    return type(module) is nn.Identity or _passes_through(module)


def join(path: str, name: str) -> str:
    """Return the path of the child ``name`` of the module at ``path``."""
    return f"{path}.{name}" if path else name
