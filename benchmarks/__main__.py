"""Runs the benchmarks: ``python -m benchmarks [names] [--strict] [--no-save]``.

A run of all of them writes what it has found: benchmarks/results.json, docs/performance.md and the
table in the README. A run of some, or one that is not meant to be measured by, only prints.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
import traceback
from datetime import UTC, datetime

from benchmarks import pages, report, results
from benchmarks.harness import Effort
from benchmarks.results import Outcome

NAMES = (
    *("size", "update", "trainer", "flow", "watched", "pause", "surface", "steps"),
    *("inside", "frame", "growth"),  # these start JupyterLab and a browser
)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--strict", action="store_true", help="fail if a goal is missed")
    parser.add_argument("--no-save", action="store_true", help="print, and write no file")
    parser.add_argument("--smoke", action="store_true", help="only try that all runs and agrees")
    parser.add_argument("--rounds", type=int, help="how often to measure each side")
    parser.add_argument(
        "--rewrite", action="store_true", help="measure nothing: write the pages of what is kept"
    )
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in NAMES:
            parser.error(f"there is no benchmark {name!r}; there are {', '.join(NAMES)}")
    if options.rounds is not None and options.rounds < 1:
        parser.error(f"--rounds must be 1 or more; got {options.rounds}")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks that were asked for; return the exit status."""
    options = parse(arguments)
    if options.rewrite:
        pages.write(results.load())
        return 0
    effort = Effort(options.smoke, options.rounds)
    whole = not (options.names or options.smoke or options.rounds or options.no_save)
    if whole:
        pages.check()  # now, and not after a quarter of an hour
    print(", ".join(f"{name} {value}" for name, value in results.machine().items()))
    print("medians (quartiles); ratio: theirs / ours, pair by pair")
    names = options.names or NAMES
    outcomes = []
    for number, name in enumerate(names, 1):
        print(f"\n[{number}/{len(names)}] {name}", end="", flush=True)
        outcome = measure(name, effort)
        outcomes.append(outcome)
        print(f": {outcome.about.splitlines()[0]} ({outcome.seconds:.0f} s)")
        if outcome.failed:
            print(f"  failed: {outcome.failed}")
        report.show(outcome.plain(effort))
        sys.stdout.flush()
    if whole:
        found = results.collected(outcomes, effort, datetime.now(UTC).date().isoformat())
        results.save(found)
        print("\nwritten: " + ", ".join([results.KEPT.name, *pages.write(found)]))
    print(f"\n{sum(each.seconds for each in outcomes):.0f} s in all")
    return status(outcomes, effort, options.strict)


def status(outcomes: list[Outcome], effort: Effort, strict: bool) -> int:
    """Return 1 if a benchmark failed, or if it has missed its goal and that is to count."""
    if any(each.failed for each in outcomes):
        return 1
    verdicts = [one.verdict(effort) for each in outcomes for one in each.comparisons]
    return 1 if strict and "MISS" in verdicts else 0


def measure(name: str, effort: Effort) -> Outcome:
    """Run one benchmark; one that breaks takes none of the others with it."""
    about, began = name, time.perf_counter()
    try:
        benchmark = importlib.import_module(f"benchmarks.{name}")
        about = benchmark.__doc__ or name
        comparisons = benchmark.run(effort)
        section = benchmark.section() if hasattr(benchmark, "section") else ""
    except Exception as error:  # noqa: BLE001
        traceback.print_exc()
        failed = f"{type(error).__name__}: {error}".splitlines()[0]
        return Outcome(name, about, (), time.perf_counter() - began, failed=failed)
    return Outcome(name, about, comparisons, time.perf_counter() - began, section)


if __name__ == "__main__":
    sys.exit(main())
