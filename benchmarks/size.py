"""What the frontend weighs, and pages that were exported, all compressed by gzip.

The frontend is what a notebook loads for its first views, without the part for three dimensions.
A page of every view is one file with a trained 2-2-1 network in it that lives with no Python; the
peer is the smallest page that plotly writes that needs no network either: one heat map.
"""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import plotly
import plotly.graph_objects as go

import nnwidgets as nnw
from benchmarks.harness import Comparison, Effort, within

BUDGET, FLAT, DEEP = 80.0, 250.0, 900.0  # KiB
STATIC = Path(nnw.__file__).parent / "static"
PEER = Path(plotly.__file__).parent / "package_data" / "widgetbundle.js"


def run(effort: Effort) -> list[Comparison]:
    """Compare the bundle and its style sheet with the budget, and with plotly's widget."""
    ours = [sum(kibibytes(STATIC / name) for name in ("network.js", "network.css"))]
    theirs = [kibibytes(PEER)]
    return [
        within("script and styles", "KiB", ours, BUDGET, timed=False),
        Comparison(
            *("script and styles", "KiB", ours, theirs, "plotly's FigureWidget", 10.0),
            timed=False,
        ),
        *_pages(),
    ]


def kibibytes(path: Path) -> float:
    """Return a file's size, compressed; the time stamp is left out to get the same each time."""
    return len(gzip.compress(path.read_bytes(), 9, mtime=0)) / 1024


def _pages() -> list[Comparison]:
    """Export every view of a network, without three dimensions and with them."""
    net = nnw.Network(nnw.mlp([2, 2, 1], seed=0), *nnw.datasets.blobs4())
    nnw.Trainer(net, seed=0).fit(100, progress=False)
    flat = _flat_views(net)
    deep = [*flat, nnw.LossSurface(net), nnw.OutputSurface(net)]
    with tempfile.TemporaryDirectory() as folder:
        sizes = [
            [kibibytes(nnw.export_html(views, Path(folder) / f"{name}.html").path)]
            for name, views in {"flat": flat, "deep": deep}.items()
        ]
        figure = Path(folder) / "figure.html"
        go.Figure(go.Heatmap(z=[[0, 1], [1, 0]])).write_html(figure, include_plotlyjs=True)
        plotlys = [kibibytes(figure)]
    for widget in (*deep, net):
        widget.close()
    what = "a page of every view"
    return [
        within(f"{what}, none in 3-D", "KiB", sizes[0], FLAT, timed=False),
        within(f"{what}, two in 3-D", "KiB", sizes[1], DEEP, timed=False),
        Comparison(
            *(f"{what}, two in 3-D", "KiB", sizes[1], plotlys, "plotly's write_html", 1.0),
            timed=False,
        ),
    ]


def _flat_views(net: nnw.Network) -> list[nnw.Network]:
    """Return every view of a stack but the surfaces in three dimensions."""
    return [
        *(net, nnw.DecisionLines(net), nnw.FeatureSpace(net), nnw.WeightSliders(net)),
        *(nnw.NetworkGraph(net), nnw.Activations(net), nnw.WeightUpdates(net)),
        *(nnw.TrainingCurves(net), nnw.GradientFlow(net), nnw.Timeline(net)),
        *(nnw.ForwardBackward(net), nnw.LinearCollapse(net)),
        *(nnw.LossSurface(net, kind="contour"), nnw.OutputSurface(net, projection="2d")),
    ]
