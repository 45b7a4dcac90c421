"""One JupyterLab and one Chromium for all browser tests, a fresh page and kernel for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.lab import CHROMIUM_FLAGS, Lab, Notebook, running_lab

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType

OpenNotebook = Callable[..., Notebook]


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start JupyterLab once."""
    with running_lab(tmp_path_factory.mktemp("lab") / "home") as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserType]:
    """Start what starts Chromium: there can be one only."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def browser(chromium: BrowserType, chromium_path: str) -> Iterator[Browser]:
    """Start Chromium once."""
    running = chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
    yield running
    running.close()


@pytest.fixture
def notebook(lab: Lab, browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenNotebook]:
    """Open notebooks made of code cells; at the end no page may have complained."""
    opened: list[Notebook] = []

    def open_notebook(*cells: str, theme: str = "light", **context: object) -> Notebook:
        name = f"{request.node.name.replace('[', '-').replace(']', '')}-{len(opened)}.ipynb"
        lab.write(name, list(cells))
        lab.set_theme(theme)
        book = Notebook.open(browser, lab, name, **context)
        opened.append(book)
        return book

    yield open_notebook
    complaints = [text for book in opened for text in book.complaints]
    for book in opened:
        book.close()
    assert complaints == []
