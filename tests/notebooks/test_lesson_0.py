"""What the tour says in words is so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

import nnwidgets as nnw
from tests.notebooks.lessons import BOOKS, number, printed, run_all

if TYPE_CHECKING:
    from nbformat import NotebookNode


@pytest.fixture(scope="module")
def tour() -> NotebookNode:
    return run_all("00-tour")


@pytest.fixture(scope="module")
def moons(tour: NotebookNode) -> nnw.Network:
    """The tour's network, made and trained by its own cells."""
    names: dict[str, object] = {"display": lambda *_: None}
    for cell in tour.cells:
        if cell.id in ("imports", "own-model", "train"):
            exec(cell.source, names)
    return names["net"]  # type: ignore[return-value]


class TestTour:
    def test_it_learns_two_moons(self, tour: NotebookNode) -> None:
        said = printed(tour)

        assert said["train"][-1].endswith("accuracy 100.0%")
        assert number("loss", said["train"][-1]) < 0.02
        assert said["export"][0].startswith("my-lesson.html: ")

    def test_the_answer_by_hand_is_right(self, tour: NotebookNode) -> None:
        assert printed(tour)["answer-1"] == ["solved: True"]

    def test_without_a_bend_most_points_are_right_and_never_all(self, moons: nnw.Network) -> None:
        straight = nnw.LinearCollapse(moons, alpha=1)

        z = moons.X @ np.asarray(straight.W).T + np.asarray(straight.b)

        assert 0.75 < np.mean((z[:, 0] > 0) == moons.y) < 0.95

    def test_three_of_its_four_lines_are_enough(self, moons: nnw.Network) -> None:
        before = moons.weights
        weights = moons.weights
        weights["out.weight"][0, 3] = 0

        moons.weights = weights

        assert moons.accuracy == 1
        moons.weights = before


@pytest.mark.parametrize("name", BOOKS)
def test_every_lesson_ends_alike(name: str) -> None:
    """A summary, notes for teachers, and the way to the lessons before and after."""
    text = BOOKS[name].read_text("utf-8")
    names = list(BOOKS)
    place = names.index(name)
    near = {names[i] for i in (place - 1, place + 1) if 0 <= i < len(names)}

    assert "## In short" in text
    assert "<b>For teachers</b>" in text
    assert f"*Lesson {place}, about " in text
    assert set(re.findall(r"\(([\w-]+)\.ipynb\)", text)) == near
