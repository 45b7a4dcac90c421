"""The comparisons as a table for people and as JSON for keeping."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from benchmarks.harness import Comparison, Effort, Quartiles

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("torch", "numpy", "anywidget", "ipywidgets", "plotly", "matplotlib")


def show(title: str, comparisons: Sequence[Comparison], effort: Effort) -> None:
    """Print one benchmark's table."""
    print(f"\n{title}")
    rows: list[tuple[str, ...]] = [("", "ours", "theirs", "ratio", "target", "")]
    rows += [_row(each, effort) for each in comparisons]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row, each in zip(rows, [None, *comparisons], strict=True):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        print("  " + "  ".join([*cells, row[-1]]).rstrip())
        for line in () if each is None else _details(each):
            print(f"      {line}")


def _row(each: Comparison, effort: Effort) -> tuple[str, ...]:
    return (
        each.what,
        _spread(Quartiles.of(each.ours), each.unit),
        _spread(Quartiles.of(each.theirs), each.unit),
        _spread(each.ratio, "×"),
        f"≥ {each.at_least:.3g} ×",
        each.verdict(effort),
    )


def _details(each: Comparison) -> list[str]:
    checks = [f"{check.text}{'' if check.holds else ': MISS'}" for check in each.checks]
    return [f"against {each.against}", *checks, *each.notes]


def _spread(quartiles: Quartiles, unit: str) -> str:
    low, middle, high = map(_number, (quartiles.low, quartiles.middle, quartiles.high))
    return f"{middle} {unit}" if low == high else f"{middle} {unit} ({low}–{high})"


def _number(value: float) -> str:
    """Three digits, without an exponent."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def machine() -> dict[str, str | int | None]:
    """Describe the machine and what runs on it, naming nothing that is only here."""
    return {
        "system": platform.system(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:  # not Linux
        return platform.machine()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def save(name: str, comparisons: Sequence[Comparison], effort: Effort) -> Path:
    """Keep one benchmark's numbers; return where."""
    found = [
        {
            **asdict(each),
            "ours": asdict(Quartiles.of(each.ours)),
            "theirs": asdict(Quartiles.of(each.theirs)),
            "ratio": asdict(each.ratio),
            "rounds": len(each.ours),
            "verdict": each.verdict(effort),
        }
        for each in comparisons
    ]
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    content = _rounded({"machine": machine(), "comparisons": found})
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return path


def _rounded(value: object) -> object:
    """Four digits of every number: the rest is noise."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list | tuple) else value
