"""Exported pages in a Chromium that has no network, driven by mouse and keyboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import nnwidgets as nnw
from tests.browser.gestures import centre, drag, part, wait_until
from tests.browser.lab import HARMLESS
from tests.browser.lessons import Lesson, OpenLesson

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator


def test_an_exported_lesson_lives_with_no_network(lesson: OpenLesson, artifacts: Path) -> None:
    net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), nnw.datasets.blobs4())
    nnw.Trainer(net, "adam", lr=0.05, seed=0).fit(5, progress=False)
    views = [
        *(nnw.DecisionLines(net, controls=True), nnw.FeatureSpace(net)),
        *(nnw.WeightSliders(net, precision=6), nnw.TrainingCurves(net)),
        *(nnw.LossSurface(net, kind="contour"), nnw.ForwardBackward(net)),
        *(nnw.NetworkGraph(net), nnw.Timeline(net)),
    ]
    opened = lesson(views, title="<b>two</b> lines")
    page = opened.page
    before = opened.params(2)
    assert page.locator("h1").inner_text() == "<b>two</b> lines"
    assert before == pytest.approx([x for w in net.weights.values() for x in w.ravel()], abs=1e-6)

    start = centre(part(page.locator(".nnw-plane").first, "0/0", "body"))
    drag(opened, start, (40, 25))
    after = opened.still(2)
    moved = [b != a for b, a in zip(before, after, strict=True)]
    assert any(moved[:6])
    assert not any(moved[6:])

    slider = page.locator("[data-nnw-view='2'] input[type=range]").last
    slider.focus()
    page.keyboard.press("ArrowRight")
    wait_until(lambda: opened.params(2)[-1] > after[-1])

    ball = page.locator(".nnw-ball").first
    ball.scroll_into_view_if_needed()
    drag(opened, centre(ball), (30, -20))
    across = opened.still(2)
    assert across[0] != after[0]  # the axes are the first weight of each layer
    assert across[1] == after[1]

    bar = page.locator("[data-nnw-view='0']")
    bar.get_by_role("button", name="Play").click()
    epoch = bar.locator("[data-number=epoch] output")
    page.wait_for_function("(el) => Number(el.textContent) > 100", arg=epoch.element_handle())
    bar.get_by_role("button", name="Pause").click()
    trained = opened.still(2)
    assert trained[:2] != across[:2]
    assert page.locator("math").count() > 3
    page.screenshot(path=artifacts / "export-lesson.png", full_page=True)
    page.locator(".nnw-lesson-theme").click()
    page.screenshot(path=artifacts / "export-lesson-dark.png", full_page=True)
    scrub_and_branch(opened, bar)


def scrub_and_branch(opened: Lesson, bar: Locator) -> None:
    """Go back in what the page has trained, by mouse and keys, and train on from there."""
    page, reel = opened.page, opened.page.locator(".nnw-reel")
    reel.scroll_into_view_if_needed()

    def epoch() -> int:
        return int(reel.get_attribute("aria-valuenow") or -1)

    def badges() -> set[str]:
        script = "[...document.querySelectorAll('[data-nnw-view]')].map((el) => el.dataset.nnwPast)"
        return set(page.evaluate(script))  # of every view, as all have one

    end, now = epoch(), opened.still(2)
    box = reel.bounding_box()
    assert box is not None
    width = box["width"] - 16
    drag(opened, (box["x"] + 8 + 0.8 * width, box["y"] + 20), (-0.4 * width, 0))
    wait_until(lambda: badges() == {f"past: epoch {epoch()}"})
    back = epoch()
    assert 0.3 * end < back < 0.5 * end
    wait_until(lambda: opened.params(2) != now)
    middle = opened.still(2)
    page.keyboard.press("ArrowRight")
    wait_until(lambda: epoch() > back and badges() == {f"past: epoch {epoch()}"})
    page.keyboard.press("ArrowLeft")
    wait_until(lambda: opened.params(2) == middle)
    page.keyboard.press("Home")
    wait_until(lambda: epoch() == 0 and badges() == {"past: epoch 0"})
    page.keyboard.press("Escape")
    wait_until(lambda: badges() == {""} and opened.params(2) == now)

    field = page.locator(".nnw-timeline .nnw-at-epoch")
    field.fill(str(back))
    field.press("Enter")
    wait_until(lambda: opened.params(2) == middle)
    page.locator('.nnw-timeline [data-action="branch"]').click(modifiers=["Shift"])
    number = bar.locator("[data-number=epoch] output")
    wait_until(lambda: badges() == {""} and number.inner_text() == str(back))
    assert opened.still(2) == middle
    page.locator(f'[data-run="before the branch at {back}"]').wait_for()
    bar.get_by_role("button", name="Play").click()
    wait_until(lambda: int(number.inner_text()) > back + 20)
    bar.get_by_role("button", name="Pause").click()
    assert opened.still(2) != middle


def test_two_fragments_live_in_one_page(browser: Browser, tmp_path: Path) -> None:
    for name in ("one", "two"):
        net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), nnw.datasets.blobs4())
        views = [nnw.DecisionLines(net), net]
        nnw.export_html(views, tmp_path / f"{name}.html", title=name, fragment=True)
    pieces = [(tmp_path / f"{name}.html").read_text() for name in ("one", "two")]
    outer = tmp_path / "course.html"
    style = "<style>svg, button { display: none !important }</style>"
    outer.write_text(f"<!doctype html><meta charset=utf-8>{style}<body>{pieces[0]}{pieces[1]}")
    page = browser.new_context(viewport={"width": 900, "height": 1000}, offline=True).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(outer.as_uri())
    for frame in page.locator("iframe").all():
        inside = frame.content_frame
        inside.locator("html[data-nnw-ready=true]").wait_for(timeout=30_000)
        assert inside.locator(".nnw-plane svg").first.is_visible()
    first, second = (frame.content_frame for frame in page.locator("iframe").all())
    assert first.locator("h1").inner_text() == "one"
    assert second.locator("h1").inner_text() == "two"
    first.get_by_role("button", name="Play").first.click()
    epochs = [each.locator("[data-number=epoch] output").first for each in (first, second)]
    epochs[0].filter(has_text=re.compile("[0-9]{2}")).wait_for(timeout=20_000)
    assert epochs[1].inner_text() == "0"
    heights = page.evaluate("[...document.querySelectorAll('iframe')].map((f) => f.clientHeight)")
    assert all(500 < height < 900 for height in heights)
    page.context.close()
    assert [text for text in said if not any(part in text for part in HARMLESS)] == []
