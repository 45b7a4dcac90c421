"""One JupyterLab and one Chromium for all browser tests, one page and kernel for each file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.desk import Desk
from tests.browser.lab import CHROMIUM_FLAGS, Lab, Notebook, running_lab
from tests.browser.lessons import OpenLesson, opener

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


@pytest.fixture(scope="module")
def desk(lab: Lab, browser: Browser) -> Iterator[Desk]:
    """Return what keeps a page and its kernel for the tests of a file."""
    kept = Desk(browser, lab)
    yield kept
    kept.clear()


@pytest.fixture
def notebook(desk: Desk) -> Iterator[OpenNotebook]:
    """Open notebooks made of code cells; at the end no page may have complained."""
    opened: list[Notebook] = []

    def open_notebook(*cells: str, **look: Any) -> Notebook:
        opened.append(desk.open(list(cells), first=not opened, **look))
        return opened[-1]

    yield open_notebook
    complaints = [text for book in opened for text in book.complaints]
    for book in opened:
        desk.close(book)
    assert complaints == []


@pytest.fixture
def lesson(browser: Browser, tmp_path: Path) -> Iterator[OpenLesson]:
    """Export and open pages; at the end none has asked for anything, or complained."""
    with opener(browser, tmp_path) as open_lesson:
        yield open_lesson
