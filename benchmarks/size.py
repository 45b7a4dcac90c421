"""What the frontend weighs, compressed, without the part for three dimensions."""

from __future__ import annotations

import gzip
from pathlib import Path

import plotly

import nnwidgets
from benchmarks.harness import Comparison, Effort, within

BUDGET = 80.0  # KiB
STATIC = Path(nnwidgets.__file__).parent / "static"
PEER = Path(plotly.__file__).parent / "package_data" / "widgetbundle.js"


def run(effort: Effort) -> list[Comparison]:
    """Compare the bundle and its style sheet with the budget, and with plotly's widget."""
    ours = [sum(kibibytes(STATIC / name) for name in ("network.js", "network.css"))]
    return [
        within("script and styles, gzip", "KiB", ours, BUDGET, timed=False),
        Comparison(
            *("the same", "KiB", ours, [kibibytes(PEER)], "plotly's FigureWidget", 10.0),
            timed=False,
        ),
    ]


def kibibytes(path: Path) -> float:
    """Return a file's size, compressed; the time stamp is left out to get the same each time."""
    return len(gzip.compress(path.read_bytes(), 9, mtime=0)) / 1024
