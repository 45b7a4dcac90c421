"""Curves of growth as tables and as one small picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from benchmarks.harness import Check

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "growth.svg"
ALONG = ("points", "units", "epochs", "cells", "samples")

# Read on white and on black alike: greys and hues of middle lightness, on no ground at all.
INK = "#7a7a7a"
HUES = ("#2a8fc9", "#d97b12", "#3f9c5a", "#b05bc4", "#c8504f", "#8a7a2c")


@dataclass(frozen=True)
class Curve:
    """What something costs at several sizes.

    Attributes
    ----------
    name
        What is measured.
    along
        What grows: points, units, epochs, cells or samples.
    unit
        Of the values.
    sizes
        Growing.
    values
        As many measurements of each as there are.
    parameters
        How many a network of each size has, where that is the fairer measure.
    budget
        What the median of the largest may be; 0: nothing was promised.
    checks
        What has to hold besides.
    note
        What else was seen.
    """

    name: str
    along: str
    unit: str
    sizes: Sequence[int]
    values: Sequence[Sequence[float]]
    parameters: Sequence[int] = ()
    budget: float = 0.0
    checks: tuple[Check, ...] = ()
    note: str = ""

    @classmethod
    def of(
        cls,
        name: str,
        along: str,
        unit: str,
        sizes: Sequence[int],
        measure: Callable[[int], list[float]],
        *,
        parameters: Callable[[int], int] | None = None,
        budget: float = 0.0,
        note: str = "",
    ) -> Curve:
        """Measure each size."""
        values = [measure(size) for size in sizes]
        counts = [parameters(size) for size in sizes] if parameters else ()
        return cls(name, along, unit, sizes, values, counts, budget, (), note)

    def by(self, parameters: Sequence[int]) -> Curve:
        """Return the same with the parameters of each size."""
        return replace(self, parameters=parameters)

    @property
    def middles(self) -> list[float]:
        """The median of each size."""
        return [median(values) for values in self.values]

    @property
    def exponents(self) -> list[float]:
        """How it grows from each size to the next."""
        return exponents(self.sizes, self.middles)


def exponents(sizes: Sequence[float], values: Sequence[float]) -> list[float]:
    """Return log(t₂/t₁) / log(n₂/n₁) of neighbours."""
    pairs = zip(sizes[1:], sizes, values[1:], values, strict=False)
    return [math.log(t2 / t1) / math.log(n2 / n1) for n2, n1, t2, t1 in pairs]


def tables(curves: Sequence[Curve]) -> str:
    """Return all curves as markdown: sizes across, and the exponent from each to the next."""
    parts = [
        "### Growth",
        "",
        f"![The same as curves, on logarithmic scales](images/{PICTURE.name})",
    ]
    for along in ALONG:
        found = [each for each in curves if each.along == along]
        for sizes in dict.fromkeys(tuple(each.sizes) for each in found):
            some = [each for each in found if tuple(each.sizes) == sizes]
            parts += ["", *_table(along, sizes, some)]
    return "\n".join(parts) + "\n"


def _table(along: str, sizes: Sequence[int], curves: Sequence[Curve]) -> list[str]:
    header = [along, *(f"{size:,}".replace(",", " ") for size in sizes), "exponents"]
    lines = [header, ["---", *["---:"] * (len(sizes) + 1)]]
    for each in curves:
        values = [f"{number(value)} {each.unit}" for value in each.middles]
        name = f"{each.name}: {each.note}" if each.note else each.name
        lines.append([name, *values, spoken(each.exponents)])
        if each.parameters:
            counts = [f"{count:,}".replace(",", " ") for count in each.parameters]
            by = exponents(each.parameters, each.middles)
            lines.append(["… by its parameters", *counts, spoken(by)])
    return ["| " + " | ".join(line) + " |" for line in lines]


def spoken(values: Sequence[float]) -> str:
    """Return exponents to one place after the point."""
    return ", ".join(f"{value:.1f}".replace("-", "−").replace("−0.0", "0.0") for value in values)


def number(value: float) -> str:
    """Three digits, without an exponent."""
    digits = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
    return f"{value:.{min(4, digits)}f}"


def draw(curves: Sequence[Curve], path: Path = PICTURE) -> None:
    """Draw what has milliseconds, a panel for each thing that grows."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    timed = [each for each in curves if each.unit == "ms"]
    shown = [along for along in ALONG if any(each.along == along for each in timed)]
    style = {"svg.hashsalt": "growth", "svg.fonttype": "none", "font.size": 8}
    with mpl.rc_context(style):  # the same bytes each time the numbers are the same
        figure = Figure(figsize=(9, 2.6 * math.ceil(len(shown) / 2)), layout="constrained")
        axes = figure.subplots(math.ceil(len(shown) / 2), 2, squeeze=False).ravel()
        for panel, along in zip(axes, shown, strict=False):
            _panel(panel, along, [each for each in timed if each.along == along])
        for panel in axes[len(shown) :]:
            panel.set_axis_off()
        figure.savefig(path, transparent=True, metadata={"Date": None})


def _panel(panel, along: str, curves: Sequence[Curve]) -> None:  # type: ignore[no-untyped-def]
    for each, hue in zip(curves, HUES, strict=False):
        panel.plot(each.sizes, each.middles, "o-", color=hue, markersize=3, label=each.name)
    panel.set(xscale="log", yscale="log", xlabel=along, ylabel="ms")
    panel.axhline(100, color=INK, linewidth=0.7, linestyle=":")
    panel.grid(color=INK, alpha=0.25, linewidth=0.5)
    panel.tick_params(colors=INK, which="both")
    for text in (panel.xaxis.label, panel.yaxis.label):
        text.set_color(INK)
    for side in panel.spines.values():
        side.set_color(INK)
    panel.legend(fontsize=6, labelcolor=INK, frameon=False, loc="upper left")
    low, high = panel.get_ylim()
    panel.set_ylim(low, high * (high / low) ** 0.45)  # room for the names
