"""Break core by a sample of small mistakes, one at a time, and see which the tests notice.

mutmut makes the mistakes. This draws the sample, runs the tests of each one's module in a process
of its own, and keeps what it found, so that a run may stop and go on.
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
from collections import Counter
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", CI="true", MUTANT_UNDER_TEST="none")

import pytest
from mutmut import __main__ as mutmut
from mutmut.configuration import config
from mutmut.mutation.diff_apply import get_diff_for_mutant

ROOT = Path(__file__).parent.parent
WORK = ROOT / "mutants"
FOUND = WORK / "found.json"
QUIET = ("-q", "-p", "no:cacheprovider", "--tb=no")
LIMIT = 100.0  # seconds; the tests of no module take that long, so what does hangs
# Which of tests/core/test_*.py are a module's tests; of others those of its own name or folder.
TESTS = {
    "_arrays": "data parameters geometry",
    "_code": "code",
    "_files": "files state",
    "_fitting": "problem data",
    "_forward": "problem rows",
    "_head": "structure losses",
    "_inits": "inits",
    "_map_calls": "feature_maps",
    "_names": "problem data",
    "_record": "probe",
    "_restructure": "restructure",
    "_revision": "problem restructure",
    "_rows": "rows",
    "_sites": "structure swaps",
    "_slot": "parameters",
    "_stack": "structure swaps",
    "_stand_in": "trace",
    "_symbol": "symbolic",
    "_threads": "threads",
    "_trace": "trace",
    "_watch": "attention feature_maps",
    "_windows": "feature_maps",
    "catalogue": "activations by_hand",
    "gradient": "trace landscape",
    "initial": "inits problem",
    "judge": "goals",
    "penalty": "code problem",
    "receptive": "feature_maps",
    "datasets": "datasets mnist",
}
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
    warm()
    found: dict[str, str] = kept(FOUND)
    if options.again:
        shutil.copytree(ROOT / "tests", WORK / "tests", dirs_exist_ok=True)
        found = {name: verdict for name, verdict in found.items() if verdict in NOTICED}
    drawn = draw(options.sample, options.seed)
    for name in drawn:
        if time.monotonic() > until:
            break
        if name not in found:
            found[name] = verdict_on(name)
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


def silently(*arguments: str) -> int:
    """Run pytest without a word, not even of what C code would say."""
    shown = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        return int(pytest.main([*QUIET, *arguments]))
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


def tests_of(name: str) -> list[str]:
    """Return the files of tests of a mutant's module."""
    room = name.split(".")[2]  # a module of core, or a folder
    near = max((each for each in TESTS if room.startswith(each)), key=len, default=room)
    subjects = TESTS.get(near, room).split()
    files = (WORK / "tests/core").glob("test_*.py")
    return sorted(
        f"tests/core/{file.name}"
        for file in files
        if any(file.stem.startswith(f"test_{subject}") for subject in subjects)
    )


def verdict_on(name: str) -> str:
    """Return what became of a mutant: killed, timeout or survived."""
    files = tests_of(name)
    if not files:
        sys.exit(f"no tests are known for {name}: name them in TESTS")
    child = os.fork()
    if child == 0:
        os.setsid()
        os.environ["MUTANT_UNDER_TEST"] = name
        os._exit(silently("-x", *files))
    return ended(child, time.monotonic() + LIMIT)


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
