"""Runs the benchmarks: ``python -m benchmarks [names] [--strict] [--save]``."""

from __future__ import annotations

import argparse
import importlib
import sys

from benchmarks import report
from benchmarks.harness import Effort

NAMES = ("size", "update", "trainer", "flow", "watched", "inside", "surface", "steps", "frame")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--strict", action="store_true", help="fail if a target is missed")
    parser.add_argument("--save", action="store_true", help="keep the numbers in results/")
    parser.add_argument("--smoke", action="store_true", help="only try that all runs and agrees")
    parser.add_argument("--rounds", type=int, help="how often to measure each side")
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in NAMES:
            parser.error(f"there is no benchmark {name!r}; there are {', '.join(NAMES)}")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks that were asked for; return the exit status."""
    options = parse(arguments)
    effort = Effort(options.smoke, options.rounds)
    about = report.machine()
    print(", ".join(f"{name} {value}" for name, value in about.items()))
    print("medians (quartiles); ratio: theirs / ours, pair by pair")
    missed = 0
    for name in options.names or NAMES:
        benchmark = importlib.import_module(f"benchmarks.{name}")
        comparisons = benchmark.run(effort)
        title = (benchmark.__doc__ or name).splitlines()[0]
        report.show(f"{name}: {title}", comparisons, effort)
        missed += sum(each.verdict(effort) == "MISS" for each in comparisons)
        if options.save:
            report.save(name, comparisons, effort)
        sys.stdout.flush()
    return 1 if missed and options.strict else 0


if __name__ == "__main__":
    sys.exit(main())
