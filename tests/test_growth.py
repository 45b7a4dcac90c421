"""Growth is computed, written and drawn as it is; how fast anything is, is not judged here."""

from pathlib import Path

import pytest

from benchmarks import growth, growth_chart
from benchmarks.growth_chart import Curve, exponents
from benchmarks.harness import Effort


def curve(**changes: object) -> Curve:
    given = {"sizes": (10, 100, 1000), "values": [[1.0], [8.0, 10.0, 30.0], [1000.0]], **changes}
    return Curve("a frame", "points", "ms", **given)  # type: ignore[arg-type]


def test_exponents_are_slopes_between_neighbours() -> None:
    assert exponents((10, 100, 1000), (1, 10, 1000)) == pytest.approx([1, 2])
    assert exponents((2, 8), (5, 5)) == [0]
    assert curve().exponents == pytest.approx([1, 2])


def test_a_table_has_every_median_and_exponent() -> None:
    text = growth_chart.tables([curve(), curve(parameters=(100, 10_000, 1_000_000))])
    assert "| a frame | 1.00 ms | 10.0 ms | 1000 ms | 1.0, 2.0 |" in text
    assert "| … by its parameters | 100 | 10 000 | 1 000 000 | 0.5, 1.0 |" in text


def test_the_picture_is_the_same_for_the_same_numbers(tmp_path: Path) -> None:
    paths = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for path in paths:
        growth_chart.draw([curve()], path)
    one, two = (path.read_bytes() for path in paths)
    assert one == two
    assert b"a frame" in one


def test_the_largest_size_has_the_budget() -> None:
    found = growth.budgeted(curve(budget=100.0))
    assert found.what == "a frame; 1 000 points"
    assert list(found.ours) == [1000.0]
    assert found.verdict(Effort()) == "MISS"


def test_a_history_keeps_every_epoch_that_was_filled_in() -> None:
    net = growth.past(300)
    assert len(net.history) == 301
    assert net.epoch == 300
    assert net.history.loss[1] == pytest.approx(1 + 0.02 * 0.8414710)
