"""Every view for keyboard, screen reader and finger, as axe and a browser find it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import nnwidgets as nnw
from tests.browser.conftest import OpenNotebook
from tests.browser.every_view import EVERY_VIEW
from tests.browser.gestures import SIDE_BY_SIDE, centre, part, place, plane, wait_until
from tests.browser.lab import ROOT, theme_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.gestures import Point

OpenPage = Callable[..., "Page"]

AXE = ROOT / "js" / "node_modules" / "axe-core" / "axe.min.js"

# Of our own elements only; JupyterLab's are its own affair.
FIND = """async () => {
    const { violations, passes } = await axe.run({ include: [[".nnw"]] }, {
        rules: { "target-size": { enabled: true } },
    });
    const bad = violations.flatMap(({ id, impact, nodes }) => nodes.map((node) => ({
        id, impact, html: node.html.slice(0, 200), why: node.failureSummary,
    })));
    const seen = passes.find(({ id }) => id === "color-contrast").nodes.length;
    return [bad.filter(({ impact }) => impact === "serious" || impact === "critical"), seen];
}"""

# Whatever can have the focus looks otherwise with it: itself, or what stands for it.
WITHOUT_A_RING = """() => {
    const look = (el) => [el, el.nextElementSibling, ...el.querySelectorAll("*")]
        .filter(Boolean).map((each) => {
            const { outline, boxShadow, stroke, strokeWidth, strokeOpacity, visibility } =
                getComputedStyle(each);
            return [outline, boxShadow, stroke, strokeWidth, strokeOpacity, visibility];
        }).join();
    const can = [...document.querySelectorAll(
        ".nnw :is(button, input, select, summary, textarea, a[href], [tabindex='0'])",
    )].filter((el) => !el.disabled && el.checkVisibility());
    const missed = can.filter((el) => {
        el.blur();
        const before = look(el);
        el.focus();
        return el.ownerDocument.activeElement === el && look(el) === before;
    });
    return [can.length, missed.map((el) => el.outerHTML.slice(0, 200))];
}"""


def test_axe_finds_nothing_serious_in_any_view(notebook: OpenNotebook, artifacts: Path) -> None:
    """Every view in a notebook, in both themes: names, roles, contrast, sizes of targets."""
    book = notebook(EVERY_VIEW + "ipywidgets.VBox(views)")
    book.run(0, seconds=120)
    page = book.page
    page.locator(".nnw-bench .nnw-plane .nnw-axes").first.wait_for(state="attached", timeout=60_000)
    for view in page.locator(".nnw:not(.nnw .nnw, .nnw-refusal)").all():
        view.scroll_into_view_if_needed()  # what is out of sight draws nothing
        page.wait_for_timeout(200)
    for maps in page.locator(".nnw-maps").all():
        maps.scroll_into_view_if_needed()
        maps.locator("canvas").first.wait_for(state="attached", timeout=30_000)
    page.evaluate(AXE.read_text())
    for theme in ("light", "dark"):
        name = theme_settings(theme)["theme"]
        page.evaluate(
            "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })",
            name,
        )
        page.locator(f"body[data-jp-theme-name='{name}']").wait_for(state="attached")
        page.wait_for_timeout(500)  # colours that are computed follow in a frame or two
        book.shot(artifacts / f"every-view-{theme}.png")
        bad, texts = page.evaluate(FIND)
        assert bad == [], theme
        assert texts > 60  # it has looked at something


def test_loss_and_epoch_are_said_where_they_rest(notebook: OpenNotebook) -> None:
    """One region a network says what a step has brought; numbers that run are no regions."""
    book = notebook(SIDE_BY_SIDE + "\n", "nnw.WeightSliders(net)")
    book.run(0)
    book.run(1)
    plane(book).locator(".nnw-plot").focus()
    spoken = book.page.locator("[data-nnw-spoken]")
    assert spoken.count() == 1
    assert spoken.inner_text() == ""
    book.page.keyboard.press("ArrowRight")
    spoken.get_by_text("Epoch 1, loss 0.").wait_for(state="attached", timeout=20_000)
    loud = ":is(output, [aria-live=polite]):not([aria-live=off])"
    assert book.page.locator(f".nnw-control-bar {loud}").count() == 0


@pytest.fixture
def exported(browser: Browser, tmp_path: Path) -> Iterator[OpenPage]:
    """Open views as an exported page: they are the same there, and need no kernel."""
    contexts = []

    def open_page(views: list[Any], **context: Any) -> Page:
        path = tmp_path / "page.html"
        nnw.export_html(views, path)
        contexts.append(browser.new_context(offline=True, **context))
        page = contexts[-1].new_page()
        page.goto(path.as_uri())
        page.locator("html[data-nnw-ready=true]").wait_for(timeout=60_000)
        return page

    yield open_page
    for each in contexts:
        each.close()


def every_view() -> list[Any]:
    names: dict[str, Any] = {}
    exec(EVERY_VIEW, names)
    return [view for view in names["views"] if not isinstance(view, nnw.Playground)]


def test_whatever_has_the_focus_shows_it(exported: OpenPage) -> None:
    """A ring, or a line that grows: nothing that Tab reaches looks as it did without."""
    views = every_view()
    for scheme in ("light", "dark"):
        page = exported(views, color_scheme=scheme)
        page.locator(".nnw-plane .nnw-grab").first.wait_for(state="attached", timeout=60_000)
        page.keyboard.press("Tab")  # from now on the browser takes us for a keyboard
        count, missed = page.evaluate(WITHOUT_A_RING)
        assert count > 150
        assert missed == []


def touch(page: Page, start: Point, by: Point, steps: int = 8) -> None:
    """Put a finger down, move it in steps, lift it."""
    session = page.context.new_cdp_session(page)

    def say(kind: str, *points: Point) -> None:
        found = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": found})

    say("touchStart", start)
    for step in range(1, steps + 1):
        say(
            "touchMove",
            (start[0] + by[0] * step / steps, start[1] + by[1] * step / steps),
        )
        page.evaluate("() => new Promise(requestAnimationFrame)")
    say("touchEnd")


def test_a_finger_drags_lines_sliders_the_ball_weights_and_time(exported: OpenPage) -> None:
    """By touch, as by mouse; and the page does not scroll under what is dragged."""
    net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), nnw.datasets.blobs4(n=40))
    trained = nnw.Network(nnw.mlp([2, 2, 1], seed=3), nnw.datasets.blobs4(n=40))
    nnw.Trainer(trained).fit(20, progress=False)
    views = [
        nnw.DecisionLines(net),
        nnw.WeightSliders(net),
        nnw.LossSurface(net, kind="contour", resolution=9),
        nnw.NetworkGraph(net),
        nnw.Timeline(trained),
    ]
    page = exported(views, has_touch=True, viewport={"width": 800, "height": 700})
    body = part(page.locator(".nnw-plane").first, "0/0", "body")
    slider = page.locator(".nnw-slider").first
    ball = page.locator(".nnw-ball").first
    edge = page.locator(".nnw-graph [data-part='0/0/0']")
    reel = page.locator(".nnw-reel")

    def value() -> str:
        return slider.input_value()

    for target, by, sign in (
        (body, (40, 60), lambda: str(place(body))),
        (slider, (30, 0), value),
        (ball, (20, 40), lambda: str(ball.get_attribute("aria-valuetext"))),
        (edge, (0, -60), value),
        (reel, (-120, 0), lambda: str(reel.get_attribute("aria-valuenow"))),
    ):
        target.scroll_into_view_if_needed()
        before, top = sign(), page.evaluate("scrollY")
        touch(page, centre(target), by)
        wait_until(lambda sign=sign, before=before: sign() != before)  # type: ignore[misc]
        assert page.evaluate("scrollY") == top


def test_reduced_motion_is_obeyed(exported: OpenPage) -> None:
    """What plays by itself jumps to its end, or does not play."""
    net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), nnw.datasets.blobs4(n=40))
    views = [nnw.FeatureSpace(net), nnw.NetworkGraph(net, sample=1), nnw.ForwardBackward(net)]
    page = exported(views, reduced_motion="reduce")
    page.locator(".nnw-morph button").first.click()
    morph = page.locator(".nnw-morph input")
    assert page.evaluate("() => document.getAnimations().length") == 0
    assert float(morph.input_value()) in (0, 2)
