"""What a trace holds: one pass, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnwidgets.core._trace_table import as_html, as_text

Array = NDArray[Any]


@dataclass(frozen=True, eq=False, repr=False)
class LayerTrace:
    """What one layer computed in one call; all arrays are copies.

    Attributes
    ----------
    name : str
        The module's path in the model, with " (2)" and so on where it is called again; for an
        activation function of something that no layer returned (a sum), the function's name.
    kind : str
        The module's class, "Linear", or the function's name.
    activation : str or None
        What follows it: a name such as "tanh", else the class or function.
    input : ndarray or None
        What the module was given (of several tensors the first).
    z, a : ndarray
        What it returned, and what the activation made of that; the same array without one.
    dz, da : ndarray or None
        dL/dz and dL/da; None without a loss, and where the loss does not depend on it.
    parameters : dict of str to str
        The module's own parameters: "weight" to its name in the model.
    weight, bias : ndarray or None
        As they were in this pass.
    weight_grad, bias_grad : ndarray or None
        dL/dW and dL/db; of a parameter that is used several times, of all its uses together.
    weight_update, bias_update : ndarray or None
        By how much the optimizer's next step would move them.
    attention : ndarray or None
        Of a MultiheadAttention the weights, shape (n, heads, target, source), whether the model
        asks for them or not.
    """

    name: str
    kind: str
    activation: str | None
    input: Array | None
    z: Array
    a: Array
    dz: Array | None = None
    da: Array | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    weight: Array | None = None
    bias: Array | None = None
    weight_grad: Array | None = None
    bias_grad: Array | None = None
    weight_update: Array | None = None
    bias_update: Array | None = None
    attention: Array | None = None

    def __repr__(self) -> str:
        after = f" → {self.activation}" if self.activation else ""
        return f"LayerTrace({self.name!r}, {self.kind}{after}, z {self.z.shape})"


@dataclass(frozen=True, eq=False, repr=False)
class Trace:
    """One forward and backward pass; made by :func:`nnwidgets.trace`.

    Attributes
    ----------
    x : ndarray or tuple of ndarray
        What the model was given.
    outputs : ndarray or tuple of ndarray
        What it returned.
    target : ndarray or None
    loss : float or None
        The mean over the samples; None without a target.
    loss_name : str or None
    layers : tuple of LayerTrace
        In order of execution.
    gradients : dict of str to ndarray
        dL/d(parameter) by name; without those the loss does not depend on, or that are not
        trained (``requires_grad=False``).
    updates : dict of str to ndarray
        By how much the optimizer's next step would move each parameter; empty without one.
    input_gradient : ndarray or None
        dL/dx, where x is of floating numbers.
    training : bool
        Whether the pass was run in training mode.
    """

    x: Any
    outputs: Any
    target: Array | None
    loss: float | None
    loss_name: str | None
    layers: tuple[LayerTrace, ...]
    gradients: dict[str, Array]
    updates: dict[str, Array]
    input_gradient: Array | None
    training: bool = False

    def __getitem__(self, layer: int | str) -> LayerTrace:
        """Return a layer by its place or its name.

        Raises
        ------
        KeyError, IndexError
            If there is none.
        """
        if not isinstance(layer, str):
            return self.layers[layer]
        for found in self.layers:
            if found.name == layer:
                return found
        names = ", ".join(repr(found.name) for found in self.layers)
        raise KeyError(f"there is no layer {layer!r}; there are: {names}")

    def to_dict(self) -> dict[str, Any]:
        """Return everything as nested dicts, lists and numbers, ready for JSON."""
        return {
            **{name: _plain(value) for name, value in vars(self).items() if name != "layers"},
            "layers": [
                {name: _plain(value) for name, value in vars(layer).items()}
                for layer in self.layers
            ],
        }

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple | list) else value
