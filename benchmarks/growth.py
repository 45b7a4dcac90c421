"""How cost grows with points, units, recorded epochs, and with a surface's cells and samples.

No peers: each curve is measured at four sizes, and between neighbours the exponent of its growth is
log(t₂/t₁) / log(n₂/n₁): 0 is no growth, 1 is in proportion. The largest sizes have a budget: a
tenth of a second for a frame under a hand, a second for anything else that stops the page.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

import nnwidgets as nnw
from benchmarks import growth_chart
from benchmarks.growth_chart import Curve
from benchmarks.growth_page import page_curves
from benchmarks.harness import Comparison, Effort, one_thread, within
from benchmarks.landscapes import seconds
from benchmarks.page import shown
from benchmarks.surface import THREADS
from benchmarks.update import Ours, unpaced
from nnwidgets.training.history import History
from tests.browser.started import started

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

POINTS = (100, 1000, 10_000, 100_000)
UNITS = (2, 8, 32, 128)
EPOCHS = POINTS
RESOLUTIONS = (20, 40, 80, 160)
SMOKE = slice(0, 2)  # of the sizes

_found: list[Curve] = []


def run(effort: Effort) -> list[Comparison]:
    """Measure every curve; return those with a budget."""
    curves = [*kernel_curves(effort), *surface_curves(effort)]
    if not effort.smoke:  # tests/browser/test_benchmarks.py tries it in a browser that is there
        with started() as (browser, lab):
            curves += page_curves(browser, lab, effort, sizes(POINTS, effort), UNITS)
    _found[:] = curves
    return [budgeted(each) for each in curves if each.budget]


def section() -> str:
    """Return the tables; draw the chart."""
    if any(len(each.sizes) == len(POINTS) for each in _found):
        growth_chart.draw(_found)
    return growth_chart.tables(_found)


def budgeted(curve: Curve) -> Comparison:
    """Return the largest size beside its budget."""
    what = f"{curve.name}; {curve.sizes[-1]:_} {curve.along}".replace("_", " ")
    return within(what, curve.unit, curve.values[-1], curve.budget, checks=curve.checks)


def sizes(usual: Sequence[int], effort: Effort) -> tuple[int, ...]:
    """Return the sizes to measure."""
    return tuple(usual[SMOKE]) if effort.smoke else tuple(usual)


# -- the kernel ------------------------------------------------------------------------------


def kernel_curves(effort: Effort) -> list[Curve]:
    """Measure what moving a weight and recording an epoch cost without a page."""
    with one_thread():
        return [
            Curve.of(
                *("One weight moved in Python, until the page is told", "points", "ms"),
                *(sizes(POINTS, effort), partial(moved, effort=effort)),
                budget=2.0,
            ),
            Curve.of(
                *("One weight of 2-n-n-1 moved in Python", "units", "ms"),
                *(sizes(UNITS, effort), partial(moved_of_units, effort=effort)),
                parameters=lambda units: units**2 + 5 * units + 1,
                budget=2.0,
            ),
            Curve.of(
                *("One epoch recorded, two views watching", "epochs", "ms"),
                *(sizes(EPOCHS, effort), partial(recorded, effort=effort)),
                budget=2.0,
            ),
            Curve.of("History in memory, 2-8-1", "epochs", "MiB", sizes(EPOCHS, effort), held),
            Curve.of(
                *("Exported as a page that plays back, 2-8-1", "epochs", "ms"),
                *(sizes(EPOCHS, effort), partial(exported, effort=effort)),
                budget=5000.0,
            ),
        ]


def moved(points: int, effort: Effort, hidden: Sequence[int] = (8,)) -> list[float]:
    """Return milliseconds of processor time that a write to one weight takes."""
    X, y = nnw.datasets.blobs4(n=points)
    with shown() as page, unpaced():
        net = nnw.Network(nnw.mlp([2, *hidden, 1], seed=0), X, y)
        views = [nnw.DecisionLines(net), nnw.FeatureSpace(net)]
        page.open(net)
        ours = Ours(net, page, effort.times(200, 3))
        ours()
        found = [ours() for _ in range(effort.turns(5))]
        close(*views, net)
    return found


def moved_of_units(units: int, effort: Effort) -> list[float]:
    """Return the same of 2-n-n-1 and 400 points."""
    return moved(400, effort, (units, units))


def recorded(epochs: int, effort: Effort) -> list[float]:
    """Return milliseconds of processor time to record one more epoch, all threads."""
    with shown() as page:
        net = past(epochs)
        views = [nnw.Timeline(net), nnw.TrainingCurves(net)]
        page.open(net)
        page.feed(views[1])
        record(net, effort.times(200, 3))
        found = [record(net, effort.times(200, 3)) for _ in range(effort.turns(5))]
        close(*views, net)
    return found


def record(net: nnw.Network, times: int) -> float:
    """Return the milliseconds that an epoch of the user's own loop takes to record."""
    first = net.epoch + 1

    def record_all() -> None:
        for epoch in range(first, first + times):
            net.record(epoch, 1 / epoch, 0.5)

    took = seconds(record_all)
    return took / times * 1e3


