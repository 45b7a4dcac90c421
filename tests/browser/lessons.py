"""Exported pages, opened in a browser that has no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nnwidgets as nnw
from tests.browser.lab import HARMLESS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

OpenLesson = Callable[..., "Lesson"]


@dataclass
class Lesson:
    """An exported page, what it asked for and what it complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def params(self, view: int) -> list[float]:
        """Return the numbers of the sliders that a view shows."""
        found = self.page.locator(f"[data-nnw-view='{view}'] input[type=text]")
        texts = found.evaluate_all("all => all.map((each) => each.value)")
        return [float(text.replace("\u2212", "-")) for text in texts]

    def still(self, view: int) -> list[float]:
        """Return these numbers once they have been the same for ten frames: views are drawn so."""
        before, same = self.params(view), 0
        while same < 10:
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
            now = self.params(view)
            same = same + 1 if now == before else 0
            before = now
        return before


@contextmanager
def opener(browser: Browser, folder: Path) -> Iterator[OpenLesson]:
    """Give what exports and opens pages; at the end none has asked for anything, or complained."""
    opened: list[Lesson] = []

    def open_lesson(*given: Any, **options: Any) -> Lesson:
        path = folder / f"lesson-{len(opened)}.html"
        nnw.export_html(*given, path, **options)
        context = browser.new_context(viewport={"width": 1400, "height": 1000}, offline=True)
        found = Lesson(context.new_page())
        opened.append(found)

        def asked(request: Request) -> None:
            found.requests.append(request.url)

        found.page.on("request", asked)
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        found.page.on("console", lambda said: found.complaints.append(f"{said.type}: {said.text}"))
        found.page.goto(path.as_uri())
        found.page.locator("html[data-nnw-ready=true]").wait_for(timeout=30_000)
        return found

    yield open_lesson
    for each in opened:
        each.page.context.close()
    assert [url for each in opened for url in each.requests if not url.startswith("file:")] == []
    said = [text for each in opened for text in each.complaints]
    assert [text for text in said if not any(part in text for part in HARMLESS)] == []
