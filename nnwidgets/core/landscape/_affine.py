"""The dense layers of a stack as functions of a plane's coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from nnwidgets.core import activations
from nnwidgets.core._stack import DenseLayer, Spec, Stack
from nnwidgets.core.landscape.plane import Floats, Plane
from nnwidgets.core.parameters import Parameters


@dataclass(frozen=True, eq=False)
class AffineLayer:
    """A layer whose weights are an affine function of a point (x, y) of the plane.

    Attributes
    ----------
    weight : ndarray of float64, shape (3, out, in + 1)
        What is added once, times x and times y; the last column is the bias.
    activation : mapping
        As :func:`nnwidgets.core.activations.describe` says.
    """

    weight: Floats
    activation: Spec

    @property
    def outputs(self) -> int:
        """The number of units."""
        return int(self.weight.shape[1])

    @cached_property
    def axes(self) -> list[int]:
        """The axes along which the weights change: of 0 (x) and 1 (y)."""
        return [axis for axis in (0, 1) if self.weight[axis + 1].any()]

    def at(self, points: Floats, like: Tensor) -> tuple[Tensor, Tensor]:
        """Return the weights (m, out, in) and biases (m, out, 1) at points (m, 2).

        Of a layer that no axis moves there is one of each, seen m times.
        """
        weight: NDArray[Any] = self.weight[:1]
        if self.axes:
            # A product of matrices: numpy takes twice as long for axes of three dimensions.
            moving = self.weight[[axis + 1 for axis in self.axes]]
            moved = points[:, self.axes] @ moving.reshape(len(moving), -1)
            weight = weight + moved.reshape(-1, *weight.shape[1:])
        both = torch.from_numpy(weight).to(like.device, like.dtype)
        both = both.expand(len(points), *both.shape[1:])
        return both[..., :-1], both[..., -1:]


def read_layers(stack: Stack, parameters: Parameters, plane: Plane) -> list[AffineLayer]:
    """Return a stack's layers over a plane.

    A tanh is computed as ``2 σ(2 z) − 1``, which takes torch a third of the time on most
    processors; both factors and the 1 go into the weights around it, so they cost nothing.
    """
    vectors = np.stack([plane.origin, *plane.directions])
    layers = [_read(layer, parameters, vectors) for layer in stack.layers]
    for i in range(len(layers) - 1):
        if layers[i].activation["name"] == "tanh":
            layers[i : i + 2] = _without_tanh(*layers[i : i + 2])
    return layers


def _read(layer: DenseLayer, parameters: Parameters, vectors: Floats) -> AffineLayer:
    weight = np.zeros((3, layer.out_features, layer.in_features + 1))
    weight[..., :-1] = _values(layer.weight, parameters, vectors)
    if layer.bias is not None:
        weight[..., -1] = _values(layer.bias, parameters, vectors)
    return AffineLayer(weight, layer.activation)


def _values(name: str, parameters: Parameters, vectors: Floats) -> Floats:
    values: Floats = vectors[:, parameters.index(name)]
    return values.reshape(3, *parameters.shapes[name])


def _without_tanh(layer: AffineLayer, after: AffineLayer) -> tuple[AffineLayer, AffineLayer]:
    weight = after.weight.copy()
    weight[..., -1] -= weight[..., :-1].sum(axis=-1)
    weight[..., :-1] *= 2
    return (
        AffineLayer(2 * layer.weight, {"name": "sigmoid"}),
        replace(after, weight=weight),
    )


def products(layer: AffineLayer, values: Tensor) -> Tensor:
    """Return what z is a sum of, times 1, x and y: (1 to 3, out, n) of inputs (in, n).

    However wide the inputs, each point then only adds up these; see :func:`mixed`.
    """
    shared = torch.from_numpy(layer.weight[_used(layer)]).to(values.device, values.dtype)
    return torch.matmul(shared[..., :-1], values).add_(shared[..., -1:])


def mixed(layer: AffineLayer, parts: Tensor, points: Floats, out: Tensor) -> Tensor:
    """Return z (m, out, n) of ``layer`` at points (m, 2), given its :func:`products`."""
    factors = np.column_stack([np.ones(len(points)), points])[:, _used(layer)]
    by = torch.from_numpy(factors).to(parts.device, parts.dtype)
    torch.mm(by, parts.flatten(1), out=out.flatten(1))
    return out


def multiplied(layer: AffineLayer, values: Tensor, points: Floats, out: Tensor) -> Tensor:
    """Return z (m, out, n) of ``layer`` at m points, each with inputs (in, n) of its own."""
    weight, bias = layer.at(points, values)
    return torch.baddbmm(bias, weight, values, out=out)


def _used(layer: AffineLayer) -> list[int]:
    return [0, *(axis + 1 for axis in layer.axes)]


def activate(spec: Spec, z: Tensor) -> Tensor:
    """Return the activation of ``z``, which may be overwritten."""
    name = spec["name"]
    if name == "sigmoid":
        return z.sigmoid_()
    if name == "relu":
        return z.relu_()
    if name == "sine":
        return z.sin_()
    if name == "silu":
        return F.silu(z, inplace=True)
    return activations.apply(spec, z)


def axes_enter(layers: Sequence[AffineLayer]) -> tuple[int, int]:
    """Return in which layer x and y first play a part, ``len(layers)`` for one that never does."""
    enters = [len(layers), len(layers)]
    for i, layer in reversed(list(enumerate(layers))):
        for axis in layer.axes:
            enters[axis] = i
    return enters[0], enters[1]
