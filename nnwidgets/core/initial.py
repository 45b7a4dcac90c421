"""Deep networks that differ in activation and initial weights: how a gradient's way begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from nnwidgets.core._inits import INITS, initialise
from nnwidgets.core.structure import mlp

__all__ = ["COMPARED", "INITS", "deep_models", "initialise"]

COMPARED: Mapping[str, tuple[str, str]] = {
    "sigmoid, Xavier": ("sigmoid", "xavier"),
    "tanh, Xavier": ("tanh", "xavier"),
    "ReLU, Xavier": ("relu", "xavier"),
    "ReLU, Kaiming": ("relu", "kaiming"),
    "tanh, too small": ("tanh", "small"),
    "ReLU, too large": ("relu", "large"),
}
"""What a lesson on vanishing and exploding gradients compares."""


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
    return mlp(sizes, what[0], init=what[1], seed=seed)
