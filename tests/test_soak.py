"""What a soak calls flat, and what it does not; its page and its exit status."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from soak import drags, report
from soak.drift import LIMIT, bounded, drift, flat, same, theil_sen
from soak.hand import PLACES, Hand
from soak.watch import percentiles

TIMES = np.arange(0.0, 600.0, 10.0)
MIB = 2**20


def noisy(level: float, spread: float = 1.0) -> np.ndarray:
    return level + np.random.default_rng(0).normal(0, spread, len(TIMES))


def test_the_line_through_a_series_is_not_moved_by_a_third_of_outliers() -> None:
    values = 3.0 * TIMES + 7.0
    values[::4] = 1e6
    assert theil_sen(TIMES, values) == pytest.approx(3.0)
    assert theil_sen([1.0], [5.0]) == 0.0


def test_noise_and_a_warm_up_are_flat_and_a_leak_is_not() -> None:
    warm = noisy(100 * MIB, MIB) - 60 * MIB * np.exp(-TIMES / 20)
    assert flat("heap", drift(TIMES, warm)).holds
    leak = noisy(100 * MIB, MIB) + TIMES * 0.02 * MIB  # 12 MiB in ten minutes
    found = drift(TIMES, leak)
    assert not flat("heap", found).holds
    assert found.change == pytest.approx(0.02 * MIB * 470, rel=0.15)
    assert flat("heap", drift(TIMES, noisy(100 * MIB) - TIMES * MIB / 100)).holds  # it shrinks


def test_what_is_kept_by_intent_is_no_leak_and_what_comes_besides_is() -> None:
    history = TIMES * 0.03 * MIB
    values = noisy(100 * MIB, 0.1 * MIB) + history
    assert not flat("heap", drift(TIMES, values)).holds
    check = flat("heap", drift(TIMES, values, history))
    assert check.holds
    assert "MiB of history" in check.found
    assert not flat("heap", drift(TIMES, values + TIMES * 0.02 * MIB, history)).holds


def test_a_step_in_the_last_half_is_seen() -> None:
    values = noisy(100 * MIB, 0.1 * MIB)
    values[20:] += np.linspace(0, 2 * LIMIT, len(TIMES) - 20) * 100 * MIB
    assert not flat("heap", drift(TIMES, values)).holds


def test_counts_may_fall_but_not_grow() -> None:
    before = {"threads": 5, "comms": 3}
    checks = {each.text: each.holds for each in same("kernel", before, {"threads": 6, "new": 1})}
    assert checks == {"kernel: threads": False, "kernel: comms": True, "kernel: new": False}
    kept = same("page", {"nodes": 10, "loops": 1}, {"nodes": 14, "loops": 3}, {"nodes": 4}, 1)
    assert [each.holds for each in kept] == [True, False]
    assert kept[0].found == "10 before, 14 after, 4 more allowed"
    assert bounded("edits", [0, 2, 1], 2).holds
    assert not bounded("edits", [0, 3], 2).holds


def test_percentiles_of_frames() -> None:
    found = percentiles({"interval": [16.0] * 98 + [50.0, 300.0], "work": []})
    assert (found["frames"], found["interval p50"], found["interval worst"]) == (100, 16.0, 300.0)
    assert found["work p99"] == 0.0


def samples(**grown: float) -> list[dict[str, float]]:
    """Return samples of a run in which only these numbers grow, by so much a second."""
    names = ["rss", "threads", "comms", "unanswered", "waiting", "epoch", "rows"]
    level = {f"kernel {name}": 3.0 for name in names}
    names = ["heap", "nodes", "listeners", "comms", "edits", "frames", "buffered", "pending"]
    level |= {f"page {name}": 0.0 for name in [*names, "shown"]}
    level |= {"page heap": 90 * MIB, "renderer rss": 300 * MIB, "kernel rss": 400 * MIB}
    level |= {"page nodes": 5000.0, "page listeners": 800.0, "answer": 20.0, "loss": 0.1}
    frames = {"interval": [16.7] * 100, "work": [5.0] * 100}
    grown = {"kernel epoch": 100.0, "kernel rows": 100.0, **grown}
    return [
        {
            **percentiles(frames),
            **{name: value + grown.get(name, 0.0) * time for name, value in level.items()},
            "time": float(time),
        }
        for time in TIMES
    ]


@pytest.mark.parametrize(
    ("grows", "by"),
    [
        ("page heap", 0.02 * MIB),
        ("kernel rss", 0.1 * MIB),
        ("page listeners", 1.0),
        ("page edits", 0.05),
        ("kernel waiting", 0.1),
        ("kernel threads", 0.02),
        ("kernel epoch", 0.0),
    ],
)
def test_a_run_fails_on_one_thing_that_grows_or_stands_still(grows: str, by: float) -> None:
    hand = Hand.__new__(Hand)
    hand.turns = dict.fromkeys(PLACES, 4)
    assert all(each.holds for each in drags.checks(samples(), [], hand))
    assert not all(each.holds for each in drags.checks(samples(**{grows: by}), [], hand))


def test_a_complaint_of_the_page_or_a_thing_not_dragged_fails_a_run() -> None:
    hand = Hand.__new__(Hand)
    hand.turns = {"line": 3, "slider": 2, "ball": 0}
    failed = [each.text for each in drags.checks(samples(), ["boom"], hand) if not each.holds]
    assert failed == ["line, slider and ball were dragged", "no complaint in the console"]


def test_the_page_keeps_what_is_written_by_hand(tmp_path: Path) -> None:
    page = tmp_path / "soak.md"
    page.write_text(f"# Soak\n\nAbove.\n\n{report.START}\nof last time\n{report.END}\n\nBelow.\n")
    found = report.Found(minutes=10, reruns=500, samples=samples(), again=same("page", {}, {}))
    found.before = found.after = {"kinds": {"Network": 1}, "threads": []}
    assert found.holds
    assert report.write(found, tmp_path) == ["soak.json", "soak.md", "soak.svg"]
    text = page.read_text()
    assert "of last time" not in text
    assert text.startswith("# Soak\n\nAbove.")
    assert text.endswith("Below.\n")
    assert "| from frame to frame, ms | 16.7 (16.7) |" in text
    found.again = same("kernel", {"threads": 5}, {"threads": 6})
    assert not found.holds
    assert "**fails**" in report.body(found)
