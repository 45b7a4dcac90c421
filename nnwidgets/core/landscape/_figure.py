"""A loss surface as a plotly figure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from nnwidgets.core.landscape.plane import Floats
from nnwidgets.core.landscape.trajectory import Trajectory, read_trajectory

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from nnwidgets.core.landscape.grid import LossGrid

_COLOURS = "Viridis"
_TRACK = "Plasma"


def figure(grid: LossGrid, trajectory: object, log: bool, template: str) -> go.Figure:
    """See :meth:`LossGrid.to_plotly`."""
    import plotly.graph_objects as go

    track = grid.trajectory
    if trajectory is not None:
        track = read_trajectory(trajectory, len(grid.plane.origin))
    line = len(grid.y) == 1
    traces = [_curve(grid) if line else _surface(grid, log)]
    if track is not None:
        traces.append(_track(grid, track, log))
    made = go.Figure(traces)
    names = [plain(name) for name in grid.names]
    made.update_layout(template=template, margin={"l": 0, "r": 0, "t": 30, "b": 0})
    kind = "log" if log else "linear"
    if line:
        made.update_layout(xaxis_title=names[0], yaxis={"title": "loss", "type": kind})
        return made
    made.update_layout(
        scene={
            "xaxis": {"title": {"text": names[0]}},
            "yaxis": {"title": {"text": names[1]}},
            "zaxis": {"title": {"text": "loss"}, "type": kind},
            "aspectmode": "manual",
            "aspectratio": {"x": 1, "y": 1, "z": 0.5},
        }
    )
    return made


def plain(text: str) -> str:
    r"""Return a text that plotly shows as it is, where it would read a tag, an entity or %{...}.

    A space of no width behind the sign that begins one makes it none.

    Examples
    --------
    >>> plain("<b>%{x}") == "<\u200bb>%\u200b{x}"
    True
    """
    return re.sub(r"[<&]|%(?=\{)", "\\g<0>\u200b", " ".join(text.split()))


def _surface(grid: LossGrid, log: bool) -> Any:
    import plotly.graph_objects as go

    # An infinite height would take the whole axis with it: plotly leaves a hole for a NaN.
    z = np.where(np.isfinite(grid.z), grid.z, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        colour = np.log10(np.where(z > 0, z, np.nan)) if log else z
    x, y = map(plain, grid.names)
    return go.Surface(
        x=grid.x,
        y=grid.y,
        z=z,
        surfacecolor=colour,
        colorscale=_COLOURS,
        colorbar={"title": {"text": "log₁₀ loss" if log else "loss"}},
        name="loss",
        hovertemplate=f"{x}: %{{x:.4g}}<br>{y}: %{{y:.4g}}<br>loss: %{{z:.4g}}<extra></extra>",
    )


def _curve(grid: LossGrid) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(x=grid.x, y=grid.z[0], mode="lines", name="loss")


def _track(grid: LossGrid, track: Trajectory, log: bool) -> Any:
    """Draw the trajectory on the surface: its heights are the surface's where it passes."""
    import plotly.graph_objects as go

    x, y, off = grid.plane.project_many(track.flats).T
    height = grid.at(x, np.zeros_like(y) if len(grid.y) == 1 else y)
    height[~np.isfinite(height)] = np.nan
    common: dict[str, Any] = {
        "mode": "lines+markers",
        "name": "trajectory",
        "showlegend": False,
        "text": _words(track, off),
        "hovertemplate": "%{text}<extra></extra>",
    }
    marker = {"size": 5, "color": track.epochs, "colorscale": _TRACK}
    if len(grid.y) == 1:
        return go.Scatter(x=x, y=height, marker=marker, **common)
    width = {"width": 6, "color": track.epochs, "colorscale": _TRACK}
    return go.Scatter3d(x=x, y=y, z=height, marker=marker, line=width, **common)


def _words(track: Trajectory, off: Floats) -> list[str]:
    words = []
    for epoch, loss, distance in zip(track.epochs, track.loss, off, strict=True):
        own = "" if np.isnan(loss) else f"<br>recorded loss {loss:.4g}"
        words.append(f"epoch {epoch}{own}<br>off the plane by {distance:.3g}")
    return words
