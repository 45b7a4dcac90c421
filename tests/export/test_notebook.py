"""A notebook that was run, with pages in the place of its widgets."""

from __future__ import annotations

from pathlib import Path

import ipywidgets
import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import nnwidgets as nnw
from nnwidgets.export._displayed import export_displayed

ROOT = Path(__file__).parents[2]
MODEL = """
import ipywidgets
import nnwidgets as nnw
net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), nnw.datasets.blobs4())
nnw.DecisionLines(net)
"""
MIXED = "ipywidgets.VBox([ipywidgets.FloatSlider(), nnw.FeatureSpace(net)])"
ALONE = "ipywidgets.FloatSlider()"
FIGURE = "import plotly.graph_objects as go\ngo.Figure(go.Scatter(y=[1, 3, 2]))"
LATER = "nnw.Trainer(net, lr=0.01).fit(7, progress=False)\nprint(net.epoch)"


@pytest.fixture(autouse=True)
def checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def lesson(folder: Path, *sources: str) -> Path:
    cells = [new_markdown_cell("# A lesson"), *(new_code_cell(source) for source in sources)]
    nbformat.write(new_notebook(cells=cells), folder / "lesson.ipynb")
    return folder / "lesson.ipynb"


def html_of(book: nbformat.NotebookNode) -> list[str]:
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    return [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]


def test_widgets_become_pages_beside_the_notebook_as_they_are_at_the_end(tmp_path: Path) -> None:
    source = lesson(tmp_path, MODEL, MIXED, ALONE, FIGURE, LATER)

    done = nnw.export_notebook(source, tmp_path / "out.ipynb", folder=tmp_path / "pages")

    assert (done.living, done.left) == (2, ("a FloatSlider needs Python",))
    book = nbformat.read(done.path, as_version=4)
    first, second, third, figure = html_of(book)
    assert 'src="pages/lesson-1.html"' in first
    assert 'src="pages/lesson-2.html"' in second
    assert "needs Python" in third
    assert '<script charset="utf-8" src="pages/plotly.min.js"></script>' in figure
    assert "widget-view" not in nbformat.writes(book)
    assert [cell.cell_type for cell in book.cells] == ["markdown", *["code"] * 5]  # none of ours
    pages = [(tmp_path / "pages" / f"lesson-{n}.html").read_text("utf-8") for n in (1, 2)]
    assert all('"epoch":7' in page.replace(" ", "") for page in pages)  # trained in a later cell
    assert "FloatSlider: only in a notebook" in pages[1]
    assert html_of(nbformat.read(source, as_version=4)) == []  # the source is as it was


def test_a_playground_of_a_notebook_has_a_page(tmp_path: Path) -> None:
    playground = nnw.Playground(n=40)
    box = ipywidgets.HBox([playground, ipywidgets.FloatSlider()])

    files = {each.model_id: str(tmp_path / f"{each.model_id}.html") for each in (playground, box)}

    assert export_displayed(files) == {}
    pages = [Path(file).read_text("utf-8") for file in files.values()]
    assert all('"_view":"NetworkGraph"' in page for page in pages)
    assert "FloatSlider: only in a notebook" in pages[1]


def test_a_failing_cell_leaves_nothing_behind(tmp_path: Path) -> None:
    source = lesson(tmp_path, "1 / 0")

    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        nnw.export_notebook(source, tmp_path / "out.html")

    assert [path.name for path in tmp_path.iterdir()] == ["lesson.ipynb"]


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("out.pdf", ValueError, r"target must end in .html or .ipynb, got 'out.pdf'"),
        ("nowhere/out.html", FileNotFoundError, "there is no folder"),
    ],
)
def test_a_target_that_cannot_be_is_refused_before_anything_runs(
    tmp_path: Path, name: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        nnw.export_notebook(lesson(tmp_path, "1 / 0"), tmp_path / name)


def test_what_an_exported_notebook_quotes_is_text_and_its_addresses_are_addresses(
    tmp_path: Path,
) -> None:
    """Of a class whose name is markup, and of a notebook whose name would be read as a URL."""
    from nnwidgets.export.notebook import VIEW, _replace

    page = tmp_path / "pages" / 'a #1? 50%&"quoted":b-1.html'
    page.parent.mkdir()
    page.write_text('<p title="x">page & all</p>', encoding="utf-8")
    evil = "a <img src=x onerror='window.pwned=1'> needs Python"

    def replaced(base: Path | None) -> list[str]:
        data = [{VIEW: {"model_id": each}} for each in ("left", "living")]
        outputs = [nbformat.v4.new_output("display_data", data=each) for each in data]
        book = new_notebook(cells=[new_code_cell("", outputs=outputs)])
        assert _replace(book, {"left": evil, "living": page}, base) == {"left": evil}
        return html_of(book)

    left, living = replaced(tmp_path)
    assert "<img" not in left
    assert "&lt;img src=x" in left
    address = living.partition('src="')[2].partition('"')[0]
    assert address == "pages/a%20%231%3F%2050%25%26%22quoted%22%3Ab-1.html"
    assert ":" not in address
    inside = replaced(None)[1]
    assert 'srcdoc="&lt;p title=&quot;x&quot;&gt;page &amp; all&lt;/p&gt;"' in inside
