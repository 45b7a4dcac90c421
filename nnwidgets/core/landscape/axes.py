"""What a user may ask for as axes, made a plane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnwidgets import words
from nnwidgets.core.landscape.directions import principal_directions, random_directions
from nnwidgets.core.landscape.plane import Floats, Plane, Range
from nnwidgets.core.landscape.trajectory import Trajectory, fill, read_point
from nnwidgets.core.parameters import Parameters
from nnwidgets.core.snapshot import Snapshot

_PARALLEL = 1e-12  # of 1 − cos² between two directions


@dataclass(frozen=True, eq=False)
class Toward:
    """An axis from the model's parameters (at 0) to other ones (at 1); made by :func:`toward`."""

    place: Any
    name: str


Axis = str | Mapping[str, ArrayLike] | Toward | Snapshot
Axes = Axis | Sequence[Axis]


def toward(
    place: Snapshot | Mapping[str, ArrayLike] | ArrayLike, name: str | None = None
) -> Toward:
    """Make an axis that leads from the model as it is, at 0, to another state of it, at 1.

    Parameters
    ----------
    place : Snapshot, dict, array_like or nn.Module
        ``net.snapshot()``, arrays by parameter name as in ``model.state_dict()``, all parameters
        in one vector, or another module of the same structure.
    name : str, optional
        What the axis is called.

    Examples
    --------
    >>> import torch
    >>> from nnwidgets.core.landscape import loss_surface
    >>> model = torch.nn.Linear(1, 1, bias=False)
    >>> with torch.no_grad():
    ...     _ = model.weight.fill_(1.0)
    >>> line = loss_surface(
    ...     model,
    ...     [[1.0]],
    ...     [3.0],
    ...     loss="mse",
    ...     axes=toward({"weight": [[3.0]]}),
    ...     ranges=(0, 1),
    ...     resolution=3,
    ... )
    >>> line.x.tolist(), line.z.tolist()
    ([0.0, 0.5, 1.0], [[4.0, 1.0, 0.0]])
    """
    if name is None:
        name = f"toward epoch {place.epoch}" if isinstance(place, Snapshot) else "toward"
    return Toward(place, name)


@dataclass(frozen=True, eq=False)
class _Line:
    """One resolved axis."""

    direction: Floats
    name: str
    range: Range
    entry: int | None = None  # of the flat vector, where a parameter is the axis


def resolve_axes(
    axes: object,
    parameters: Parameters,
    *,
    trajectory: Trajectory | None = None,
    seed: int = 0,
) -> Plane:
    """Lay the plane that was asked for through the model's parameters as they are.

    Parameters
    ----------
    axes : str, dict, Toward, Snapshot or pair of these
        See :func:`nnwidgets.core.landscape.loss_surface`.
    parameters : Parameters
    trajectory : Trajectory, optional
        For "pca".
    seed : int
        For "random".

    Raises
    ------
    TypeError, ValueError
        If an axis is not known, does not fit the model, is zero, or both are parallel.
    """
    here = parameters.read().astype(np.float64)
    if isinstance(axes, str) and axes == "pca":
        return _principal(here, trajectory)
    lines = _lines(axes, parameters, here, seed)
    for axis, line in enumerate(lines):
        if not line.direction.any():
            raise ValueError(f"axes[{axis}] ({line.name}) is zero: it leads nowhere")
    _check_parallel(lines)
    return _plane(here, lines)


def _lines(axes: object, parameters: Parameters, here: Floats, seed: int) -> list[_Line]:
    if isinstance(axes, str) and axes == "random":
        axes = ("random", "random")
    if isinstance(axes, Toward | Snapshot):
        axes = (axes,)
    elif isinstance(axes, str | Mapping) or not isinstance(axes, Sequence) or len(axes) != 2:
        got = repr(axes) if isinstance(axes, str) else type(axes).__name__
        if isinstance(axes, Sequence) and not isinstance(axes, str):
            got += f" of {len(axes)}"
        raise TypeError(
            "axes must be a pair like ('0.weight[0,0]', '2.weight[0,0]'), 'random', 'pca' or "
            f"toward(a snapshot); got {got}"
        )
    drawn: Floats | None = None
    if any(isinstance(axis, str) and axis == "random" for axis in axes):
        drawn = random_directions(parameters, 2, seed)
    lines = []
    for i, axis in enumerate(axes):
        try:
            lines.append(_line(axis, i, parameters, here, drawn))
        except (TypeError, ValueError) as error:
            if str(error).startswith("axes"):
                raise
            # What is wrong with a name or an array does not say which of the two it was.
            raise type(error)(f"axes[{i}]: {error}") from error
    return lines


