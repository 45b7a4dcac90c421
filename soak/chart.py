"""A small picture of a soak: memory, frames and epochs over time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from soak.drift import WARM_UP
from soak.watch import Numbers

MIB = 2**20
# What is drawn, with what it is divided by, of each picture.
PANELS = {
    "memory, MiB": {"page heap": MIB, "renderer rss": MIB, "kernel rss": MIB},
    "frame, ms": {"interval p50": 1, "interval p95": 1, "work p50": 1},
    "epochs": {"kernel epoch": 1},
}


def draw(samples: list[Numbers], path: Path) -> None:
    """Draw a run."""
    style: Any = {"svg.hashsalt": "soak", "svg.fonttype": "path", "font.size": 9}
    with mpl.rc_context(style):
        figure = Figure(figsize=(7.5, 5.0), layout="constrained")
        times = [each["time"] for each in samples]
        warm = times[0] + WARM_UP * (times[-1] - times[0])
        for axes, (title, lines) in zip(
            figure.subplots(len(PANELS), 1, sharex=True), PANELS.items(), strict=True
        ):
            for name, unit in lines.items():
                axes.plot(times, [each[name] / unit for each in samples], label=name)
            axes.axvspan(times[0], warm, color="0.92")
            axes.set_ylabel(title)
            axes.set_ylim(bottom=0)
            # Above the axes: inside, it would lie on a line of one run or another.
            axes.legend(
                loc="lower right", bbox_to_anchor=(1, 1), fontsize=7, ncols=3, frameon=False
            )
        axes.set_xlabel("seconds (grey: warm-up)")
        figure.savefig(path, metadata={"Date": None})
