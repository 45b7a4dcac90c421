"""Two views of one network that trains, to break something under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import SIDE_BY_SIDE, part, place, plane, settle
from tests.browser.lab import Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

EPOCH = '[data-number="epoch"] output'


def shown(notebook: OpenNotebook, *cells: str, **look: object) -> tuple[Notebook, Locator]:
    """Open two views of one network and return the first line of the first."""
    book = notebook(SIDE_BY_SIDE, *cells, **look)
    book.run(0)
    body = part(plane(book), "0/0", "body")
    body.wait_for(state="attached")
    return book, body


def epoch(book: Notebook | Page) -> int:
    """Return the epoch that the first view shows."""
    page = book.page if isinstance(book, Notebook) else book
    text = page.locator(".nnw-plane").first.locator(EPOCH).first.inner_text()
    return int(text.replace(",", ""))


def badge(book: Notebook) -> Locator:
    """Return what the first view says of its kernel."""
    return plane(book).locator(".nnw-badge")


def agree(book: Notebook) -> None:
    """Return when the page has what Python has: what both planes draw is of the weights of now."""
    settle(book)
    drawn = place(part(plane(book), "0/0", "body"))
    book.ask("net.set_weights(net.weights)")  # a new frame of what there is
    settle(book)
    assert place(part(plane(book), "0/0", "body")) == drawn
