"""What a soak has found: on the terminal, as JSON, as a chart and as a page of the docs."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from soak import chart, drags
from soak.drift import Check
from soak.watch import Numbers

ROOT = Path(__file__).parent.parent
PROOF = ROOT / "docs" / "proof"
START = "<!-- written by `make soak`: change nothing between these two lines -->"
END = "<!-- end of what `make soak` writes -->"
PACKAGES = ("torch", "ipywidgets", "anywidget", "jupyterlab", "ipykernel")
FRAMES = ("p50", "p95", "p99", "worst")


@dataclass
class Found:
    """Everything of one run."""

    minutes: float
    reruns: int
    seconds: float = 0.0
    samples: list[Numbers] = field(default_factory=list)
    drags: list[Check] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    again: list[Check] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether all holds."""
        return all(check.holds for check in (*self.drags, *self.again))


def line(sample: Numbers) -> str:
    """Return one sample in a line."""
    mib = {name: sample[name] / 2**20 for name in drags.SERIES}
    return (
        f"{sample['time']:5.0f} s: frames every {sample['interval p50']:.1f} ms"
        f" (p95 {sample['interval p95']:.1f}, worst {sample['interval worst']:.0f}),"
        f" work {sample['work p50']:.1f} ms; heap {mib['page heap']:.1f},"
        f" renderer {mib['renderer rss']:.0f}, kernel {mib['kernel rss']:.0f} MiB;"
        f" epoch {sample['kernel epoch']:.0f}; answer {sample['answer']:.0f} ms;"
        f" edits on their way {sample['page edits']:.0f}, frames {sample['page frames']:.0f}"
    )


def show(found: Found) -> None:
    """Print what held and what did not."""
    for check in (*found.drags, *found.again):
        print(f"{'holds' if check.holds else 'FAILS'}  {check.text}: {check.found}")
    if found.before.get("threads") != found.after.get("threads"):
        print("threads before:", found.before["threads"], "after:", found.after["threads"])
    grown = more(found)
    if grown:
        print("objects in the kernel, more than before:", grown)
    print(f"{'all holds' if found.holds else 'NOT ALL HOLDS'}, in {found.seconds / 60:.1f} minutes")


def more(found: Found) -> dict[str, int]:
    """Return by how many the objects of each kind have become more."""
    before, after = (each.get("kinds", {}) for each in (found.before, found.after))
    grown = {kind: n - before.get(kind, 0) for kind, n in after.items()}
    return {kind: n for kind, n in grown.items() if n > 0}


def write(found: Found, folder: Path | None = None) -> list[str]:
    """Write page, figures and chart; return their names."""
    folder = folder or PROOF
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "soak.md"
    text = page.read_text("utf-8") if page.exists() else f"# Soak\n\n{START}\n{END}\n"
    head, rest = text.split(START)
    after = rest.split(END)[1]
    if found.samples:
        chart.draw(found.samples, folder / "soak.svg")
    page.write_text(head + START + "\n\n" + body(found) + "\n" + END + after, "utf-8")
    figures = {"day": day(), "machine": machine(), "holds": found.holds, **asdict(found)}
    (folder / "soak.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return [each.name for each in sorted(folder.glob("soak.*"))]


def body(found: Found) -> str:
    """Return what stands between the marks."""
    verdict = "Everything holds." if found.holds else "**Not everything holds.**"
    lines = [f"Measured on {day()} in {found.seconds / 60:.0f} minutes, on {machine()}. {verdict}"]
    if found.samples:
        lines += _dragged(found)
    if found.after:
        lines += _again(found)
    return "\n".join(lines) + "\n"


def _dragged(found: Found) -> list[str]:
    epochs = found.samples[-1]["kernel epoch"] - found.samples[0]["kernel epoch"]
    span = max(1e-9, found.samples[-1]["time"] - found.samples[0]["time"])
    rate = f"{epochs:.0f} epochs, {epochs / span:.0f} a second. "
    rate += f"Medians of {len(found.samples)} samples, with the worst of them in brackets:"
    return [
        *("", f"## {found.minutes:g} minutes of dragging and training", ""),
        rate,
        *("", "![Memory, frames and epochs over the run](soak.svg)", ""),
        *_table(("", *FRAMES), _frames(found.samples)),
        "",
        *_table(("measured", "found", ""), map(_row, found.drags)),
    ]


def _frames(samples: list[Numbers]) -> list[tuple[str, ...]]:
    rows = []
    names = {"interval": "from frame to frame, ms", "work": "work in a frame, ms"}
    for name, said in names.items():
        cells = [drags.series(samples, f"{name} {each}") for each in FRAMES]
        rows.append((said, *(f"{median(each):.1f} ({max(each):.1f})" for each in cells)))
    return rows


def _again(found: Found) -> list[str]:
    return [
        *("", f"## A cell run {found.reruns} times", ""),
        *_table(("counted", "found", ""), map(_row, found.again)),
    ]


def _row(check: Check) -> tuple[str, ...]:
    return check.text, check.found, "holds" if check.holds else "**fails**"


def _table(header: tuple[str, ...], rows: Any) -> list[str]:
    lines = [header, ("---",) * len(header), *rows]
    return ["| " + " | ".join(each.replace("|", "/") for each in row) + " |" for row in lines]


def day() -> str:
    """Return today's date."""
    return datetime.now(UTC).date().isoformat()


def machine() -> str:
    """Return what is measured on."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {platform.system()}, Python {platform.python_version()}, {versions}"
