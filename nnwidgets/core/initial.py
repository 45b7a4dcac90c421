"""Deep networks that differ in activation and initial weights: how a gradient's way begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from nnwidgets.core._arrays import did_you_mean
from nnwidgets.core.structure import mlp

#: Standard deviations of initial weights that are much too small and much too large.
SMALL, LARGE = 0.01, 1.0

INITS: Mapping[str, Callable[..., Tensor] | None] = {
    "xavier": nn.init.xavier_normal_,
    "kaiming": partial(nn.init.kaiming_normal_, nonlinearity="relu"),
    "small": partial(nn.init.normal_, std=SMALL),
    "large": partial(nn.init.normal_, std=LARGE),
    "torch": None,
}
"""Ways to draw weights: Glorot and Bengio (2010), variance 2 / (in + out); He et al. (2015),
variance 2 / in; standard deviation 0.01; 1; and torch's own, which draws biases as well."""

COMPARED: Mapping[str, tuple[str, str]] = {
    "sigmoid, Xavier": ("sigmoid", "xavier"),
    "tanh, Xavier": ("tanh", "xavier"),
    "ReLU, Xavier": ("relu", "xavier"),
    "ReLU, Kaiming": ("relu", "kaiming"),
    "tanh, too small": ("tanh", "small"),
    "ReLU, too large": ("relu", "large"),
}
"""What a lesson on vanishing and exploding gradients compares."""


def initialise(model: nn.Module, init: str, seed: int = 0) -> None:
    """Draw a model's weights anew, in place; biases become 0, but for "torch".

    Parameters
    ----------
    model : Module
        Its parameters of two dimensions or more are weights.
    init : str
        One of `INITS`.
    seed : int
        The same numbers each time; torch's global generator is left as it was.

    Raises
    ------
    ValueError
        For an unknown name.

    Examples
    --------
    >>> model = nn.Linear(100, 100)
    >>> initialise(model, "small")
    >>> round(model.weight.std().item(), 3), model.bias.abs().max().item()
    (0.01, 0.0)
    """
    if init not in INITS:
        raise ValueError(f"there is no initialisation {init!r}. {did_you_mean(init, INITS)}")
    draw = INITS[init]
    if draw is None:
        return
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim < 2:
                parameter.zero_()
                continue
            drawn = draw(torch.empty(parameter.shape), generator=generator)
            parameter.copy_(drawn)


def deep_models(
    candidates: Mapping[str, Any] | None, sizes: list[int], seed: int
) -> dict[str, nn.Module]:
    """Make a model for each candidate: (activation, initialisation), or a module as it is.

    Raises
    ------
    TypeError, ValueError
        For anything else, naming the candidate.
    """
    chosen = COMPARED if candidates is None else candidates
    if not (isinstance(chosen, dict) or chosen is COMPARED) or not chosen:
        raise TypeError(
            "candidates must be a dict of name to (activation, initialisation) or to a module, "
            f"got {candidates!r}"
        )
    return {str(name): _model(str(name), what, sizes, seed) for name, what in chosen.items()}


def _model(name: str, what: Any, sizes: list[int], seed: int) -> nn.Module:
    if isinstance(what, nn.Module):
        return what
    if not isinstance(what, tuple | list) or len(what) != 2:
        raise TypeError(
            f"candidate {name!r} must be (activation, initialisation) or a module, got {what!r}"
        )
    model = mlp(sizes, what[0], seed=seed)
    initialise(model, what[1], seed)
    return model
