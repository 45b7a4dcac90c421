"""What a user may pass as a trajectory: parameter vectors over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nnwidgets.core._arrays import to_array, to_floats
from nnwidgets.core.parameters import Parameters
from nnwidgets.core.snapshot import Snapshot

Floats = NDArray[np.float64]

_MOST = 2000  # points: more are neither seen nor needed for two directions


@runtime_checkable
class Recorded(Protocol):
    """What is asked of a history: :class:`nnwidgets.training.history.History` has it."""

    @property
    def epochs(self) -> NDArray[np.int64]:
        """The epochs that were recorded."""

    @property
    def loss(self) -> Floats:
        """The loss at each."""

    def kept_epoch(self, epoch: int) -> int:
        """The nearest epoch whose parameters are kept."""

    def parameters(self, epoch: int) -> NDArray[Any]:
        """The flat parameters at an epoch."""


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Parameter vectors in the order in which a model went through them.

    Attributes
    ----------
    epochs : ndarray of int64, shape (m,)
    flats : ndarray of float64, shape (m, size)
    loss : ndarray of float64, shape (m,)
        As recorded; NaN where that is not known.
    """

    epochs: NDArray[np.int64]
    flats: Floats
    loss: Floats

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.flats)


def read_trajectory(given: object, size: int, parameters: Parameters | None = None) -> Trajectory:
    """Read a history, an array (m, size), or a list of vectors, dicts or snapshots.

    Of more than 2000 points every second, third, ... is taken, and the first and the last.

    Parameters
    ----------
    given : History, Network, Trajectory, array_like, or list
    size : int
        The number of the model's parameters.
    parameters : Parameters, optional
        Needed to check dicts by name; else they must hold everything, in order.

    Raises
    ------
    TypeError, ValueError
        If it is none of these, or does not fit the model.
    """
    if isinstance(given, Trajectory):
        _check_width(given.flats, size)
        return given
    history = given if isinstance(given, Recorded) else getattr(given, "history", None)
    if isinstance(history, Recorded):
        return _of_history(history, size)
    vectors = _vectors(given, size, parameters)
    if vectors.ndim != 2 or vectors.shape[1] != size:
        raise ValueError(
            f"trajectory must have shape (m, {size}), one row of all parameters for each point; "
            f"got {vectors.shape}"
        )
    if not len(vectors):
        raise ValueError("trajectory must have at least one point, got none")
    rows = _thinned(len(vectors))
    return Trajectory(rows, vectors[rows], np.full(len(rows), np.nan))


def _vectors(given: object, size: int, parameters: Parameters | None) -> Floats:
    if isinstance(given, torch.Tensor | np.ndarray):
        return to_floats(to_array(given, "trajectory"), np.dtype(np.float64), "trajectory")
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise TypeError(
            "trajectory must be a History, an array (m, size), or a list of snapshots, dicts or "
            f"vectors; got {type(given).__name__}"
        )
    points = [read_point(p, size, parameters, f"trajectory[{i}]") for i, p in enumerate(given)]
    return np.array(points, np.float64).reshape(len(points), size)


def read_point(given: object, size: int, parameters: Parameters | None, name: str) -> Floats:
    """Read all parameters of one point: a Snapshot, a dict by name, a flat vector, or a module.

    What a dict leaves out is as the model has it.

    Raises
    ------
    TypeError, ValueError
        If it is none of these, or does not fit the model.
    """
    if isinstance(given, nn.Module):
        given = dict(given.named_parameters())
    elif isinstance(given, Snapshot):
        given = given.parameters
    if isinstance(given, Mapping):
        if parameters is not None:
            point = parameters.read().astype(np.float64)
            # A state_dict has buffers, too; those of the model stay.
            own = {name: value for name, value in given.items() if name not in parameters.buffers}
            fill(point, own, parameters)
            return point
        arrays = [to_array(array, key).reshape(-1) for key, array in given.items()]
        given = np.concatenate(arrays) if arrays else np.empty(0)
    vector = to_floats(to_array(given, name), np.dtype(np.float64), name)
    if vector.shape != (size,):
        raise ValueError(
            f"{name} must be a dict of parameter name to array, or all {size} parameters in one "
            f"vector; got shape {vector.shape}"
        )
    return vector


def fill(flat: Floats, arrays: Mapping[str, Any], parameters: Parameters) -> None:
    """Write arrays by parameter name into a flat vector, in double precision.

    Raises
    ------
    TypeError, ValueError
        As :meth:`Parameters.parse`.
    """
    parameters.parse(arrays)
    for name, array in arrays.items():
        flat[parameters.index(name)] = to_array(array, name).reshape(-1)


def _check_width(flats: Floats, size: int) -> None:
    if flats.shape[1] != size:
        raise ValueError(
            f"trajectory has {flats.shape[1]} parameters at each epoch, the model has {size}"
        )


def _of_history(history: Recorded, size: int) -> Trajectory:
    epochs = np.array(history.epochs)
    if not len(epochs):
        raise ValueError("trajectory is a History in which nothing has been recorded yet")
    losses = dict(zip(epochs.tolist(), np.array(history.loss).tolist(), strict=False))
    epochs = epochs[_thinned(len(epochs))]
    kept = np.array(list(dict.fromkeys(history.kept_epoch(int(epoch)) for epoch in epochs)))
    flats = np.array([history.parameters(int(epoch)) for epoch in kept], np.float64)
    _check_width(flats, size)
    loss = np.array([losses.get(int(epoch), np.nan) for epoch in kept])
    return Trajectory(kept.astype(np.int64), flats, loss)


def _thinned(count: int) -> NDArray[np.int64]:
    stride = -(-count // _MOST)
    return np.unique(np.append(np.arange(0, count, stride), count - 1))
