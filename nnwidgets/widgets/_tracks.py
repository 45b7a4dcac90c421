"""Recorded runs as curves in the plane of a loss surface."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nnwidgets.core.landscape import read_trajectory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nnwidgets.core.landscape import Plane, Trajectory
    from nnwidgets.core.parameters import Parameters
    from nnwidgets.training.history import History

#: Points of a curve: more are not seen, and each takes 40 bytes of every update.
MOST = 2000

# Parameters that are looked at together; a batch of rows bounds the memory of large models.
_BATCH = 1 << 20


class Tracks:
    """The network's own run and those that were added to it, as the page takes them."""

    def __init__(self) -> None:
        self._own = OwnTrack()
        self._given: dict[str, Trajectory] = {}

    def take_all(self, runs: Mapping[str, object], parameters: Parameters) -> None:
        """Add runs by name."""
        if not isinstance(runs, Mapping):
            raise TypeError(f"tracks must be a dict of name to run, got {type(runs).__name__}")
        for name, run in runs.items():
            self.take(name, run, parameters)

    def take(self, name: str, run: object, parameters: Parameters) -> None:
        """Add a run, or replace the one of that name.

        Raises
        ------
        TypeError, ValueError
            If it is no run, or of another network.
        """
        if not isinstance(name, str):
            raise TypeError(f"name must be text, got {type(name).__name__}")
        try:
            self._given[name] = read_trajectory(run, parameters.size, parameters)
        except (TypeError, ValueError) as error:
            raise type(error)(f"track {name!r}: {error}") from error

    def drop(self, name: str) -> None:
        """Remove a run; raise KeyError if there is none of that name."""
        if name not in self._given:
            there = ", ".join(map(repr, self._given)) or "none"
            raise KeyError(f"there is no track {name!r}; there are {there}")
        del self._given[name]

    def packed(self, plane: Plane, history: History, data: str) -> list[dict[str, Any]]:
        """Return the trait ``_tracks``: the network's own run first."""
        given = list(self._given.items())
        others = [given_track(name, track, plane, data) for name, track in given]
        return [self._own.packed(plane, history, data), *others]


class OwnTrack:
    """The network's own history in a plane, of which only what is new is projected."""

    def __init__(self) -> None:
        self._plane: Plane | None = None
        self._rows: dict[int, tuple[float, NDArray[np.float64]]] = {}

    def packed(self, plane: Plane, history: History, data: str) -> dict[str, Any]:
        """Return the track as the page takes it.

        Parameters
        ----------
        plane : Plane
            Where it is seen.
        history : History
            It may grow or be rewound meanwhile.
        data : {"train", "test"}
            Which of the recorded losses the surface is of: a curve of the other one would not
            lie on it.
        """
        if plane is not self._plane:
            self._plane, self._rows = plane, {}
        columns = history.columns()
        rows = thinned(len(columns["epoch"]))
        recorded = columns["loss" if data == "train" else "test_loss"]
        epochs, losses = columns["epoch"][rows].tolist(), recorded[rows].tolist()
        shown = dict(zip(epochs, losses, strict=True))
        self._forget(shown)
        self._add(plane, history, shown)
        known = [epoch for epoch in epochs if epoch in self._rows]
        places = np.array([self._rows[epoch][1] for epoch in known]).reshape(-1, 3)
        return pack("", True, known, places, [shown[epoch] for epoch in known])

    def _forget(self, shown: dict[int, float]) -> None:
        """Drop what is not shown any more, and epochs that have been trained anew."""
        self._rows = {
            epoch: row for epoch, row in self._rows.items() if _same(shown.get(epoch), row[0])
        }

    def _add(self, plane: Plane, history: History, shown: dict[int, float]) -> None:
        new = [epoch for epoch in shown if epoch not in self._rows]
        step = max(1, _BATCH // max(1, plane.origin.size))
        for start in range(0, len(new), step):
            # Not of all of them: a long history keeps the parameters of some, and it may have been
            # cleared since, for another structure.
            epochs, vectors = history.kept(new[start : start + step])
            if vectors.shape[1] != plane.origin.size:
                return
            places = plane.project_many(vectors)
            for epoch, place in zip(epochs.tolist(), places, strict=True):
                self._rows[epoch] = (shown[epoch], place)


def given_track(name: str, trajectory: Trajectory, plane: Plane, data: str) -> dict[str, Any]:
    """Return somebody else's run as the page takes it.

    Its losses are of the data it was trained on: over those of the test data they are not known,
    and the page reads the surface.
    """
    rows = thinned(len(trajectory))
    places = plane.project_many(trajectory.flats[rows])
    losses = trajectory.loss[rows] if data == "train" else np.full(len(rows), np.nan)
    return pack(name, False, trajectory.epochs[rows].tolist(), places, losses)


def pack(
    name: str,
    current: bool,
    epochs: list[int],
    places: NDArray[np.float64],
    loss: Iterable[float],
) -> dict[str, Any]:
    """Return one entry of the trait ``_tracks``; ``places`` are rows of (x, y, off)."""
    return {
        "name": name,
        "current": current,
        "epochs": _bytes(epochs),
        "xy": _bytes(places[:, :2]),
        "off": _bytes(places[:, 2]),
        "loss": _bytes(list(loss)),
    }


def thinned(count: int) -> NDArray[np.int64]:
    """Return which of ``count`` rows to show: the first, the last, and every 2ᵏ-th between.

    Powers of two, so that a growing history goes on showing what it showed.

    Examples
    --------
    >>> thinned(4).tolist(), len(thinned(5000)), int(thinned(5000)[-1])
    ([0, 1, 2, 3], 1251, 4999)
    """
    stride = 1
    while -(-count // stride) + 1 > MOST:
        stride *= 2
    return np.unique(np.append(np.arange(0, count, stride), max(0, count - 1)))[:count]


def _same(a: float | None, b: float) -> bool:
    return a is not None and (a == b or (math.isnan(a) and math.isnan(b)))


def _bytes(numbers: Any) -> bytes:
    return np.ascontiguousarray(numbers, "<f8").tobytes()
