"""A model's structure: read it as dense layers, build one, and swap its activations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import index
from typing import SupportsIndex

import torch
from torch import nn

from nnwidgets.core import activations
from nnwidgets.core._inits import draw_seed, init_name, initialise, remember
from nnwidgets.core._restructure import is_editable, mark
from nnwidgets.core._sites import ActivationSite, hidden_activations, names_for, set_activation
from nnwidgets.core._stack import LINEAR, DenseLayer, Stack, evaluating, head_of, read_stack
from nnwidgets.core.input_features import InputFeatures

__all__ = [
    "ActivationSite",
    "DenseLayer",
    "Stack",
    "evaluating",
    "head_of",
    "hidden_activations",
    "is_editable",
    "mlp",
    "read_stack",
    "set_activation",
]


def mlp(
    sizes: Sequence[int],
    activation: str | Sequence[str] = "tanh",
    *,
    features: Sequence[str] | None = None,
    bias: bool = True,
    init: str = "torch",
    seed: int | None = None,
    dtype: torch.dtype | None = None,
) -> nn.Sequential:
    """Build a dense network: Linear and activation in turn, the last Linear alone.

    Parameters
    ----------
    sizes : sequence of int
        Units of every layer, the inputs first: [2, 8, 1].
    activation : str or sequence of str
        One for all hidden layers, or one for each.
    features : sequence of str, optional
        Formulas of the inputs that the first layer is given in place of them, such as
        ``("x1", "x2", "x1^2", "x1*x2", "sin(x1)")``: see :class:`InputFeatures`, which then is
        the model's first module. ``sizes[0]`` stays the number of inputs.
    bias : bool
    init : str
        How weights are drawn: "torch" (torch's own way, U(−1/√in, 1/√in) for weights and
        biases), "xavier" or "glorot", "kaiming" or "he" (normal; "xavier_uniform" and
        "kaiming_uniform" are the even ones), "uniform" (−½ to ½), "small" (deviation 0.01),
        "large" (1) or "zeros". Biases are 0 but for "torch".
    seed : int, optional
        For reproducible initial weights; torch's global generator is left as it was.
    dtype : torch.dtype, optional
        torch's default dtype if None.

    Returns
    -------
    nn.Sequential

    Examples
    --------
    >>> mlp([2, 2, 1], "sigmoid")
    Sequential(
      (0): Linear(in_features=2, out_features=2, bias=True)
      (1): Sigmoid()
      (2): Linear(in_features=2, out_features=1, bias=True)
    )
    """
    inputs, *units = _checked_sizes(sizes)
    lift = None if features is None else InputFeatures(inputs, features)
    lift = None if lift is None or lift.plain else lift
    units = [inputs if lift is None else lift.out_features, *units]
    first = 0 if lift is None else 1
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, SupportsIndex)):
        raise TypeError(f"seed must be an int or None, got {seed!r}")
    hidden = [ActivationSite(f"{2 * i + 1 + first}", LINEAR) for i in range(len(units) - 2)]
    names = names_for(activation, hidden) if hidden else []
    drawn = init_name(init)
    state = torch.get_rng_state()
    try:
        if seed is not None:
            torch.default_generator.manual_seed(index(seed))
        # On the CPU first, so that a seed gives the same weights on every device.
        linears = [
            nn.Linear(a, b, bias=bias, dtype=dtype, device="cpu") for a, b in pairwise(units)
        ]
    finally:
        if seed is not None:
            torch.set_rng_state(state)
    modules: list[nn.Module] = [] if lift is None else [lift]
    for linear, name in zip(linears, [*names, None], strict=True):
        modules += [linear] if name is None else [linear, activations.make(name)]
    model = mark(nn.Sequential(*modules))
    if drawn != "torch":
        initialise(model, drawn, draw_seed() if seed is None else index(seed))
    remember(model, drawn)
    return model.to(torch.get_default_device())


def _checked_sizes(sizes: object) -> list[int]:
    """Return the sizes as ints; NumPy's integers are as good."""
    try:
        given = list(sizes)  # type: ignore[call-overload]
        found = [0 if isinstance(size, bool) else index(size) for size in given]
    except TypeError:
        found = []
    if len(found) < 2 or min(found) < 1:
        raise ValueError(f"sizes must be two or more positive ints, inputs first; got {sizes!r}")
    return found
