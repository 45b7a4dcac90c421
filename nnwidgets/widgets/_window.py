"""Which part of a plane a loss surface shows, and the surface as the page takes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnwidgets import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnwidgets.core.landscape import LossGrid, Stage, Survey

# Places further from the plane's own range than so many times its width are not made room for.
_FAR = 2.0
_MARGIN = 0.05


def windowed(survey: Survey, before: LossGrid | None, tracks: Sequence[dict[str, Any]]) -> Survey:
    """Return a survey of the window that suits best: the one before where it will do.

    Parameters
    ----------
    survey : Survey
        Of the plane's own ranges.
    before : LossGrid, optional
        What is shown now. It stays the window while the axes are the same and the network is in
        it: a picture that jumps with every step cannot be read.
    tracks : sequence of dict
        As of the trait ``_tracks``; else there is room for these.
    """
    plane = survey.plane
    window = [(float(axis[0]), float(axis[-1])) for axis in (survey.x, survey.y)]
    if before is not None and before.names == plane.names:
        shown = (before.x, before.y)
        if all(map(holds, shown, plane.centre)):
            window = [(float(axis[0]), float(axis[-1])) for axis in shown]
            tracks = ()
    places = [np.frombuffer(track["xy"], "<f8").reshape(-1, 2) for track in tracks]
    x, y = (
        np.linspace(*_around(ends, [each[:, side] for each in places]), len(axis))
        for side, (ends, axis) in enumerate(zip(window, (survey.x, survey.y), strict=True))
    )
    return replace(survey, x=x, y=y)


def holds(axis: NDArray[np.float64], at: float) -> bool:
    """Tell whether a place is between an axis' ends."""
    return bool(axis[0] <= at <= axis[-1])


def pack(survey: Survey, stage: Stage, lang: str = "en") -> dict[str, Any]:
    """Return a stage of a survey as the trait ``_surface`` has it."""
    plane = survey.plane
    arrays = {"x": stage.x, "y": stage.y, "z": stage.z}
    arrays |= {"origin": plane.origin, "directions": plane.directions}
    return {
        **{name: np.ascontiguousarray(array, "<f8").tobytes() for name, array in arrays.items()},
        "nx": len(stage.x),
        "ny": len(stage.y),
        "names": [words.say(lang, name) for name in plane.names],
        "how": survey.evaluator.how,
        "share": float(stage.share),
        "explained": None if plane.explained is None else list(plane.explained),
    }


def _around(
    home: tuple[float, float], places: Sequence[NDArray[np.float64]]
) -> tuple[float, float]:
    """Return a range that holds all places but those too far away."""
    low, high = home
    width = high - low
    every = np.concatenate([*places, []])
    near = every[(every > low - _FAR * width) & (every < high + _FAR * width)]
    if not len(near):
        return low, high
    margin = _MARGIN * width
    return min(low, float(near.min()) - margin), max(high, float(near.max()) + margin)
