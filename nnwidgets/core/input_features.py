"""Formulas of the inputs as a model's first layer: squares, products, sines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import index
from typing import Any, SupportsIndex

import torch
from torch import Tensor, nn

#: ("x", i), ("*", i, j), ("sin", i, factor) or ("cos", i, factor); inputs are counted from 0.
Term = tuple[str | int | float, ...]

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉²", "0123456789²")
_POWER = re.compile(r"x(\d+)(\^2|\*\*2|²)?")
_PRODUCT = re.compile(r"x(\d+)[*·]x(\d+)")
_WAVE = re.compile(r"(sin|cos)\((?:(-?\d+(?:\.\d+)?)[*·]?)?x(\d+)\)")


class InputFeatures(nn.Module):
    """What a network is given in place of its bare inputs; it has no parameters.

    As a model's first layer it makes features (n, k) of the inputs (n, d). A unit of the next
    layer then has a line in the space of the features, and in the plane of the inputs a curve.
    ``nnw.mlp(..., features=...)`` puts one in.

    Parameters
    ----------
    inputs : int
        Columns of X, d.
    features : sequence of str
        ``"x1"``, ``"x1^2"``, ``"x1*x2"``, ``"sin(x1)"``, ``"cos(x2)"``, also ``"sin(3*x1)"``;
        inputs are counted from 1 here.

    Attributes
    ----------
    in_features, out_features : int
        d and k.
    features : tuple of str
        In one way of writing.
    terms : tuple of tuple
        The same for the page: ``("x", i)``, ``("*", i, j)``, ``("sin", i, factor)``, with inputs
        counted from 0.

    Raises
    ------
    ValueError
        For a formula that is none of these, an input that is not there, or one that comes twice.

    Examples
    --------
    >>> layer = InputFeatures(2, ["x1", "x2^2", "x1*x2"])
    >>> layer(torch.tensor([[2.0, 3.0]]))
    tensor([[2., 9., 6.]])
    >>> layer
    InputFeatures(2, ['x1', 'x2^2', 'x1*x2'])
    """

    def __init__(self, inputs: Any, features: Sequence[str]) -> None:
        super().__init__()
        if isinstance(inputs, bool) or not isinstance(inputs, SupportsIndex) or index(inputs) < 1:
            raise ValueError(f"inputs must be an int of at least 1, got {inputs!r}")
        given: object = features
        if isinstance(given, str) or not isinstance(given, Sequence) or not given:
            raise ValueError(
                f"features must be a sequence of formulas such as ('x1', 'x1*x2'), got {features!r}"
            )
        self.in_features = index(inputs)
        self.terms = tuple(_term(formula, self.in_features) for formula in features)
        self.features = tuple(map(written, self.terms))
        if len(set(self.features)) < len(self.features):
            twice = next(name for name in self.features if self.features.count(name) > 1)
            raise ValueError(f"features must not name one twice: {twice!r}")
        self.out_features = len(self.terms)

    def forward(self, x: Tensor) -> Tensor:
        """Return the features (n, k) of rows (n, d)."""
        return torch.stack([_value(term, x) for term in self.terms], dim=-1)

    def extra_repr(self) -> str:
        """Return what stands between the brackets of the repr."""
        return f"{self.in_features}, {list(self.features)!r}"

    @property
    def plain(self) -> bool:
        """Whether they are the inputs themselves, all and in their order."""
        return self.terms == tuple(("x", i) for i in range(self.in_features))


def written(term: Term) -> str:
    """Return a term as a formula, inputs counted from 1.

    Examples
    --------
    >>> written(("*", 0, 0)), written(("sin", 1, 3.0))
    ('x1^2', 'sin(3*x2)')
    """
    kind, first, *rest = term
    name = f"x{int(first) + 1}"
    if kind == "x":
        return name
    if kind == "*":
        return f"{name}^2" if rest[0] == first else f"{name}*x{int(rest[0]) + 1}"
    factor = float(rest[0])
    return f"{kind}({name})" if factor == 1 else f"{kind}({factor:g}*{name})"


def shown(term: Term, names: Sequence[str]) -> str:
    """Return a term as views write it, with the names that the inputs have.

    Examples
    --------
    >>> (
    ...     shown(("*", 0, 0), ["x₁"]),
    ...     shown(("*", 0, 1), ["x₁", "age"]),
    ...     shown(("sin", 0, 2.0), ["x₁"]),
    ... )
    ('x₁²', 'x₁·age', 'sin 2x₁')
    """
    kind, first, *rest = term
    name = names[int(first)]
    if kind == "x":
        return name
    if kind == "*":
        return f"{name}²" if rest[0] == first else f"{name}·{names[int(rest[0])]}"
    return f"{kind} {'' if rest[0] == 1 else f'{rest[0]:g}'}{name}"


def _term(formula: object, inputs: int) -> Term:
    text = formula.replace(" ", "").translate(_SUBSCRIPTS) if isinstance(formula, str) else ""
    if found := _POWER.fullmatch(text):
        i = _input(found[1], inputs, formula)
        return ("*", i, i) if found[2] else ("x", i)
    if found := _PRODUCT.fullmatch(text):
        i, j = sorted(_input(digits, inputs, formula) for digits in found.groups())
        return ("*", i, j)
    if found := _WAVE.fullmatch(text):
        return (found[1], _input(found[3], inputs, formula), float(found[2] or 1))
    raise ValueError(
        "features must be formulas such as 'x1', 'x1^2', 'x1*x2', 'sin(x1)' or 'sin(3*x1)', "
        f"got {formula!r}"
    )


def _input(digits: str, inputs: int, formula: object) -> int:
    number = int(digits)
    if not 1 <= number <= inputs:
        raise ValueError(f"{formula!r}: there are inputs x1 to x{inputs}, no x{number}")
    return number - 1


def _value(term: Term, x: Tensor) -> Tensor:
    kind, first, *rest = term
    column = x[..., int(first)]
    if kind == "x":
        return column
    if kind == "*":
        return column * x[..., int(rest[0])]
    wave = torch.sin if kind == "sin" else torch.cos
    return wave(column if rest[0] == 1 else float(rest[0]) * column)
