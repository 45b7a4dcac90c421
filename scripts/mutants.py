"""Break core by a sample of small mistakes, one at a time, and see which the tests notice.

mutmut makes the mistakes. This draws the sample, runs those of core's tests that come to it, the
quickest first, in a process of its own, and keeps what it found, so that a run may stop and go on.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", CI="true", MUTANT_UNDER_TEST="none")

import pytest
from mutmut import __main__ as mutmut
from mutmut.configuration import config
from mutmut.mutation import trampoline
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.utils.format_utils import mangled_name_from_mutant_name

ROOT = Path(__file__).parent.parent
WORK = ROOT / "mutants"
FOUND = WORK / "found.json"
QUIET = ("-q", "-p", "no:cacheprovider", "--tb=no")
REACH = WORK / "reach.json"
LONG = 600.0  # seconds that no file of tests takes
ENOUGH = 20.0  # seconds of tests for one mutant: hypothesis' longest say little more
PATIENCE = 30.0  # seconds that they may take beside five times that
NOTICED = {"killed", "timeout"}


def main() -> None:
    """Make, draw and try what was not tried yet; print the survivors and the score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=320, help="how many mutants (320)")
    parser.add_argument("--seed", type=int, default=7, help="of the drawing (7)")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after these")
    parser.add_argument("--again", action="store_true", help="try the survivors with new tests")
    options = parser.parse_args()
    until = time.monotonic() + options.seconds
    os.chdir(ROOT)
    config()
    if not WORK.exists():
        mutmut.copy_src_dir()
        mutmut.copy_also_copy_files()
        mutmut.create_mutants(1)
    if options.again:
        shutil.copytree(ROOT / "tests", WORK / "tests", dirs_exist_ok=True)
    warm()
    tests = reach(until)
    found: dict[str, str] = kept(FOUND)
    if options.again:
        found = {name: verdict for name, verdict in found.items() if verdict in NOTICED}
    drawn = draw(options.sample, options.seed)
    for name in drawn:
        if time.monotonic() > until:
            break
        if name not in found:
            found[name] = verdict_on(name, tests.get(mangled_name_from_mutant_name(name), {}))
            FOUND.write_text(json.dumps(found, indent=1))
    report(drawn, found)


def kept(path: Path) -> dict[str, Any]:
    """Return what an earlier run has written."""
    return json.loads(path.read_text()) if path.exists() else {}


def warm() -> None:
    """Go where the mutants are, and import all that the tests do, once for all processes."""
    os.chdir(WORK)
    sys.path[:] = [str(WORK), *(p for p in sys.path if Path(p).resolve() != ROOT)]
    silently("--collect-only", "tests/core")


def silently(*arguments: str, plugins: Sequence[object] = ()) -> int:
    """Run pytest without a word, not even of what C code would say."""
    shown = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        return int(pytest.main([*QUIET, *arguments], plugins=plugins))
    finally:
        os.dup2(shown[0], 1)
        os.dup2(shown[1], 2)


def draw(size: int, seed: int) -> list[str]:
    """Draw mutants evenly over the modules: one of each in turn, until there are enough."""
    chance = random.Random(seed)
    metas = [json.loads(path.read_text()) for path in sorted(WORK.rglob("*.py.meta"))]
    modules = [sorted(meta["exit_code_by_key"]) for meta in metas]
    piles = [chance.sample(names, len(names)) for names in modules if names]
    drawn: list[str] = []
    while len(drawn) < size and any(piles):
        turn = [pile.pop() for pile in piles if pile]
        drawn += chance.sample(turn, len(turn))
    return drawn[:size]


def reach(until: float) -> dict[str, dict[str, float]]:
    """Return for every function the tests that call it, with the seconds that each took.

    A file of tests is run in a process of its own, and again only where it has changed.
    """
    files: dict[str, Any] = kept(REACH)
    for file in sorted(Path("tests/core").glob("test_*.py")):
        name, text = str(file), file.read_text()
        if files.get(name, {}).get("text") == text:
            continue
        if time.monotonic() > until:
            sys.exit("it is not known yet which tests come where: go on with another run")
        if apart("stats", [name], LONG, Calls(Path("calls.json").resolve())) != "survived":
            print(f"{name} fails without any mistake: what it notices is not counted")
            Path("calls.json").write_text("{}")
        files[name] = {"text": text, "calls": json.loads(Path("calls.json").read_text())}
        REACH.write_text(json.dumps(files))
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for each in files.values():
        for function, tests in each["calls"].items():
            found[function] |= tests
    return found


class Calls:
    """Notes which functions each test calls: a plugin of pytest's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.began = 0.0
        self.calls: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self.heard: set[str] = set()
        # What mutmut would do itself, without its long look at the stack on each call.
        trampoline.record_trampoline_hit = lambda name, **_: self.heard.add(name)

    def pytest_runtest_logstart(self) -> None:
        """Start the clock; what is called at import is nobody's."""
        self.began = time.monotonic()
        self.heard.clear()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Put down what was heard of."""
        for function in self.heard:
            self.calls[function][item.nodeid] = time.monotonic() - self.began

    def pytest_sessionfinish(self) -> None:
        """Leave it to the process that asked."""
        self.path.write_text(json.dumps(self.calls))


def verdict_on(name: str, tests: dict[str, float]) -> str:
    """Return what became of a mutant: killed, timeout, survived, or untested."""
    if not tests:
        return "untested"
    quickest = sorted(tests, key=lambda test: tests[test])
    ends = accumulate(tests[test] for test in quickest)
    some = [test for test, end in zip(quickest, ends, strict=True) if end < ENOUGH]
    return apart(name, ["-x", *some], PATIENCE + 5 * ENOUGH)


def apart(mutant: str, arguments: list[str], limit: float, *plugins: object) -> str:
    """Run tests with a mutant in a process of its own, and return what became of it."""
    child = os.fork()
    if child == 0:
        os.setsid()
        os.environ["MUTANT_UNDER_TEST"] = mutant
        os._exit(silently(*arguments, plugins=plugins))
    return ended(child, time.monotonic() + limit)


def ended(child: int, until: float) -> str:
    """Wait for a mutant's process, and end one that hangs with all that it started."""
    while time.monotonic() < until:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return "survived" if status == 0 else "killed"
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"


def report(drawn: list[str], found: dict[str, str]) -> None:
    """Print each survivor's change, and the score."""
    os.chdir(ROOT)
    tried = [name for name in drawn if name in found]
    for name in sorted(name for name in tried if found[name] not in NOTICED):
        path = Path(*name.split(".")[:-1]).with_suffix(".py")
        path = path if path.exists() else path.with_suffix("") / "__init__.py"
        diff = get_diff_for_mutant(name, path=path).splitlines()
        print(f"\n{found[name]}: {name}")
        print(
            "\n".join(line for line in diff if line[:1] in "+-" and line[1:3] not in ("++", "--"))
        )
    verdicts = Counter(found[name] for name in tried)
    noticed = sum(verdicts[verdict] for verdict in NOTICED)
    print(f"\n{len(tried)} of {len(drawn)} mutants tried: {dict(verdicts)}")
    print(f"noticed: {100 * noticed / max(1, len(tried)):.1f} %")


if __name__ == "__main__":
    main()
