"""The benchmarks run and their two sides agree; what is the same on every machine is held to.

How fast anything is depends on the machine and is not judged here: ``make bench`` does that.
Those that need a browser are tried in tests/browser/test_benchmarks.py.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.__main__ import NAMES, main
from benchmarks.harness import Check, Comparison, Effort, Quartiles, in_turns
from benchmarks.results import Outcome

ROOT = Path(__file__).parent.parent
IN_A_BROWSER = ("inside", "frame")


def comparison(**changes: object) -> Comparison:
    given = {"ours": [1.0, 2.0, 4.0], "theirs": [10.0, 30.0, 20.0], "at_least": 10.0, **changes}
    return Comparison(what="a thing", unit="ms", against="another", **given)


def test_size_is_within_its_budget() -> None:
    assert main(["size", "--strict"]) == 0


def test_the_others_run_and_agree() -> None:
    """In a process of their own: they replace comms and make an IPython shell."""
    names = [name for name in NAMES if name not in ("size", *IN_A_BROWSER)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *names, "--smoke", "--strict"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("RAN") >= len(names)
    assert "Traceback" not in done.stderr


def test_sides_are_measured_in_turns() -> None:
    calls: list[str] = []
    ours, theirs = in_turns(
        lambda: calls.append("a") or float(len(calls)),
        lambda: calls.append("b") or float(len(calls)),
        rounds=4,
    )
    assert "".join(calls) == "ab" + "abba" * 2  # the first pair warms up
    assert ours == [3, 6, 7, 10]
    assert theirs == [4, 5, 8, 9]


def test_the_ratio_is_the_middle_of_the_pairs() -> None:
    """10, 15 and 5 times: not the ratio of the medians, which is 10 as well, nor that of sums."""
    each = comparison(theirs=[10.0, 30.0, 20.0])
    assert each.ratio == Quartiles(7.5, 10.0, 12.5)
    assert each.verdict(Effort()) == "PASS"
    assert comparison(at_least=10.1).verdict(Effort()) == "MISS"


def test_a_check_that_fails_is_a_miss_however_fast() -> None:
    wrong = comparison(checks=(Check("same weights", False),))
    assert wrong.verdict(Effort()) == "MISS"
    assert wrong.verdict(Effort(smoke=True)) == "MISS"


def test_a_smoke_run_judges_no_time() -> None:
    slow = {"at_least": 1000.0}
    assert comparison(**slow).verdict(Effort(smoke=True)) == "RAN"
    assert comparison(**slow, timed=False).verdict(Effort(smoke=True)) == "MISS"


def test_one_value_is_its_own_quartiles() -> None:
    assert Quartiles.of([3.0]) == Quartiles(3.0, 3.0, 3.0)


def test_kept_numbers_name_no_place(tmp_path: Path) -> None:
    outcome = Outcome("thing", "A thing.", [comparison()], 1.0)
    path = tmp_path / "kept.json"
    results.save(results.collected([outcome], Effort(), "2026-01-01"), path)
    kept = results.load(path)
    assert kept["benchmarks"][0]["comparisons"][0]["ratio"]["middle"] == 10.0
    assert kept["benchmarks"][0]["comparisons"][0]["verdict"] == "PASS"
    assert str(ROOT) not in path.read_text("utf-8")
    assert not [value for value in kept["machine"].values() if "/" in str(value)]


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["frames"])
    assert "'frames'" in capsys.readouterr().err
