"""Hosts other than JupyterLab: a line is dragged and the network trained in each, for real."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.hosts import TELLING, Opened, drag_and_train, marimo_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.lab import Lab

VIEWS = "import ipywidgets\nipywidgets.HBox([nnw.DecisionLines(net), nnw.FeatureSpace(net)])"

# What these hosts fetch from the network by themselves, and their own stumbling without it.
VOILA = ("ERR_NAME_NOT_RESOLVED", "ERR_INTERNET_DISCONNECTED", "RUNTIME-012")
NOTEBOOK = ("reading 'schema'",)


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
