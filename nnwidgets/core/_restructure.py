"""Add and remove units and layers of a model that :func:`nnwidgets.mlp` made."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import index
from typing import TYPE_CHECKING, Literal, SupportsIndex

import torch
from torch import Tensor, nn

from nnwidgets.core import activations
from nnwidgets.core.input_features import InputFeatures
from nnwidgets.core.parameters import Parameters

if TYPE_CHECKING:
    from nnwidgets.core.problem import Problem

MAX_UNITS = 256
MAX_LAYERS = 8

_MARK = "_made_by_mlp"
_SMALL = 0.1

Operation = Literal["add_unit", "remove_unit", "add_layer", "remove_layer"]
OPERATIONS: tuple[Operation, ...] = ("add_unit", "remove_unit", "add_layer", "remove_layer")


@dataclass(frozen=True)
class Change:
    """One change of the hidden layers, which are counted from 0.

    Attributes
    ----------
    op : str
        One of `OPERATIONS`.
    layer : int
        The hidden layer; for "add_layer" the one after which, −1 for right after the inputs.
    unit : int
        Which one "remove_unit" removes.
    units : int or None
        How many a new layer gets; None: as many as the one it stands beside.
    seed : int
        Of the new parameters, together with the number of parameters before.
    """

    op: Operation
    layer: int
    unit: int = 0
    units: int | None = None
    seed: int = 0


@dataclass(frozen=True)
class _Dense:
    """A Linear's tensors, or which of their entries are frozen; and the Linear they are of."""

    weight: Tensor
    bias: Tensor | None
    linear: nn.Linear | None


def mark(model: nn.Sequential) -> nn.Sequential:
    """Note that a model was made here."""
    setattr(model, _MARK, True)
    return model


def is_editable(model: nn.Module) -> bool:
    """Whether :func:`nnwidgets.mlp` made it and it is still built as that builds."""
    if type(model) is not nn.Sequential or not getattr(model, _MARK, False):
        return False
    parts = list(model._modules.items())
    named = [name for name, _ in parts] == [str(i) for i in range(len(parts))]
    parts = parts[len(_lift(model)) :]
    linears, between = [m for _, m in parts[::2]], [m for _, m in parts[1::2]]
    biased = {getattr(m, "bias", None) is not None for m in linears}
    return (
        named
        and len(linears) == len(between) + 1
        and len(biased) == 1
        and all(type(m) is nn.Linear for m in linears)
        and all(activations.describe(m) is not None for m in between)
        and len({id(m) for _, m in parts}) == len(parts)
    )


def _lift(model: nn.Sequential) -> list[nn.Module]:
    """What comes before the first Linear: formulas of the inputs, or nothing."""
    found: list[nn.Module] = [m for m in model if type(m) is InputFeatures]
    return found[:1]


def restructure(problem: Problem, change: Change) -> None:
    """Change the module in place; what stays keeps its weights, and is frozen where it was.

    The parameters of now become the initial ones. Whoever trains or records the model has to
    begin anew: the flat vector has another size.

    Raises
    ------
    ValueError, TypeError
        For a model of other making, a layer or unit that is not there, too many of them, or a
        layer whose removal would make weights that are not finite. The model is unchanged then.
    """
    with problem.turn:
        model = problem.model
        if not isinstance(model, nn.Sequential) or not is_editable(model):
            raise ValueError(
                "units and layers can be added and removed in a model that nnw.mlp made, and that "
                f"is built as it makes them; this one is a {type(model).__name__} of other making"
            )
        linears = [module for module in model if isinstance(module, nn.Linear)]
        change = _checked(change, [linear.out_features for linear in linears[:-1]], linears)
        generator = torch.Generator().manual_seed(change.seed * 1_000_003 + problem.parameters.size)
        layers = [_Dense(m.weight.detach(), _detached(m.bias), m) for m in linears]
        masks = _masks(problem, linears)
        frozen = _changed(masks, change, _thawed)
        new = _changed(layers, change, partial(_random, generator))
        _rebuild(model, new, _activations_of(model, change))
        problem.parameters = Parameters(model)
        problem.refresh()
        flat = [part.reshape(-1) for m in frozen for part in (m.weight, m.bias) if part is not None]
        problem.frozen = torch.cat(flat).bool().numpy()
        problem.held = problem.frozen & False
        problem.mark_initial()
        problem.revision += 1  # last: who reads it first, and then the rest, reads no older rest


