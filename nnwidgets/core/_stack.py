"""Read an ``nn.Module`` as dense layers, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from nnwidgets.core import activations
from nnwidgets.core._head import HEADS, head_of_module, head_of_outputs
from nnwidgets.core._symbol import Step
from nnwidgets.core._symbolic import join, trace
from nnwidgets.core.input_features import InputFeatures

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
        The activation module's path, None where there is none: the activation is a function that
        ``forward`` calls, or "linear".
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
    head_path : str or None
        The path of the module that is the head; None where a function is, or nothing.
    lift : InputFeatures or None
        What the first layer is given in place of the inputs.
    """

    layers: tuple[DenseLayer, ...]
    head: str
    head_path: str | None = None
    lift: InputFeatures | None = None

    @property
    def inputs(self) -> int:
        """Columns of X."""
        return self.layers[0].in_features if self.lift is None else self.lift.in_features

    def lifted(self, X: Tensor) -> Tensor:
        """Return what the first layer is given for rows (n, inputs)."""
        return X if self.lift is None else self.lift(X)


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

    Understood are Linear layers that are called once each, the activations of the table, Dropout
    (of no effect in evaluation mode) and Flatten, with or without a sigmoid, softmax or
    log_softmax at the end: in an ``nn.Sequential``, or in a ``forward`` of the user's own, where
    activations may be functions, such as ``torch.tanh(x)`` or ``F.relu(x)``. A copy of the model
    is run on a symbol to see what it calls. Then the model is called on three rows and has to
    agree with what was read, which finds hooks and patched ``forward`` methods that change the
    output.

    Returns
    -------
    Stack or None
        None for any other module: it can be used, but Python has to compute what is shown.

    Examples
    --------
    >>> class Net(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.hidden = nn.Linear(2, 3)
    ...         self.out = nn.Linear(3, 1)
    ...
    ...     def forward(self, x):
    ...         return self.out(torch.tanh(self.hidden(x)))
    >>> [(layer.name, layer.activation) for layer in read_stack(Net()).layers]
    [('hidden', {'name': 'tanh'}), ('out', {'name': 'linear'})]
    """
    steps = trace(model)
    stack = None if steps is None else _read(steps, model)
    return stack if stack is not None and _agrees(model, stack) else None


def _read(steps: Sequence[Step], model: nn.Module) -> Stack | None:
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    layers: list[DenseLayer] = []
    linears: set[int] = set()
    head, head_path, lift = "linear", None, None
    for path, module in ((step.path, step.module) for step in steps):
        if _passes_through(module):
            continue
        if head != "linear":  # something after a softmax
            return None
        if type(module) is InputFeatures and not layers and lift is None:
            lift = module
        elif type(module) is nn.Linear and id(module) not in linears:
            layer = _dense(path or "", module, names)
            if layer is None:
                return None
            layers.append(layer)
            linears.add(id(module))
        elif layers and type(module) in (nn.Softmax, nn.LogSoftmax):
            head, head_path = head_of_module(module) or "unknown", path
        elif not layers or not _follow(layers, path, module):
            return None
    if not layers or head not in HEADS:
        return None
    return replace(_finished(layers, head, head_path), lift=lift)


def _finished(layers: Sequence[DenseLayer], head: str, path: str | None) -> Stack:
    """Take a sigmoid that ends the model for its head."""
    *hidden, last = layers
    if head == "linear" and last.activation["name"] == "sigmoid":
        head, path = "sigmoid", last.activation_path
        last = replace(last, activation=LINEAR, activation_path=None)
    return Stack((*hidden, last), head, path)


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


def _follow(layers: list[DenseLayer], path: str | None, module: nn.Module) -> bool:
    """Note the activation ``module`` in the last of ``layers``; False if there is no room."""
    spec = activations.describe(module)
    last = layers[-1]
    if spec is None:
        return False
    known = last.activation["name"] != "linear"
    if spec["name"] == "linear" and (known or last.activation_path is not None):
        return True
    if known:
        return False
    layers[-1] = replace(last, activation=spec, activation_path=path)
    return True


def _agrees(model: nn.Module, stack: Stack) -> bool:
    parameters = dict(model.named_parameters())
    like = parameters[stack.layers[0].weight]
    rows = torch.linspace(-2, 2, 3 * stack.inputs, dtype=like.dtype, device=like.device)
    rows = rows.reshape(3, stack.inputs)
    try:
        with evaluating(model), torch.no_grad():
            out = model(rows)
            by_hand = _forward(stack, parameters, rows)
            return out.shape == by_hand.shape and torch.allclose(out, by_hand, equal_nan=True)
    except Exception:  # noqa: BLE001  who calls the model in earnest will meet and report it
        return False


def _forward(stack: Stack, parameters: Mapping[str, Tensor], values: Tensor) -> Tensor:
    values = stack.lifted(values)
    for layer in stack.layers:
        bias = None if layer.bias is None else parameters[layer.bias]
        values = nn.functional.linear(values, parameters[layer.weight], bias)
        values = activations.apply(layer.activation, values)
    return HEADS[stack.head](values)


def head_of(model: nn.Module, outputs: Tensor | None = None) -> str:
    """Return what ends ``model``: "linear", "sigmoid", "softmax" or "log_softmax".

    Parameters
    ----------
    model : nn.Module
        Of a Sequential the last module tells.
    outputs : Tensor, optional
        What the model returned, with its autograd graph, which tells for any other module.
        Without them one that is no stack counts as "linear".
    """
    if type(model) is nn.Sequential:
        last = [module for _, module in leaves(model) if not _idle(module)][-1:]
        if last and (head := head_of_module(last[0])):
            return head
    if outputs is not None:
        return head_of_outputs(outputs)
    stack = read_stack(model)
    return "linear" if stack is None else stack.head


def _idle(module: nn.Module) -> bool:
    return type(module) is nn.Identity or _passes_through(module)
