"""A page and its kernel that several tests use, one after the other.

Opening JupyterLab, starting a kernel and importing torch take eight seconds, most tests one or two.
What a test leaves is cleared away: widgets are closed, names forgotten, cells removed.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from tests.browser.lab import Notebook, theme_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.lab import Lab

VIEWPORT = {"width": 1400, "height": 1000}

# Training stops with its trainer; nothing else of ours lives on without a widget.
TIDY = """
import gc, sys
if "nnwidgets.training.trainer" in sys.modules:
    for each in gc.get_objects():
        if issubclass(type(each), sys.modules["nnwidgets.training.trainer"].Trainer):
            each.pause()
if "ipywidgets" in sys.modules:
    sys.modules["ipywidgets"].Widget.close_all()
get_ipython().run_line_magic("reset", "-f")
"""

SET_OUT = """async ([cells, theme]) => {
    const app = window.jupyterapp;
    const { content, sessionContext } = app.shell.currentWidget;
    if (!sessionContext.isReady || !sessionContext.session?.kernel) throw new Error("no kernel");
    const sheet = content.model.sharedModel;
    sheet.deleteCellRange(0, sheet.cells.length);
    sheet.insertCells(0, cells.map((source) => ({ cell_type: "code", source })));
    content.activeCellIndex = 0;
    content.node.scrollTop = 0;
    await app.commands.execute("apputils:change-theme", { theme });
}"""


class Desk:
    """Hands out notebooks, on the page and kernel of the last one where that is in order."""

    def __init__(self, browser: Browser, lab: Lab) -> None:
        self._browser = browser
        self._lab = lab
        self._kept: Notebook | None = None
        self._names = count()

    def open(
        self,
        cells: list[str],
        *,
        first: bool = True,
        fresh: bool = False,
        theme: str = "light",
        viewport: dict[str, int] | None = None,
        **context: object,
    ) -> Notebook:
        """Open a notebook; one with a context of its own, or beside another, has a fresh page."""
        size = viewport or VIEWPORT
        fresh = fresh or not first or bool(context)
        if self._kept is not None and not fresh:
            with suppress(Error, TimeoutError):
                return self._again(self._kept, cells, theme, size)
            self.clear()
        name = f"{next(self._names)}-{id(self)}.ipynb"
        self._lab.write(name, cells)
        self._lab.set_theme(theme)
        book = Notebook.open(self._browser, self._lab, name, viewport=size, **context)
        if self._kept is None and not fresh:
            self._kept = book
        return book

    def close(self, book: Notebook) -> None:
        """Clear up after a test; a page that cannot be, or complained, is not used again."""
        if book is not self._kept:
            book.close()
        elif book.complaints or not _tidied(book):
            self.clear()

    def clear(self) -> None:
        """Close the page that is kept."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

    def _again(
        self, book: Notebook, cells: list[str], theme: str, size: dict[str, int]
    ) -> Notebook:
        book.page.set_viewport_size(size)  # type: ignore[arg-type]
        book.page.evaluate(SET_OUT, [cells, theme_settings(theme)["theme"]])
        book.wait_ready()
        return book


def _tidied(book: Notebook) -> bool:
    """Clear the kernel and let go of the mouse; answer whether all is well."""
    with suppress(Error, TimeoutError):
        book.page.mouse.up()
        book.page.mouse.move(2, 2)
        return book.tell(TIDY) == "" and book.ask("1") == "1"
    return False