def _checked(change: Change, hidden: list[int], linears: Sequence[nn.Linear]) -> Change:
    """Return the change with every number known, or raise."""
    op, most = change.op, len(hidden) - 1
    if op not in OPERATIONS:
        raise ValueError(f"op must be one of {', '.join(OPERATIONS)}; got {op!r}")
    if op != "add_layer" and not hidden:
        raise ValueError("the model has no hidden layer")
    name, least = ("after", -1) if op == "add_layer" else ("layer", 0)
    layer = _whole(name, change.layer, least, most, "a hidden layer, counted from 0")
    if op == "add_layer":
        if len(hidden) >= MAX_LAYERS:
            raise ValueError(f"there can be {MAX_LAYERS} hidden layers, and there are")
        beside = hidden[layer] if layer >= 0 else hidden[0] if hidden else linears[0].out_features
        units = min(beside, MAX_UNITS) if change.units is None else change.units
        return replace(change, layer=layer, units=_whole("units", units, 1, MAX_UNITS, "a number"))
    if op == "add_unit" and hidden[layer] >= MAX_UNITS:
        raise ValueError(f"a layer can have {MAX_UNITS} units, this one has {hidden[layer]}")
    if op == "remove_unit":
        if hidden[layer] == 1:
            raise ValueError("the last unit of a layer must stay; remove_layer() removes the layer")
        unit = _whole("unit", change.unit, 0, hidden[layer] - 1, "a unit, counted from 0")
        return replace(change, layer=layer, unit=unit)
    return replace(change, layer=layer)


