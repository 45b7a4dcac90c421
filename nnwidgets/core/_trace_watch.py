"""Note every layer's values as a model runs, and have autograd say their gradients."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from nnwidgets.core import activations

# What a forward may call instead of a module, by the name of the function.
_FUNCTIONS = frozenset(
    (
        *("tanh", "sigmoid", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "sin"),
        *("selu", "celu", "mish", "hardtanh", "relu6", "softsign", "logsigmoid"),
        *("softmax", "log_softmax"),
    )
)


@dataclass
class Seen:
    """One call of a layer.

    Attributes
    ----------
    path : str or None
        The module's path in the model; None where a function of no layer's output was called.
    kind : str
        The module's class, or the function's name.
    input, z, a : Tensor
        Copies of what it was given, what it returned, and what the activation after it made of
        that (the very same copy as ``z`` without one).
    activation : str or None
        That activation's name in the table, else its class or function.
    attention : Tensor or None
        Of a MultiheadAttention, (n, heads, target, source).
    """

    path: str | None
    kind: str
    module: nn.Module | None
    input: Tensor | None
    z: Tensor
    a: Tensor
    activation: str | None = None
    attention: Tensor | None = None
    dz: Tensor | None = None
    da: Tensor | None = None
    # The objects themselves, so that no other gets their identity while the model runs.
    held: list[Tensor] = field(default_factory=list, repr=False)


@contextmanager
def watch(model: nn.Module) -> Iterator[list[Seen]]:
    """List what the layers of ``model`` compute inside the block, in order.

    A layer is a module without parts; an activation, whether a module or a function, counts to
    the layer whose output it is given. Gradients are filled in when autograd runs afterwards.
    """
    watching = _Watch()
    with ExitStack() as stack:
        for path, module in _leaves(model):
            note = _Module(watching, path)
            for handle in (
                module.register_forward_pre_hook(note.before, with_kwargs=True),
                module.register_forward_hook(note.after, with_kwargs=True),
            ):
                stack.callback(handle.remove)
        stack.enter_context(watching)
        yield watching.seen


def _leaves(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Yield the modules that are looked at as a whole, each once."""
    inside: list[str] = []
    for path, module in model.named_modules():
        if any(path.startswith(f"{outer}.") for outer in inside):
            continue
        parts = {name for name, _ in module.named_children()} - {"parametrizations"}
        if not parts or isinstance(module, nn.MultiheadAttention):
            # Its parts compute its weight, or are not called as modules.
            inside.append(path)
            yield path, module


class _Watch(TorchFunctionMode):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Seen] = []
        self.depth = 0  # inside how many watched modules
        self._of: dict[int, Seen] = {}

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "").removesuffix("_")
        source = _first_tensor(args, kwargs)
        if self.depth or name not in _FUNCTIONS or source is None:
            return func(*args, **kwargs)
        layer = self.source(source, name)
        output = func(*args, **kwargs)
        self.activated(layer, source, output, name)
        return output

    def add(self, layer: Seen, output: Tensor) -> None:
        """Note a layer, whose dz is what autograd will say of ``output`` as it is now."""
        self.seen.append(layer)
        self._own(layer, output)
        _ask(output, layer, "dz")

    def source(self, source: Tensor, kind: str) -> Seen:
        """Return the layer whose output an activation is given; a new one if there is none.

        To be asked before the activation runs: it may work in place.
        """
        layer = self._of.get(id(source))
        if layer is not None and layer.activation is None:
            return layer
        value = _copy(source)
        layer = Seen(None, kind, None, value, value, value)
        self.add(layer, source)
        return layer

    def activated(self, layer: Seen, source: Tensor, output: Any, name: str) -> None:
        """Note what an activation has made of a layer's output."""
        if not isinstance(output, Tensor):
            return
        layer.a, layer.activation = _copy(output), {"sin": "sine"}.get(name, name)
        self._own(layer, output)
        _ask(output, layer, "da")

    def _own(self, layer: Seen, tensor: Tensor) -> None:
        layer.held.append(tensor)
        self._of[id(tensor)] = layer


class _Module:
    """The hooks of one module."""

    def __init__(self, watching: _Watch, path: str) -> None:
        self._watching = watching
        self._path = path
        self._before: list[Any] = []  # a module may call itself

    def before(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        watching = self._watching
        source = _first_tensor(args, kwargs)
        layer = given = None
        if not watching.depth and source is not None:
            if _is_activation(module):
                layer = watching.source(source, type(module).__name__)
            else:
                given = _copy(source)
        asked = None
        if isinstance(module, nn.MultiheadAttention):
            args, kwargs, asked = _ask_for_weights(module, args, kwargs)
        watching.depth += 1
        self._before.append((source, layer, given, asked))
        return args, kwargs

    def after(self, module: nn.Module, _: Any, __: Any, output: Any) -> Any:
        watching = self._watching
        watching.depth -= 1
        source, layer, given, asked = self._before.pop()
        attention = None
        if asked is not None:
            attention, output = _copy(output[1]), _as_asked(output, *asked)
        if watching.depth:
            return output
        if layer is not None:
            known = activations.describe(module)
            name = type(module).__name__ if known is None else str(known["name"])
            watching.activated(layer, source, output, name)
            layer.path = self._path if layer.path is None else layer.path
            return output
        returned = _first_float(output)
        if returned is not None and returned is not source:  # else it passed its input on
            z = _copy(returned)
            kind = type(module).__name__
            seen = Seen(self._path, kind, module, given, z, z, attention=attention)
            watching.add(seen, returned)
        return output


def _is_activation(module: nn.Module) -> bool:
    if type(module) is nn.Identity or any(True for _ in module.parameters()):
        return False
    home = type(module).__module__
    return activations.describe(module) is not None or home == torch.nn.modules.activation.__name__


def _ask(tensor: Tensor, layer: Seen, name: str) -> None:
    """Have autograd say the tensor's gradient: as it is now, whatever is done to it in place."""
    if tensor.requires_grad:
        note = partial(_note, layer, name)
        tensor.register_hook(note)  # type: ignore[no-untyped-call]


def _note(layer: Seen, name: str, gradient: Tensor) -> None:
    setattr(layer, name, _copy(gradient))


def _copy(tensor: Tensor) -> Tensor:
    return tensor.detach().clone()


_MHA = inspect.signature(nn.MultiheadAttention.forward)
_Asked = tuple[bool, bool]


def _ask_for_weights(
    module: nn.MultiheadAttention, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any], _Asked | None]:
    """Have the attention return each head's weights, and say what it was asked for."""
    try:
        bound = _MHA.bind(module, *args, **kwargs)
    except TypeError:  # its own error says more
        return args, dict(kwargs), None
    bound.apply_defaults()
    asked = bool(bound.arguments["need_weights"]), bool(bound.arguments["average_attn_weights"])
    bound.arguments |= {"need_weights": True, "average_attn_weights": False}
    return bound.args[1:], bound.kwargs, asked


def _as_asked(output: tuple[Tensor, Tensor], need: bool, average: bool) -> Any:
    values, weights = output
    if not need:
        return values, None
    return values, weights.mean(-3) if average else weights


def _first_tensor(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Tensor | None:
    return next((v for v in (*args, *kwargs.values()) if isinstance(v, Tensor)), None)


def _first_float(value: Any) -> Tensor | None:
    """Return the first floating tensor of what a module returned: an LSTM's is its outputs."""
    if isinstance(value, Tensor):
        plain = value.is_floating_point() and value.layout is torch.strided
        return value if plain else None
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        return next((t for t in map(_first_float, value) if t is not None), None)
    return None
