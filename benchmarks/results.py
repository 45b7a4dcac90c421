"""What a run of the benchmarks has found, as plain values: kept, and what pages are made of."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.harness import Comparison, Effort, Quartiles

KEPT = Path(__file__).parent / "results.json"
PACKAGES = ("torch", "numpy", "anywidget", "ipywidgets", "plotly", "matplotlib")

Found = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What came of one benchmark.

    Attributes
    ----------
    name
        Of its module.
    about
        The module's docstring: a title, and how it is measured.
    comparisons
        None of them where it failed.
    seconds
        That it took.
    section
        Markdown of its own, or nothing.
    failed
        The error that ended it.
    """

    name: str
    about: str
    comparisons: Sequence[Comparison]
    seconds: float
    section: str = ""
    failed: str = ""

    def plain(self, effort: Effort) -> Found:
        """Return it as values that JSON knows."""
        comparisons = [_plain(each, effort) for each in self.comparisons]
        return {**asdict(self), "comparisons": comparisons}


def collected(outcomes: Sequence[Outcome], effort: Effort, day: str) -> Found:
    """Return all that a run has found, four digits of each number: the rest is noise."""
    benchmarks = [each.plain(effort) for each in outcomes]
    seconds = sum(each.seconds for each in outcomes)
    found: Found = _rounded(
        {"day": day, "seconds": seconds, "machine": machine(), "benchmarks": benchmarks}
    )
    return found


def save(found: Found, path: Path | None = None) -> None:
    """Keep what was found."""
    (path or KEPT).write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


def load(path: Path | None = None) -> Found:
    """Return what was kept."""
    found: Found = json.loads((path or KEPT).read_text("utf-8"))
    return found


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


def _plain(each: Comparison, effort: Effort) -> Found:
    spreads = {
        "ours": each.ours,
        "theirs": each.theirs,
        "ratio": each.ratios,
        "limit": each.limit,
    }
    return {
        **asdict(each),
        **{name: asdict(Quartiles.of(x)) if x else None for name, x in spreads.items()},
        "rounds": len(each.ours),
        "verdict": each.verdict(effort),
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list | tuple) else value