def _line(
    axis: object, i: int, parameters: Parameters, here: Floats, drawn: Floats | None
) -> _Line:
    if isinstance(axis, str) and axis == "random" and drawn is not None:
        return _Line(drawn[i], words.Text("random direction {n}", n=i + 1), (-1.0, 1.0))
    if isinstance(axis, str):
        return _named(axis, i, parameters, here)
    if isinstance(axis, Snapshot):
        axis = toward(axis)
    if isinstance(axis, Toward):
        there = read_point(axis.place, parameters.size, parameters, f"axes[{i}]")
        if np.array_equal(there, here):
            raise ValueError(f"axes[{i}] ({axis.name}) leads to where the model is already")
        return _Line(there - here, axis.name, (-0.5, 1.5))
    if isinstance(axis, Mapping):
        direction = np.zeros(parameters.size)
        fill(direction, axis, parameters)
        return _Line(direction, words.Text("direction {n}", n=i + 1), (-1.0, 1.0))
    raise TypeError(
        f"axes[{i}] must be a parameter like '0.weight[0,0]', a dict of parameter name to array, "
        f"'random' or toward(a snapshot); got {type(axis).__name__}"
    )


def _named(reference: str, i: int, parameters: Parameters, here: Floats) -> _Line:
    if reference == "pca":
        raise ValueError("axes='pca' gives both axes: it is no axis of a pair")
    index = parameters.index(reference)
    if len(index) != 1:
        example = parameters.reference(int(index[0])) if len(index) else "a parameter's entry"
        raise ValueError(
            f"axes[{i}] must name one number, {reference!r} has {len(index)}: name one of them, "
            f"like {example!r}"
        )
    entry = int(index[0])
    direction = np.zeros(parameters.size)
    direction[entry] = 1
    value = float(here[entry])
    reach = max(2.0, abs(value))
    name = parameters.reference(entry)
    return _Line(direction, name, (value - reach, value + reach), entry)


def _check_parallel(lines: Sequence[_Line]) -> None:
    if len(lines) < 2:
        return
    first, second = lines
    if first.entry is not None and first.entry == second.entry:
        raise ValueError(f"both axes are {first.name!r}: they must differ")
    a, b = (line.direction / np.linalg.norm(line.direction) for line in lines)
    if np.linalg.norm(b - (a @ b) * a) ** 2 <= _PARALLEL:
        raise ValueError(f"axes {first.name!r} and {second.name!r} are parallel: they must differ")


def _plane(here: Floats, lines: Sequence[_Line]) -> Plane:
    origin = here.copy()
    directions = np.zeros((2, len(here)))
    for i, line in enumerate(lines):
        directions[i] = line.direction
        if line.entry is not None:
            origin[line.entry] = 0
    names = (lines[0].name, lines[1].name if len(lines) > 1 else "")
    ranges = (lines[0].range, lines[1].range if len(lines) > 1 else (0.0, 0.0))
    values = [0.0 if line.entry is None else float(here[line.entry]) for line in lines]
    return Plane(origin, directions, names, (values[0], (*values, 0.0)[1]), ranges)


def _principal(here: Floats, trajectory: Trajectory | None) -> Plane:
    if trajectory is None:
        raise ValueError(
            "axes='pca' needs a recorded trajectory: pass trajectory=net.history, or a list of "
            "snapshots"
        )
    # A run that has diverged has points that are nowhere.
    flats = trajectory.flats[np.isfinite(trajectory.flats).all(axis=1)]
    directions, explained = principal_directions(flats)
    first, second = (
        words.Text("principal direction {n} ({share})", n=i, share=f"{share:.1%}")
        for i, share in enumerate(explained, 1)
    )
    plane = Plane(here, directions, (first, second), (0.0, 0.0), explained=explained)
    along: NDArray[Any] = plane.project_many(np.vstack([flats, here]))[:, :2]
    low, high = along.min(0), along.max(0)
    margin = 0.25 * (high - low)
    (x0, y0), (x1, y1) = (low - margin).tolist(), (high + margin).tolist()
    ranges = ((x0, x1), (y0, y1))
    return Plane(here, directions, plane.names, (0.0, 0.0), ranges, explained)
