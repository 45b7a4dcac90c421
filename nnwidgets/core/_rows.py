"""How a row of the data is handed to a model: as flat features, a picture, ids of tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnwidgets.core._forward import call
from nnwidgets.core.structure import evaluating

TRIAL = 64  # rows on which a model is tried out


@dataclass(frozen=True)
class RowForm:
    """What the model gets for one row of X.

    Attributes
    ----------
    shape : tuple of int
        (d,), or (c, h, w) for pictures, or whatever rows were given as.
    integers : bool
        Whether as int64, as ``nn.Embedding`` wants ids; else in the parameters' dtype.
    """

    shape: tuple[int, ...]
    integers: bool = False

    def place(self, X: NDArray[Any], like: Tensor) -> Tensor:
        """Return rows (n, d) as the model wants them, where its parameters are."""
        dtype = torch.int64 if self.integers else like.dtype
        return torch.tensor(X, dtype=dtype, device=like.device).reshape(len(X), *self.shape)


def try_out(
    model: nn.Module, X: NDArray[Any], shape: tuple[int, ...], like: Tensor
) -> tuple[RowForm, Tensor]:
    """Call the model on some rows; answer in which form it took them, and its outputs.

    Parameters
    ----------
    model : nn.Module
    X : ndarray, shape (n, d)
        All of the data, of which the first rows are tried.
    shape : tuple of int
        Of one row, as it was given.
    like : Tensor
        A parameter of the model.

    Returns
    -------
    RowForm
    Tensor
        With a graph even where no parameter asks for one.

    Raises
    ------
    TypeError, ValueError
        What the model says to the rows as they were given, with a hint where there is one.
    """
    refusal: Exception | None = None
    for form in _forms(model, X, shape):
        rows = form.place(X[:TRIAL], like)
        if rows.is_floating_point():
            rows.requires_grad_()
        try:
            with evaluating(model), torch.enable_grad():
                return form, call(model, rows)
        except (TypeError, ValueError) as error:
            refusal = refusal or error
    assert refusal is not None
    hint = _hint(model, X, shape)
    raise (type(refusal)(f"{refusal}. {hint}") if hint else refusal) from refusal.__cause__


def _forms(model: nn.Module, X: NDArray[Any], shape: tuple[int, ...]) -> Iterator[RowForm]:
    yield RowForm(shape)
    if len(shape) == 2 and _first(model, nn.Conv2d):
        yield RowForm((1, *shape))  # grey pictures (n, h, w)
    if _first(model, nn.Embedding) and bool((np.round(X) == X).all()):
        yield RowForm(shape, integers=True)


def _first(model: nn.Module, kind: type[nn.Module]) -> nn.Module | None:
    return next((module for module in model.modules() if isinstance(module, kind)), None)


def _hint(model: nn.Module, X: NDArray[Any], shape: tuple[int, ...]) -> str:
    convolution = _first(model, nn.Conv2d)
    if isinstance(convolution, nn.Conv2d):
        channels = convolution.in_channels
        if len(shape) == 3 and shape[0] != channels and shape[2] == channels:
            return (
                f"X looks like (n, height, width, channels) = (n, {', '.join(map(str, shape))}); "
                "torch wants (n, channels, height, width): pass np.moveaxis(X, -1, 1)"
            )
        if len(shape) == 1:
            return (
                "A convolution reads pictures: pass X of shape (n, channels, height, width), or "
                "begin the model with nn.Unflatten(1, (channels, height, width))"
            )
        if len(shape) == 2:
            return (
                f"X looks like grey pictures (n, height, width) = (n, {', '.join(map(str, shape))})"
                f"; the first convolution reads {channels} channels: pass X of shape "
                f"(n, {channels}, height, width)"
            )
        if len(shape) == 3 and shape[0] != channels:
            return (
                f"X has pictures of {shape[0]} channels (n, channels, height, width); the first "
                f"convolution reads {channels}"
            )
    if _first(model, nn.Embedding) and not (np.round(X) == X).all():
        return "nn.Embedding reads whole numbers from 0: X holds others"
    return ""
