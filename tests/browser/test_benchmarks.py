"""What the benchmarks do in a browser works, and every frame they time shows what it should.

Not how long any takes: ``make bench`` does that. The rest of them is in tests/test_benchmarks.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import frame, growth_page, inside
from benchmarks.harness import Comparison, Effort
from tests.browser.lab import Lab

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SMOKE = Effort(smoke=True)


def held(found: Comparison) -> bool:
    """Whether something was timed, every check holds and the page had no complaint."""
    assert [check.text for check in found.checks if not check.holds] == []
    return len(found.ours) > 0 and all(time > 0 for time in found.ours)


@pytest.mark.parametrize("case", [frame.CASES[0], frame.CASES[-1]], ids=["line", "ball"])
def test_a_drag_is_painted_in_every_view(browser: Browser, lab: Lab, case: frame.Case) -> None:
    assert held(frame.measure(browser, lab, case, SMOKE))


def test_training_is_the_same_with_all_views_open() -> None:
    assert held(inside.trainer_of(inside.CASES[0], SMOKE))


def test_all_views_of_the_inside_follow_training(browser: Browser, lab: Lab) -> None:
    assert held(inside.frames_of(browser, lab, inside.CASES[0], SMOKE))


def test_growth_is_seen_in_planes_graph_and_past(browser: Browser, lab: Lab) -> None:
    curves = growth_page.page_curves(browser, lab, SMOKE, (100,), (2,))
    assert [check.text for each in curves for check in each.checks] == []
    assert all(values for each in curves for values in each.values)
    assert sum(len(each.values) for each in curves) == 5
    assert {each.along for each in curves} == {"points", "units", "epochs"}