def past(epochs: int, hidden: Sequence[int] = (8,)) -> nnw.Network:
    """Return a network with so many epochs behind it, each with other weights."""
    net = nnw.Network(nnw.mlp([2, *hidden, 1], seed=0), *nnw.datasets.blobs4())
    fill(net.history, net.run.problem.parameters.read(), epochs)
    net.record(epochs, 1 / epochs, 0.5)
    return net


def fill(history: History, start: np.ndarray, epochs: int) -> None:
    """Record epochs that nobody has trained."""
    for epoch in range(1, epochs):
        share = epoch / epochs
        loss = 1 / epoch + 0.02 * np.sin(epoch)
        history.append(epoch, start * np.float32(1 + share), loss=loss, accuracy=0.5 + share / 2)


def held(epochs: int) -> list[float]:
    """Return the MiB that a history of so many epochs fills."""
    history = History(33)
    fill(history, np.zeros(33, np.float32), epochs)
    arrays = [history._epochs, *history._columns.values(), history._vectors._store]
    return [sum(array.nbytes for array in arrays) / 2**20]


def exported(epochs: int, effort: Effort) -> list[float]:
    """Return the milliseconds that a page with the past in it takes to write."""
    net = past(epochs)
    views = [nnw.Timeline(net), nnw.TrainingCurves(net)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        found = [
            seconds(lambda: nnw.export_html(views, path)) * 1e3 for _ in range(effort.turns(3))
        ]
    close(*views, net)
    return found


def close(*widgets: nnw.Network | nnw.TrainingCurves) -> None:
    """Take widgets away."""
    for widget in widgets:
        widget.close()


# -- surfaces --------------------------------------------------------------------------------


def surface_curves(effort: Effort) -> list[Curve]:
    """Measure loss surfaces of 2-8-8-1: against cells, and against samples."""
    turns = effort.turns(5)
    torch.set_num_threads(THREADS)
    of_cells: Callable[[int], list[float]] = lambda cells: surface(  # noqa: E731
        round(cells**0.5), 400, turns
    )
    cells = [side**2 for side in sizes(RESOLUTIONS, effort)]
    return [
        Curve.of("Loss surface, 400 samples", "cells", "ms", cells, of_cells),
        Curve.of(
            *("Loss surface, 40 × 40 cells", "samples", "ms", sizes(POINTS, effort)),
            lambda samples: surface(40, samples, turns if samples < POINTS[-1] else min(turns, 2)),
        ),
    ]


def surface(resolution: int, samples: int, turns: int) -> list[float]:
    """Return the milliseconds of a surface in two random directions."""
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(samples, 2, generator=generator)
    y = (X[:, :1] * X[:, 1:] > 0).float()
    model = nnw.mlp([2, 8, 8, 1], seed=2)
    how: dict[str, Any] = {"loss": "mse", "axes": "random", "resolution": resolution}
    nnw.loss_surface(model, X[:20], y[:20], **how)  # what every first use loads
    return [seconds(lambda: nnw.loss_surface(model, X, y, **how)) * 1e3 for _ in range(turns)]
