"""Hosts other than JupyterLab: a line is dragged and the network trained in each, for real."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import nnwidgets as nnw
from tests.browser.gestures import centre, drag, place, wait_until
from tests.browser.hosts import TELLING, Opened, drag_and_train, epoch_shown, marimo_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.lab import Lab

VIEWS = "import ipywidgets\nipywidgets.HBox([nnw.DecisionLines(net), nnw.FeatureSpace(net)])"

# What these hosts fetch from the network by themselves, and their own stumbling without it.
VOILA = ("ERR_NAME_NOT_RESOLVED", "ERR_INTERNET_DISCONNECTED", "RUNTIME-012")
NOTEBOOK = ("reading 'schema'", "'filebrowser:open-path' not registered")


def test_notebook_7(lab: Lab, browser: Browser, artifacts: Path) -> None:
    pytest.importorskip("notebook", reason="Notebook 7 is not installed")
    lab.write("host-notebook.ipynb", [TELLING, VIEWS])
    url = f"{lab.url}/notebooks/host-notebook.ipynb"
    opened = Opened.at(browser, url, lab.folder / "told.json", NOTEBOOK)
    opened.page.wait_for_function(
        """() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel
            ?.status === "idle" """,
        timeout=60_000,
    )
    opened.page.evaluate("() => void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    drag_and_train(opened)
    opened.page.screenshot(path=artifacts / "host-notebook.png")
    opened.close(lab)


def test_voila(lab: Lab, browser: Browser, artifacts: Path) -> None:
    pytest.importorskip("voila", reason="Voilà is not installed")
    lab.write("host-voila.ipynb", [TELLING, VIEWS])
    url = f"{lab.url}/voila/render/host-voila.ipynb"
    opened = Opened.at(browser, url, lab.folder / "told.json", VOILA)
    drag_and_train(opened)
    opened.page.screenshot(path=artifacts / "host-voila.png")
    opened.close(lab)


def test_marimo(browser: Browser, tmp_path: Path, artifacts: Path) -> None:
    pytest.importorskip("marimo", reason="marimo is not installed")
    with marimo_app(tmp_path) as url:
        opened = Opened.at(browser, url, tmp_path / "told.json")
        drag_and_train(opened)
        opened.page.screenshot(path=artifacts / "host-marimo.png")
        opened.close()


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A notebook with two views, not run."""
    book = new_notebook(cells=[new_code_cell(source) for source in (TELLING, VIEWS)])
    nbformat.write(book, tmp_path / "lesson.ipynb")
    return tmp_path / "lesson.ipynb"


def test_nbconvert_without_a_network(browser: Browser, lesson: Path, artifacts: Path) -> None:
    """A notebook's page lives as it is: no kernel, nothing fetched."""
    pytest.importorskip("nbconvert", reason="nbconvert is not installed")
    done = nnw.export_notebook(lesson, lesson.with_suffix(".html"))
    assert (done.living, done.left) == (1, ())
    opened = Opened.at(browser, done.path.as_uri(), lesson, VOILA, offline=True)
    drag_and_train_in_the_page(opened)
    opened.page.screenshot(path=artifacts / "host-nbconvert.png")
    opened.close()


def test_a_book_without_a_network(browser: Browser, lesson: Path, artifacts: Path) -> None:
    """A book of Sphinx and MyST-NB shows the pages that lie beside it; in the dark, too."""
    pytest.importorskip("myst_nb", reason="MyST-NB is not installed")
    source = lesson.parent / "book"
    source.mkdir()
    extra = "html_extra_path = ['extra']\nhtml_theme = 'furo'\nnb_execution_mode = 'off'\n"
    (source / "conf.py").write_text(f"extensions = ['myst_nb']\n{extra}")
    nnw.export_notebook(lesson, source / "index.ipynb", folder=source / "extra" / "widgets")
    text = (source / "index.ipynb").read_text("utf-8").replace("extra/widgets/", "widgets/")
    (source / "index.ipynb").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", str(source), str(lesson.parent / "html")]
    subprocess.run(command, check=True)
    url = (lesson.parent / "html" / "index.html").as_uri()
    opened = Opened.at(browser, url, lesson, offline=True, color_scheme="dark")
    drag_and_train_in_the_page(opened)
    inside = opened.page.frame_locator("iframe.nnw-frame")
    inside.locator("html[data-theme=dark]").wait_for(state="attached")
    opened.page.screenshot(path=artifacts / "host-book.png")
    opened.close()


def drag_and_train_in_the_page(opened: Opened) -> None:
    """Drag a line and train inside a frame, where no Python is."""
    grown = "() => parseInt(document.querySelector('iframe.nnw-frame')?.style.height) !== 480"
    opened.page.wait_for_function(grown, timeout=30_000)
    inside = opened.page.frame_locator("iframe.nnw-frame")
    body = inside.locator('[data-line="0/0"] [data-part="body"]').first
    body.wait_for(state="attached")
    grid, drawn = inside.locator(".nnw-plane").nth(1), place(body)
    before = grid.get_attribute("data-frame")
    drag(opened, centre(body), (40, 10))
    assert place(body) != drawn
    wait_until(lambda: grid.get_attribute("data-frame") != before)
    inside.locator('[data-action="play"]').first.click()
    wait_until(lambda: epoch_shown(inside) >= 3, 30)
    inside.locator('[data-action="play"]').first.click()
    assert opened.complaints == []
