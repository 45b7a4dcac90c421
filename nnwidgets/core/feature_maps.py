"""The feature maps of a convolutional model for one picture, and where each pixel looks.

Every convolution, pooling, activation and normalisation is seen as it is called, whether by a
module or by a function in ``forward``, with the stride, padding and dilation it is called with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from nnwidgets.core._arrays import to_array, to_floats
from nnwidgets.core._map_calls import MapWatch, find_kernels
from nnwidgets.core._watch import floats, original
from nnwidgets.core.receptive import PICTURE, Area, FieldRow, MapStep, arithmetic, reach
from nnwidgets.core.structure import evaluating

__all__ = ["FeatureRecord", "FieldRow", "MapStep", "feature_maps", "no_maps", "record_maps"]

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class FeatureRecord:
    """What a model made of one picture, made by :func:`feature_maps`.

    Attributes
    ----------
    picture : ndarray of float32, shape (channels, height, width)
        What the first of the steps was given.
    steps : tuple of MapStep
        In the order in which they were called.
    outputs : ndarray of float32
        What the model returned for the picture.
    """

    picture: FloatArray
    steps: tuple[MapStep, ...]
    outputs: FloatArray

    def size(self, step: int) -> tuple[int, int]:
        """Return height and width of a step's maps, or of the picture for -1."""
        maps = self.picture if step == PICTURE else self.steps[step].maps
        return maps.shape[1], maps.shape[2]

    def reach(self, step: int, y: int, x: int) -> dict[int, Area] | None:
        """Tell which pixels of every earlier map, and of the picture, one pixel depends on.

        Parameters
        ----------
        step : int
        y, x : int
            The pixel.

        Returns
        -------
        dict of int to (first row, last row, first column, last column), or None
            By step, -1 for the picture. What lies in the padding is left out. None where
            something on the way is not known here.

        Raises
        ------
        IndexError
            If there is no such step or pixel.
        """
        height, width = self.size(step)
        if not (0 <= y < height and 0 <= x < width):
            raise IndexError(f"pixel ({y}, {x}) is not in a map of {height} × {width}")
        return reach(self.steps, self.size, step, y, x)

    def receptive_field(self, step: int, y: int, x: int) -> Area | None:
        """Return the part of the picture that a pixel depends on; see :meth:`reach`."""
        areas = self.reach(step, y, x)
        return None if areas is None else areas.get(PICTURE)

    def arithmetic(self, step: int, axis: int = 0) -> list[FieldRow] | None:
        """Work out the receptive field step by step.

        Parameters
        ----------
        step : int
        axis : {0, 1}
            0 for rows (height), 1 for columns (width).

        Returns
        -------
        list of FieldRow or None
            From the first step to this one; None where the steps are no chain of windows, as
            after a sum of two branches.
        """
        return arithmetic(self.steps, self.size, step, axis)


def feature_maps(model: nn.Module, x: ArrayLike | Tensor) -> FeatureRecord:
    """Run a model on one picture and keep every map on the way.

    Parameters
    ----------
    model : nn.Module
        With two-dimensional convolutions. It is run in evaluation mode and left as it was.
    x : array_like
        One picture as the model takes it, without or with the axis for the sample: (c, h, w),
        (1, c, h, w), or (d,) where the model makes a picture of it.

    Returns
    -------
    FeatureRecord

    Raises
    ------
    ValueError
        If the model cannot be called on the picture, or has no maps.

    Examples
    --------
    >>> model = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    >>> record = feature_maps(model, np.zeros((1, 8, 8)))
    >>> [(step.name, step.kind, step.maps.shape) for step in record.steps]
    [('0', 'convolution', (2, 8, 8)), ('1', 'activation', (2, 8, 8)), ('2', 'pooling', (2, 4, 4))]
    >>> record.receptive_field(2, 0, 0)
    (0, 2, 0, 2)
    """
    model = original(model)
    like = next(model.parameters(), torch.zeros(()))
    array = to_floats(to_array(x, "x"), np.dtype(np.float32), "x")
    if array.ndim == 2 and len(array) > 1:
        array = array[None]  # a grey picture, and not a row of features
    rows = torch.tensor(array, dtype=like.dtype, device=like.device)
    if rows.ndim in (1, 3):
        rows = rows[None]
    try:
        return record_maps(model, rows)
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(
            f"the model could not be called on x of shape {tuple(rows.shape)}: "
            f"{type(error).__name__}: {error}"
        ) from error


def record_maps(model: nn.Module, row: Tensor) -> FeatureRecord:
    """Run a model on a tensor of one row, as it takes them; see :func:`feature_maps`."""
    model = original(model)
    watch = MapWatch(model)
    with evaluating(model), torch.no_grad(), watch:
        outputs = model(row)
    if watch.picture is None or not watch.calls:
        raise ValueError(no_maps(model))
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    steps = tuple(_step(call, names) for call in watch.calls)
    answer = floats(outputs[0]) if isinstance(outputs, Tensor) else np.zeros(0, np.float32)
    return FeatureRecord(watch.picture, steps, np.atleast_1d(answer))


def no_maps(model: nn.Module) -> str:
    """Say why a model has no feature maps, and what shows it instead."""
    has = "never calls it on a picture" if find_kernels(model) else "has none"
    return (
        "FeatureMaps needs a model with two-dimensional convolutions or poolings over pictures "
        f"(channels, height, width); this {type(model).__name__} {has}. "
        "NetworkGraph and Activations show dense layers, AttentionMaps shows attention"
    )


def _step(call: Any, names: dict[int, str]) -> MapStep:
    weight, bias = call.weight, call.bias
    return MapStep(
        name=call.name,
        function=call.function,
        kind=call.kind,
        reads=call.reads,
        maps=call.maps,
        rows=None if call.spans is None else call.spans[0],
        columns=None if call.spans is None else call.spans[1],
        window=call.window,
        weight=None if weight is None else floats(weight),
        bias=None if bias is None else floats(bias),
        weight_name=names.get(id(weight)),
        bias_name=names.get(id(bias)),
        groups=call.groups,
    )
