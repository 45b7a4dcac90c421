"""Exported pages in a Chromium that has no network, driven by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import nnwidgets as nnw
from tests.browser.gestures import centre, drag, part
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


@pytest.fixture
def lesson(browser: Browser, tmp_path: Path) -> Iterator[OpenLesson]:
    """Open exported pages; at the end none has asked for anything, or complained."""
    opened: list[Lesson] = []

    def open_lesson(*given: Any, **options: Any) -> Lesson:
        path = tmp_path / f"lesson-{len(opened)}.html"
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


def test_lines_and_sliders_of_an_exported_page_move_together(lesson: OpenLesson) -> None:
    net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), nnw.datasets.blobs4())
    opened = lesson(
        [nnw.DecisionLines(net), nnw.FeatureSpace(net), nnw.WeightSliders(net, precision=6)],
        title="<b>two</b> lines",
    )
    page = opened.page
    before = opened.params(2)

    assert page.locator("h1").inner_text() == "<b>two</b> lines"
    assert before == pytest.approx([x for w in net.weights.values() for x in w.ravel()], abs=1e-6)

    start = centre(part(page.locator(".nnw-plane").first, "0/0", "body"))
    drag(opened, start, (40, 25))
    after = opened.params(2)
    moved = [b != a for b, a in zip(before, after, strict=True)]
    assert any(moved[:6])
    assert not any(moved[6:])

    slider = page.locator("[data-nnw-view='2'] input[type=range]").last
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert opened.params(2)[-1] > after[-1]
