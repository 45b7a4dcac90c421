"""The picture of DecisionLines, redrawn by Python as one would without this package."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import plotly.graph_objects as go
import torch
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from torch import nn

from benchmarks.page import Page

Turn = Callable[[float], None]

CELLS = 100
WIDTH, HEIGHT, DPI = 440, 400, 100  # as DecisionLines is, in pixels


class Picture:
    """What there is to see of a model with two inputs: the field, and each hidden unit's line."""

    def __init__(self, model: nn.Sequential, X: Any, y: Any) -> None:
        self._first: Any = model[0]
        self.model, self.X, self.y = model, np.asarray(X), np.asarray(y)
        low, high = self.X.min(axis=0) - 0.5, self.X.max(axis=0) + 0.5
        self.x_axis, self.y_axis = (np.linspace(low[i], high[i], CELLS) for i in (0, 1))
        grid = np.stack(np.meshgrid(self.x_axis, self.y_axis), axis=-1).reshape(-1, 2)
        self._cells = torch.as_tensor(grid, dtype=torch.float32)

    def turn(self, value: float) -> None:
        """Set the weight that is being turned."""
        with torch.no_grad():
            self._first.weight[0, 0] = value

    @torch.no_grad()
    def field(self) -> Any:
        """Return the probability in each cell, rows from below."""
        return torch.sigmoid(self.model(self._cells)).reshape(CELLS, CELLS).numpy()

    @torch.no_grad()
    def lines(self) -> list[tuple[Any, Any]]:
        """Return each hidden unit's line as two points, from the left to the right."""
        first = self._first
        ends = self.x_axis[[0, -1]]
        return [
            (ends, -(w[0] * ends + b) / w[1])
            for w, b in zip(first.weight.numpy(), first.bias.numpy(), strict=True)
        ]


@contextmanager
def interact(picture: Picture, page: Page) -> Iterator[Turn]:
    """Redraw a matplotlib figure under ``ipywidgets.interact``, as the inline backend does."""

    def draw(weight: float) -> None:
        picture.turn(weight)
        extent = (*picture.x_axis[[0, -1]], *picture.y_axis[[0, -1]])
        _, axes = plt.subplots(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI)
        axes.imshow(picture.field(), origin="lower", extent=extent, cmap="RdBu", vmin=0, vmax=1)
        across, up = picture.X.T
        axes.scatter(across, up, c=picture.y, cmap="RdBu", s=12, edgecolors="white")
        for x, y in picture.lines():
            axes.plot(x, y)
        axes.set(xlim=extent[:2], ylim=extent[2:], xlabel="x₁", ylabel="x₂")
        plt.show()

    with _notebook(page):
        slider = ipywidgets.FloatSlider(min=-100, max=100, step=1e-6)
        ipywidgets.interact(draw, weight=slider)
        yield lambda value: setattr(slider, "value", value)


def figure_widget(picture: Picture) -> Turn:
    """Update a plotly FigureWidget: the same field and lines, all in one message."""
    points = {"x": picture.X[:, 0], "y": picture.X[:, 1]}
    figure = go.FigureWidget(
        [
            go.Heatmap(x=picture.x_axis, y=picture.y_axis, z=picture.field(), zmin=0, zmax=1),
            go.Scatter(**points, mode="markers", marker={"color": picture.y}),
            *(go.Scatter(x=x, y=y, mode="lines") for x, y in picture.lines()),
        ],
        layout={"width": WIDTH, "height": HEIGHT},
    )

    def turn(value: float) -> None:
        picture.turn(value)
        with figure.batch_update():
            figure.data[0].z = picture.field()
            for trace, (x, y) in zip(figure.data[2:], picture.lines(), strict=True):
                trace.x, trace.y = x, y

    return turn


@contextmanager
def _notebook(page: Page) -> Iterator[None]:
    """Be in a notebook with the inline backend, whose output goes to a page."""

    class Publisher(DisplayPublisher):
        def publish(self, data: Any, metadata: Any = None, *_: Any, **__: Any) -> None:
            page.publish("display_data", {"data": data, "metadata": metadata or {}})

        def clear_output(self, wait: bool = False) -> None:
            page.publish("clear_output", {"wait": wait})

    class Shell(InteractiveShell):
        def enable_gui(self, gui: str | None = None) -> None:
            """The inline backend needs no event loop."""

    shell = Shell.instance(display_pub_class=Publisher)
    shell.enable_matplotlib("inline")
    try:
        yield
    finally:
        plt.close("all")
        Shell.clear_instance()
