"""The one table of activations: name, torch module, derivative and formula.

The browser computes the same functions under the same names (``js/src/math/activations.ts``),
so a module that behaves otherwise than its name says (``nn.GELU(approximate="tanh")``) is not
described, and the network that holds it is computed in Python instead.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn


class Sine(nn.Module):
    """The sine as an activation, elementwise ``sin(z)``; torch has no module for it."""

    def forward(self, z: Tensor) -> Tensor:
        """Return ``sin(z)``, of z's shape and dtype."""
        return torch.sin(z)


@dataclass(frozen=True)
class Activation:
    """One row of the table.

    Attributes
    ----------
    name : str
        The name used in Python, on the wire and in the browser.
    module : type of nn.Module
        What :func:`make` instantiates, with torch's default arguments.
    derivative : callable
        ``derivative(z)`` is da/dz at the tensor ``z``, of the same shape and dtype. For
        "leaky_relu" it takes ``slope`` and for "elu" ``alpha`` as keywords, as they stand in
        :func:`describe`'s answer, with torch's defaults.
    formula : str
        LaTeX, in z.
    """

    name: str
    module: type[nn.Module]
    derivative: Callable[..., Tensor]
    formula: str


def _tanh_derivative(z: Tensor) -> Tensor:
    return 1 - torch.tanh(z) ** 2


def _sigmoid_derivative(z: Tensor) -> Tensor:
    return torch.sigmoid(z) * torch.sigmoid(-z)


def _relu_derivative(z: Tensor) -> Tensor:
    return (z > 0).to(z.dtype)


def _leaky_relu_derivative(z: Tensor, slope: float = 0.01) -> Tensor:
    return torch.where(z > 0, 1.0, slope).to(z.dtype)


def _elu_derivative(z: Tensor, alpha: float = 1.0) -> Tensor:
    return torch.where(z > 0, 1.0, alpha * torch.exp(z.clamp(max=0))).to(z.dtype)


def _gelu_derivative(z: Tensor) -> Tensor:
    below = 0.5 * torch.erfc(-z / math.sqrt(2))
    density = torch.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return below + z * density


def _silu_derivative(z: Tensor) -> Tensor:
    s = torch.sigmoid(z)
    return s + z * s * torch.sigmoid(-z)


_ROWS = (
    Activation("linear", nn.Identity, torch.ones_like, r"z"),
    Activation("tanh", nn.Tanh, _tanh_derivative, r"\tanh z"),
    Activation("sigmoid", nn.Sigmoid, _sigmoid_derivative, r"\frac{1}{1 + e^{-z}}"),
    Activation("relu", nn.ReLU, _relu_derivative, r"\max(0, z)"),
    Activation(
        "leaky_relu",
        nn.LeakyReLU,
        _leaky_relu_derivative,
        r"\begin{cases} z & z > 0 \\ s\,z & z \le 0 \end{cases}",
    ),
    Activation(
        "elu",
        nn.ELU,
        _elu_derivative,
        r"\begin{cases} z & z > 0 \\ \alpha\,(e^{z} - 1) & z \le 0 \end{cases}",
    ),
    Activation(
        "gelu",
        nn.GELU,
        _gelu_derivative,
        r"\frac{z}{2}\left(1 + \operatorname{erf}\frac{z}{\sqrt{2}}\right)",
    ),
    Activation("silu", nn.SiLU, _silu_derivative, r"\frac{z}{1 + e^{-z}}"),
    Activation("softplus", nn.Softplus, torch.sigmoid, r"\ln(1 + e^{z})"),
    Activation("sine", Sine, torch.cos, r"\sin z"),
)

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType({row.name: row for row in _ROWS})
"""Every activation nnwidgets knows, by name."""

_NAME_OF: Mapping[type[nn.Module], str] = {row.module: row.name for row in _ROWS}


def check(name: object) -> str:
    """Return ``name`` if the table has it.

    Raises
    ------
    TypeError
        If ``name`` is not a string.
    ValueError
        If the table has no such name; the message lists those it has.
    """
    if not isinstance(name, str):
        raise TypeError(f"activation must be a name (str), got {type(name).__name__}: {name!r}")
    if name in ACTIVATIONS:
        return name
    near = difflib.get_close_matches(name.lower(), ACTIVATIONS, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ValueError(
        f"activation must be one of {', '.join(map(repr, ACTIVATIONS))}; got {name!r}.{hint}"
    )


def make(name: str) -> nn.Module:
    """Return a new module for the activation ``name``, with torch's default arguments.

    Raises
    ------
    ValueError
        For an unknown name; the message lists the known ones.

    Examples
    --------
    >>> make("tanh")
    Tanh()
    """
    return ACTIVATIONS[check(name)].module()


def describe(module: nn.Module) -> dict[str, object] | None:
    """Say which activation of the table ``module`` computes.

    Returns
    -------
    dict or None
        ``{"name": "tanh"}``; ``{"name": "leaky_relu", "slope": 0.2}``;
        ``{"name": "elu", "alpha": 1.0}``; None for a module that is not exactly one of the
        table's functions (a subclass, a tanh-approximated GELU, a Softplus with another beta).
    """
    # The exact type: a subclass may compute something else.
    name = _NAME_OF.get(type(module))
    if name is None:
        return None
    if isinstance(module, nn.LeakyReLU):
        return {"name": name, "slope": float(module.negative_slope)}
    if isinstance(module, nn.ELU):
        return {"name": name, "alpha": float(module.alpha)}
    if isinstance(module, nn.GELU) and module.approximate != "none":
        return None
    # Past its threshold torch's softplus is z itself: at 20 that is within rounding of the
    # formula, below it the two would part.
    if isinstance(module, nn.Softplus) and (module.beta != 1 or module.threshold < 20):
        return None
    return {"name": name}


_ARGUMENTS = {"slope": "negative_slope", "alpha": "alpha"}


def arguments(spec: Mapping[str, object]) -> dict[str, Any]:
    """Return what the module of a spec is made with, by torch's names.

    Examples
    --------
    >>> arguments({"name": "leaky_relu", "slope": 0.2})
    {'negative_slope': 0.2}
    """
    return {_ARGUMENTS[key]: value for key, value in spec.items() if key != "name"}


def rebuild(spec: Mapping[str, object]) -> nn.Module:
    """Return a new module that :func:`describe` would say ``spec`` of."""
    return ACTIVATIONS[str(spec["name"])].module(**arguments(spec))


def apply(spec: Mapping[str, object], z: Tensor) -> Tensor:
    """Return the activation of ``z`` that :func:`describe` has said ``spec`` of.

    Examples
    --------
    >>> apply({"name": "leaky_relu", "slope": 0.5}, torch.tensor([-2.0, 3.0]))
    tensor([-1.,  3.])
    """
    result: Tensor = rebuild(spec)(z)
    return result
