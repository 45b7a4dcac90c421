"""The lessons run from top to bottom, and are kept clean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest

from tests.notebooks.lessons import BOOKS, ROOT, outputs, run_all

if TYPE_CHECKING:
    from nbformat import NotebookNode

FIRST = "00-tour"
# Nothing of the machine, the environment or the version a lesson was last saved with.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# A widget, or a figure that is meant to stand still.
PICTURES = {"application/vnd.jupyter.widget-view+json", "application/vnd.plotly.v1+json"}


def test_make_lab_opens_a_lesson_that_exists() -> None:
    assert f"notebooks/{FIRST}.ipynb" in (ROOT / "Makefile").read_text("utf-8")
    assert FIRST in BOOKS


@pytest.mark.parametrize("name", BOOKS)
def test_a_lesson_is_kept_clean(name: str) -> None:
    book = nbformat.read(BOOKS[name], as_version=4)

    nbformat.validate(book)
    assert book.metadata == METADATA
    assert [cell.id for cell in book.cells if cell.metadata] == []
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []


@pytest.fixture(scope="module", params=BOOKS)
def lesson(request: pytest.FixtureRequest) -> NotebookNode:
    return run_all(request.param)


def test_a_lesson_runs_without_a_warning(lesson: NotebookNode) -> None:
    assert [o.text for o in outputs(lesson) if o.get("name") == "stderr"] == []


def test_every_picture_is_alive(lesson: NotebookNode) -> None:
    shown = [output.data for output in outputs(lesson) if "data" in output]
    pictures = [data for data in shown if "<table" not in data.get("text/html", "")]

    assert pictures
    for picture in pictures:
        assert PICTURES & set(picture)
