"""What a run has found as pages: docs/performance.md, and a short table in the README."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from benchmarks import report
from benchmarks.harness import BUDGET
from benchmarks.results import Found

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGE = ROOT / "docs" / "performance.md"
START = "<!-- written by `make bench`: change nothing between these two lines -->"
END = "<!-- end of what `make bench` writes -->"

VERDICTS = {"PASS": "reached", "MISS": "**MISS**", "NO PEER": "no peer", "RAN": "not timed"}

HEAD = """\
# Performance

What was promised of speed and size, measured, each side by side with its peer in one run:

    make bench

Written by that command on {day}, which took {minutes} minutes on {machine}.

Both sides are measured in turns. Shown are medians, with the quartiles in brackets; the ratio is
theirs by ours, pair by pair, so that more is better. *Goal* is what was promised: of the ratio, or
of ours where the peer is a budget. *Limit* is what no way of doing the same could be better than,
where that is known: the least work, measured in the same run, or the same thing with nothing added.

`make bench ARGS=--strict` fails on a goal that is missed. The test suite judges no time: it refuses
what is the same on every machine, which is sizes, and two sides that do not agree.
"""


def write(found: Found) -> list[str]:
    """Write both pages; return their names."""
    shortened = readme(README.read_text("utf-8"), found)
    PAGE.write_text(page(found), "utf-8")
    README.write_text(shortened, "utf-8")
    return [f"docs/{PAGE.name}", README.name]


def check() -> None:
    """Raise what writing would raise."""
    _parts(README.read_text("utf-8"))


# -- the page --------------------------------------------------------------------------------


def page(found: Found) -> str:
    """Return the whole of docs/performance.md."""
    minutes = f"{found['seconds'] / 60:.0f}"
    head = HEAD.format(day=found["day"], minutes=minutes, machine=_machine(found["machine"]))
    header = ("benchmark", "what", "peer", "ours", "theirs", "ratio", "limit", "goal", "")
    rows = [_row(each, one) for each in found["benchmarks"] for one in _lines(each)]
    sections = [_section(each) for each in found["benchmarks"]]
    return "\n".join([head, *table(header, rows), *sections])


def _row(benchmark: Found, each: Found) -> tuple[str, ...]:
    ours, theirs = (report.spread(each[side], each["unit"]) for side in ("ours", "theirs"))
    budget = each["against"] == BUDGET
    return (
        f"[{benchmark['name']}](#{benchmark['name']})",
        each["what"],
        "a budget" if budget else each["against"],
        ours,
        "—" if budget else theirs,
        report.spread(each["ratio"], "×"),
        report.middle(each["limit"], each["unit"]),
        report.goal(each),
        VERDICTS[each["verdict"]],
    )


def _lines(benchmark: Found) -> list[Found]:
    """Return a benchmark's comparisons; of one that broke, a line that says so."""
    broken = {
        **dict.fromkeys(("ours", "theirs", "ratio", "limit")),
        "what": f"failed: {benchmark['failed']}",
        "against": "",
        "unit": "",
        "at_least": 1.0,
        "verdict": "MISS",
    }
    found: list[Found] = benchmark["comparisons"]
    return [broken] if benchmark["failed"] else found


def _section(benchmark: Found) -> str:
    name, seconds = benchmark["name"], benchmark["seconds"]
    title, _, text = benchmark["about"].strip().partition("\n")
    lines = [f"\n## {name}", "", title, *([text.rstrip()] if text else [])]
    lines += ["", f"`make bench ARGS={name}` took {seconds:.0f} s.", ""]
    for each in benchmark["comparisons"]:
        often = [f"{each['rounds']} values"] if each["rounds"] > 1 else []
        if said := "; ".join([*often, *report.details(each)]):
            lines.append(f"- {each['what']}, against {each['against']}: {said}")
    if benchmark["section"]:
        lines += ["", benchmark["section"].rstrip()]
    return "\n".join([*lines, ""])


def _machine(machine: Found) -> str:
    said = dict(machine)
    cores, processor, system = (said.pop(name) for name in ("cores", "processor", "system"))
    versions = ", ".join(f"{name} {version}" for name, version in said.items())
    return f"{cores} cores of {processor}, {system}, with {versions}"


# -- the README ------------------------------------------------------------------------------


def readme(text: str, found: Found) -> str:
    """Return the README with the table between its marks; the rest of it stays as it is."""
    before, after = _parts(text)
    header = ("measured", "peer", "ratio (goal)", "goals reached")
    lines = table(header, [_short(each) for each in found["benchmarks"]])
    return "\n".join([before + START, "", *lines, "", END + after])


def _short(benchmark: Found) -> tuple[str, ...]:
    """Return one benchmark in a line: of each peer, the result that is nearest to its goal."""
    lines = _lines(benchmark)
    nearest: dict[str, Found] = {}
    for each in sorted(lines, key=_margin):
        nearest.setdefault(each["against"], each)
    reached = sum(each["verdict"] == "PASS" for each in lines)
    missed = "" if reached == len(lines) else " **MISS**"
    return (
        benchmark["about"].strip().splitlines()[0].rstrip("."),
        "; ".join(nearest),
        "; ".join(map(_result, nearest.values())),
        f"{reached} of {len(lines)}{missed}",
    )


def _result(each: Found) -> str:
    unit = each["unit"]
    if each["against"] == BUDGET:
        return f"{report.middle(each['ours'], unit)} of {report.middle(each['theirs'], unit)}"
    return f"{report.middle(each['ratio'], '×')} ({report.goal(each)})"


def _margin(each: Found) -> float:
    return each["ratio"]["middle"] / each["at_least"] if each["ratio"] else 0.0


def _parts(text: str) -> tuple[str, str]:
    """Return what stands before and after the marks."""
    for mark in (START, END):
        if text.count(mark) != 1:
            raise ValueError(
                f"the README must have this line once, but has it {text.count(mark)} times: {mark}"
            )
    before, after = text.split(START)[0], text.split(END)[1]
    if len(before) + len(after) > len(text) - len(START) - len(END):
        raise ValueError("the README's two marks of `make bench` are in the wrong order")
    return before, after


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Return a table in markdown, line by line."""
    header = tuple(header)
    return [_cells(header), _cells(["---"] * len(header)), *map(_cells, rows)]


def _cells(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
