"""The comparisons as a table in the terminal."""

from __future__ import annotations

from benchmarks.harness import BUDGET
from benchmarks.results import Found

COLUMNS = ("", "ours", "theirs", "ratio", "limit", "goal", "")


def show(benchmark: Found) -> None:
    """Print one benchmark's table, as `Outcome.plain` has it."""
    comparisons = benchmark["comparisons"]
    rows = [COLUMNS, *map(_row, comparisons)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for row, each in zip(rows, [None, *comparisons], strict=True):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        print("  " + "  ".join([*cells, row[-1]]).rstrip())
        for line in () if each is None else [f"against {each['against']}", *details(each)]:
            print(f"      {line}")
    if benchmark["section"]:
        print(f"\n{benchmark['section']}")


def _row(each: Found) -> tuple[str, ...]:
    sides = (spread(each[side], each["unit"]) for side in ("ours", "theirs"))
    ratio, limit = spread(each["ratio"], "×"), middle(each["limit"], each["unit"])
    return (each["what"], *sides, ratio, limit, goal(each), each["verdict"])


def goal(each: Found) -> str:
    """Return what was promised: a ratio, or what the budget allows."""
    if each["against"] == BUDGET:
        return f"≤ {middle(each['theirs'], each['unit'])}"
    return f"≥ {each['at_least']:.3g} ×"


def details(each: Found) -> list[str]:
    """Return what else is to be said of a comparison."""
    checks = [f"{check['text']}{'' if check['holds'] else ': MISS'}" for check in each["checks"]]
    limit = [f"limit: {each['limit_is']}"] if each["limit"] else []
    return [*checks, *each["notes"], *limit]


def spread(quartiles: dict[str, float] | None, unit: str) -> str:
    """Return a median and, where they differ, its quartiles."""
    if quartiles is None:
        return "—"
    low, high = number(quartiles["low"]), number(quartiles["high"])
    text = middle(quartiles, unit)
    return text if low == high else f"{text} ({low}–{high})"


def middle(quartiles: dict[str, float] | None, unit: str) -> str:
    """Return a median."""
    return "—" if quartiles is None else f"{number(quartiles['middle'])} {unit}"


def number(value: float) -> str:
    """Three digits, without an exponent."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
