"""What `make bench` writes: the page, the README's table, and nothing else of the README."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import __main__ as command
from benchmarks import pages, results
from benchmarks.harness import Check, Comparison, Effort, within
from benchmarks.results import Found, Outcome

AROUND = f"# A title\n\n{pages.START}\nold\n{pages.END}\n\n## Below | it\n"


def thing(**changes: object) -> Comparison:
    given = {"ours": [1.0, 2.0, 4.0], "theirs": [10.0, 30.0, 20.0], "at_least": 10.0, **changes}
    return Comparison(**{"what": "a thing", "unit": "ms", "against": "another", **given})


def found(*comparisons: Comparison, **more: str) -> Found:
    about = "Things, timed.\n\nHow they are timed.\n"
    outcome = Outcome("things", about, comparisons, 61.0, **more)
    return results.collected([outcome], Effort(), "2026-01-02")


def rows(text: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| ")
    ][2:]


def test_a_row_has_both_sides_ratio_limit_and_goal() -> None:
    page = pages.page(found(thing(limit=[0.5], limit_is="the work alone")))

    row = ["a thing", "another", "2.00 ms (1.50–3.00)", "20.0 ms (15.0–25.0)", "10.0 × (7.50–12.5)"]
    assert rows(page) == [["[things](#things)", *row, "0.50 ms", "≥ 10 ×", "reached"]]
    assert "2026-01-02" in page
    assert "How they are timed." in page
    assert "3 values; limit: the work alone" in page


def test_a_budget_is_its_own_goal() -> None:
    budget = found(within("a frame", "ms", [4.0, 5.0, 6.0], 8.0))

    assert rows(pages.page(budget))[0][2:] == [
        *("a budget", "5.00 ms (4.50–5.50)", "—", "1.60 × (1.47–1.80)", "—", "≤ 8.00 ms", "reached")
    ]
    assert rows(pages.readme(AROUND, budget))[0][2] == "5.00 ms of 8.00 ms"


def test_a_miss_is_shown_as_such() -> None:
    slow, wrong = thing(at_least=11.0), thing(checks=(Check("the same weights", False),))
    page, readme = (make(found(thing(), slow, wrong)) for make in (pages.page, short))

    assert [row[-1] for row in rows(page)] == ["reached", "**MISS**", "**MISS**"]
    assert "the same weights: MISS" in page
    assert rows(readme)[0][-1] == "1 of 3 **MISS**"


def test_no_peer_and_a_failure_are_said() -> None:
    page = pages.page(found(thing(theirs=[])))
    broken = found(failed="ValueError: it broke")

    assert rows(page)[0][3:] == ["2.00 ms (1.50–3.00)", "—", "—", "—", "≥ 10 ×", "no peer"]
    assert rows(pages.page(broken))[0][1] == "failed: ValueError: it broke"
    assert rows(short(broken))[0][-1] == "0 of 1 **MISS**"


def test_a_section_of_a_benchmark_follows_its_figures() -> None:
    page = pages.page(found(thing(), section="### Curves\n\nThey grow.\n"))

    assert page.index("## things") < page.index("a thing, against") < page.index("### Curves")


def short(what: Found) -> str:
    return pages.readme(AROUND, what)


def test_the_readme_has_the_result_nearest_to_its_goal_of_each_peer() -> None:
    near, far = thing(theirs=[12.0, 24.0, 48.0]), thing(theirs=[90.0, 180.0, 360.0])
    other = thing(against="a third")

    row = rows(short(found(far, near, other)))[0]

    assert row[0] == "Things, timed"
    assert row[1] == "a third; another"
    assert row[2] == "10.0 × (≥ 10 ×); 12.0 × (≥ 10 ×)"


def test_nothing_but_the_table_is_touched() -> None:
    text = short(found(thing()))

    assert text.startswith(f"# A title\n\n{pages.START}\n\n| measured |")
    assert text.endswith(f" |\n\n{pages.END}\n\n## Below | it\n")
    assert "old" not in text
    assert short(found(thing())) == pages.readme(text, found(thing()))  # again and again


@pytest.mark.parametrize(
    "text",
    [
        "# A title\n",
        AROUND.replace(pages.END, ""),
        AROUND + pages.START,
        f"{pages.END}{pages.START}",
    ],
    ids=["none", "no end", "two starts", "wrong order"],
)
def test_a_readme_without_its_marks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="README"):
        pages.readme(text, found(thing()))


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the command run one benchmark, and write into a folder."""
    (tmp_path / "README.md").write_text(AROUND, "utf-8")
    monkeypatch.setattr(pages, "README", tmp_path / "README.md")
    monkeypatch.setattr(pages, "PAGE", tmp_path / "performance.md")
    monkeypatch.setattr(results, "KEPT", tmp_path / "results.json")
    tiny = ModuleType("benchmarks.tiny", "Things, timed.")
    tiny.run = lambda _effort: [thing()]  # type: ignore[attr-defined]
    tiny.section = lambda: "### Curves"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, tiny.__name__, tiny)
    monkeypatch.setattr(command, "NAMES", ("tiny",))
    return tmp_path


def test_a_whole_run_writes(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 0
    first = (written / "README.md").read_text("utf-8")

    assert "[1/1] tiny" in capsys.readouterr().out
    assert "| Things, timed |" in first
    assert "### Curves" in (written / "performance.md").read_text("utf-8")
    (written / "README.md").write_text(AROUND, "utf-8")
    assert command.main(["--rewrite"]) == 0
    assert (written / "README.md").read_text("utf-8") == first
    assert results.load()["benchmarks"][0]["name"] == "tiny"


@pytest.mark.parametrize("options", [["tiny"], ["--no-save"], ["--smoke"], ["--rounds", "1"]])
def test_a_part_of_a_run_only_prints(written: Path, options: list[str]) -> None:
    assert command.main(options) == 0
    assert (written / "README.md").read_text("utf-8") == AROUND
    assert [path.name for path in written.iterdir()] == ["README.md"]


def test_a_benchmark_that_breaks_takes_no_other_with_it(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "NAMES", ("none_such", "tiny"))

    assert command.main([]) == 1
    page = (written / "performance.md").read_text("utf-8")
    assert "failed: ModuleNotFoundError" in page
    assert "a thing" in page