def _whole(name: str, value: object, least: int, most: int, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        raise TypeError(f"{name} must be an int, got {value!r}")
    number = index(value)
    if not least <= number <= most:
        raise ValueError(f"{name} must be {what}: {least} .. {most}; got {number}")
    return number


New = Callable[[tuple[int, ...], int, float], Tensor]


def _changed(layers: list[_Dense], change: Change, new: New) -> list[_Dense]:
    """Return the layers after the change; ``new(shape, inputs, share)`` makes what is new."""
    layers, at = list(layers), change.layer
    if change.op == "add_layer":
        _insert(layers, at + 1, change.units or 1, new)
        return layers
    here, after = layers[at], layers[at + 1]
    units, inputs = here.weight.shape
    if change.op == "add_unit":
        row = new((1, inputs), inputs, 1)
        bias = (
            None
            if here.bias is None
            else torch.cat([here.bias, new((1,), inputs, 1).to(here.bias)])
        )
        column = new((len(after.weight), 1), units + 1, _SMALL)
        layers[at] = replace(here, weight=torch.cat([here.weight, row.to(here.weight)]), bias=bias)
        weight = torch.cat([after.weight, column.to(after.weight)], 1)
        layers[at + 1] = replace(after, weight=weight)
    elif change.op == "remove_unit":
        rest = [unit for unit in range(units) if unit != change.unit]
        bias = None if here.bias is None else here.bias[rest]
        layers[at] = replace(here, weight=here.weight[rest], bias=bias)
        layers[at + 1] = replace(after, weight=after.weight[:, rest])
    else:
        layers[at : at + 2] = [_joined(here, after)]
    return layers


def _joined(here: _Dense, after: _Dense) -> _Dense:
    """Return one layer for two, as if no activation stood between them."""
    if not after.weight.is_floating_point():  # which are frozen: none of a product
        weight = torch.zeros(len(after.weight), here.weight.shape[1], dtype=torch.bool)
        return replace(after, weight=weight)
    bias = after.bias
    if bias is not None and here.bias is not None:
        bias = bias + after.weight @ here.bias
    joined = replace(after, weight=after.weight @ here.weight, bias=bias)
    if _is_finite(here) and _is_finite(after) and not _is_finite(joined):
        kind = str(after.weight.dtype).removeprefix("torch.")
        raise ValueError(
            "remove_layer joins two layers by multiplying their weights, and the product is too "
            f"large for {kind}: make the weights smaller first"
        )
    return joined


def _is_finite(layer: _Dense) -> bool:
    parts = (layer.weight,) if layer.bias is None else (layer.weight, layer.bias)
    return all(bool(part.isfinite().all()) for part in parts)


def _insert(layers: list[_Dense], at: int, units: int, new: New) -> None:
    """Put a layer before ``layers[at]`` that hands on what it is given, as far as it has units."""
    after = layers[at]
    outputs, inputs = after.weight.shape
    kept = min(units, inputs)
    weight = new((units, inputs), inputs, _SMALL).to(after.weight)
    if after.weight.is_floating_point():
        weight[:kept, :kept] += torch.eye(kept).to(after.weight)
        for unit in range(kept, units):  # the units beyond see something of their own
            weight[unit] /= _SMALL
    bias = None if after.bias is None else new((units,), inputs, _SMALL).to(after.bias)
    onward = torch.cat(
        [after.weight[:, :kept], new((outputs, units - kept), units, _SMALL).to(after.weight)], 1
    )
    layers[at:at] = [_Dense(weight, bias, None)]
    layers[at + 1] = replace(after, weight=onward)


def _random(
    generator: torch.Generator, shape: tuple[int, ...], inputs: int, share: float
) -> Tensor:
    """Return numbers as torch's Linear starts with, U(−1/√inputs, 1/√inputs), or a share of it."""
    numbers = torch.rand(shape, generator=generator, dtype=torch.float64)
    return (2 * numbers - 1) * share / math.sqrt(inputs)


def _detached(bias: Tensor | None) -> Tensor | None:
    return None if bias is None else bias.detach()


def _thawed(shape: tuple[int, ...], inputs: int, share: float) -> Tensor:
    return torch.zeros(shape, dtype=torch.bool)


def _masks(problem: Problem, linears: Sequence[nn.Linear]) -> list[_Dense]:
    flat, start, found = torch.from_numpy(problem.frozen), 0, []
    for linear in linears:
        parts: dict[str, Tensor] = {}
        for name, p in linear.named_parameters():
            parts[name] = flat[start : start + p.numel()].reshape(p.shape)
            start += p.numel()
        found.append(_Dense(parts["weight"], parts.get("bias"), None))
    return found


def _activations_of(model: nn.Sequential, change: Change) -> list[nn.Module]:
    between = list(model)[len(_lift(model)) :][1::2]
    if change.op == "remove_layer":
        del between[change.layer]
    elif change.op == "add_layer":
        beside = between[max(change.layer, 0)] if between else nn.Tanh()
        made = activations.make(str((activations.describe(beside) or {"name": "tanh"})["name"]))
        between.insert(change.layer + 1, made.train(model.training))
    return between


def _rebuild(model: nn.Sequential, layers: list[_Dense], between: list[nn.Module]) -> None:
    like = next(model.parameters())
    parts: list[nn.Module] = _lift(model)
    for i, layer in enumerate(layers):
        parts.append(_linear(layer, like))
        parts += between[i : i + 1]
    model._modules.clear()
    for i, part in enumerate(parts):
        model.add_module(str(i), part.train(model.training))


def _linear(layer: _Dense, like: Tensor) -> nn.Linear:
    """Return the layer's own Linear where nothing of it changed, else a new one."""
    old = layer.linear
    if old is not None and layer.weight.data_ptr() == old.weight.data_ptr():
        return old
    units, inputs = layer.weight.shape
    # On the meta device nothing is drawn at random.
    made = nn.Linear(inputs, units, bias=layer.bias is not None, device="meta")
    trained = old is None or old.weight.requires_grad
    made.weight = nn.Parameter(layer.weight.detach().to(like, copy=True), requires_grad=trained)
    if layer.bias is not None:
        trained = old is None or old.bias.requires_grad
        made.bias = nn.Parameter(layer.bias.detach().to(like, copy=True), requires_grad=trained)
    return made
