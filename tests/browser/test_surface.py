"""A loss surface in a real JupyterLab: the map, the ball, and the picture in three dimensions."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib import pyplot as plt

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import SHOW, centre, drag, part, plane, settle, space, wait_until
from tests.browser.lab import WEBGL_FLAGS, Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType, Locator

AXES = '("0.weight[0,0]", "0.bias[0]")'
BALL = "[net.weights['0.weight'][0, 0].item(), net.weights['0.bias'][0].item()]"

BESIDE = (
    SHOW
    + f'surface = nnw.LossSurface(net, axes={AXES}, resolution=80, kind="contour", width=520)\n'
    + "ipywidgets.HBox([nnw.DecisionLines(net), surface])"
)
SPACE = (
    SHOW
    + "from nnwidgets.widgets import _bundle\n"
    + "asked, chunk = [], _bundle.chunk\n"
    + "_bundle.chunk = lambda name: (asked.append(name), chunk(name))[1]\n"
    + f"surface = nnw.LossSurface(net, axes={AXES}, resolution=31)\n"
    + "surface"
)


@pytest.fixture(scope="module")
def browser(chromium: BrowserType, chromium_path: str) -> Iterator[Browser]:
    """Start a Chromium with WebGL, for these tests alone."""
    running = chromium.launch(executable_path=chromium_path, args=WEBGL_FLAGS)
    yield running
    running.close()


def ball(book: Notebook) -> Locator:
    """Return the ball of a map once a hand can take it: at rest, and with nothing before it."""
    found = book.page.locator(".nnw-surface .nnw-ball")
    found.wait_for(timeout=20_000, state="attached")
    settle(book)
    found.hover()
    return found


def settled(book: Notebook) -> None:
    """Return when the surface of now is there."""
    book.until("surface._state['state'], surface._surface.get('share')", "idle 1.0")


def test_dragging_the_ball_moves_a_decision_line_in_the_same_frame(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    book = notebook(BESIDE)
    book.run(0)
    settled(book)
    line = part(plane(book), "0/0", "body")
    line.wait_for(state="attached")
    before = book.numbers(BALL)
    other = book.numbers("model[0].weight[1].tolist()")
    handle = ball(book)
    book.page.evaluate(
        """() => {
            const [lines, surface] = [".nnw-plane", ".nnw-surface"].map(
                (each) => document.querySelector(each));
            window.seen = [];
            // What was painted: a task after the frame, not one of the callbacks that make it.
            const look = () => {
                if (!lines.isConnected) return;
                scheduler.postTask(note, { priority: "user-blocking" });
                requestAnimationFrame(look);
            };
            const note = () => {
                const body = lines.querySelector('[data-line="0/0"] [data-part="body"]');
                const ball = surface.querySelector(".nnw-ball");
                window.seen.push([lines.dataset.frame, surface.dataset.frame,
                    ["x1", "y1", "x2", "y2"].map((each) => body.getAttribute(each)).join(),
                    ball.getAttribute("transform")]);
            };
            requestAnimationFrame(look);
        }"""
    )
    drag(book, centre(handle), (60, -45), steps=20)
    seen = book.page.evaluate("() => window.seen")
    assert all(line == surface for line, surface, _, _ in seen)
    assert sum(a[3] != b[3] for a, b in pairwise(seen)) > 2  # on a busy machine frames are few
    odd = [(a, b) for a, b in pairwise(seen) if (a[2] != b[2]) != (a[3] != b[3])]
    assert odd == []
    book.until(f"{BALL} != {before}", "True")
    after = book.numbers(BALL)
    assert after[0] > before[0]
    assert after[1] > before[1]
    assert book.numbers("model[0].weight[1].tolist()") == other
    book.shot(artifacts / "surface-map.png")


def test_arrow_keys_move_the_ball(notebook: OpenNotebook) -> None:
    book = notebook(BESIDE)
    book.run(0)
    settled(book)
    x, y = book.numbers(BALL)
    low, high = book.numbers("[surface.grid.x[0], surface.grid.x[-1]]")
    ball(book).focus()
    book.page.keyboard.press("ArrowRight")
    step = 0.01 * (high - low)
    book.until(f"abs({BALL}[0] - {x + step}) < 1e-4 * {step}", "True")
    book.page.keyboard.press("Shift+ArrowRight")
    book.until(f"abs({BALL}[0] - {x + 11 * step}) < 1e-4 * {step}", "True")
    assert book.numbers(BALL)[1] == y
    book.page.keyboard.press("Control+z")
    book.until(f"abs({BALL}[0] - {x}) < 1e-6", "True")


def test_a_network_that_left_the_plane_says_so_until_it_is_computed_anew(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    book = notebook(BESIDE)
    book.run(0)
    settled(book)
    book.ask("setattr(surface, 'auto', False)")
    badge = book.page.locator(".nnw-surface-badge[data-kind=stale]")
    assert badge.count() == 0
    book.ask("net.set_weights({'2.bias': [float(model[2].bias) + 0.42]})")
    badge.wait_for(timeout=10_000)
    assert "off the plane by 0.42" in badge.inner_text()
    book.shot(artifacts / "surface-stale.png")
    generation = book.numbers("surface._surface['generation']")
    badge.get_by_text("Recompute").click()
    badge.wait_for(state="detached")
    settled(book)
    assert book.numbers("surface._surface['generation']") == generation + 1
    assert book.ask("surface._state['stale']") == "False"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_surface_is_drawn_in_three_dimensions(
    notebook: OpenNotebook, theme: str, artifacts: Path
) -> None:
    """Many colours of the scale are there, on the theme's own ground, and writing to be read."""
    book = notebook(SPACE, theme=theme)
    book.run(0)
    shown = space(book)
    settled(book)
    book.page.wait_for_timeout(500)
    picture = plt.imread(io.BytesIO(shown.screenshot()))[..., :3]
    book.shot(artifacts / f"surface-{theme}.png")
    ground = picture[2, 2]
    assert (ground.mean() > 0.5) == (theme == "light")
    inked = np.abs(picture - ground).max(axis=-1) > 0.2
    assert 0.05 < inked.mean() < 0.9
    red, green, blue = np.moveaxis(picture[inked], -1, 0)
    saturated = (np.maximum(green, blue) - np.minimum(red, blue)) > 0.2
    assert saturated.mean() > 0.3  # viridis, where a page without WebGL has grey letters only
    writing = np.abs(picture - (1 - ground)).max(axis=-1) < 0.25
    assert writing.sum() > 50


def test_a_frame_of_a_drag_moves_the_marker_and_not_the_surface(notebook: OpenNotebook) -> None:
    book = notebook(SPACE)
    book.run(0)
    space(book)
    settled(book)
    book.page.wait_for_timeout(500)
    book.page.evaluate(
        """async () => {
            const graph = document.querySelector(".nnw-surface3d .js-plotly-plot");
            const scene = graph._fullLayout.scene._scene;
            const trace = (index) => scene.traces[graph._fullData[index].uid];
            window.made = { surface: 0, ball: [] };
            const [surface, ball] = [trace(0), trace(1)];
            const [whole, move] = [surface.update, ball.update];
            surface.update = function (data) { window.made.surface++; whole.call(this, data); };
            ball.update = function (data) {
                window.made.ball.push([data.x[0], data.y[0], data.z[0]]);
                move.call(this, data);
            };
        }"""
    )
    drag(book, centre(ball(book)), (40, -30), steps=12)
    made = book.page.evaluate("() => window.made")
    assert made["surface"] == 0
    assert len(made["ball"]) >= 6
    book.until(f"max(abs(a - b) for a, b in zip({BALL}, {made['ball'][-1][:2]})) < 1e-5", "True")
    # What is saved as a picture has the ball where it is now.
    saved = book.page.evaluate(
        """() => {
            const { x, y } = document.querySelector(".nnw-surface3d .js-plotly-plot").data[1];
            return [x[0], y[0]];
        }"""
    )
    assert saved == made["ball"][-1][:2]


def turned(book: Notebook) -> str:
    return str(
        book.page.evaluate(
            """() => JSON.stringify(document.querySelector(".nnw-surface3d .js-plotly-plot")
                ._fullLayout.scene._scene.getCamera().eye)"""
        )
    )


def hover(book: Notebook, shown: Locator, at: tuple[float, float]) -> None:
    """Rest the mouse there until the surface says what is under it.

    plotly looks where the pointer is when it draws; drawn by software, that may be between moves.
    """
    x, y = at
    said = shown.locator(".hovertext").first
    for _ in range(60):
        for place in ((x - 2, y), (x, y)):
            book.page.mouse.move(*place)
            book.page.wait_for_timeout(100)
        if said.count():
            return
    raise AssertionError("nothing was said of the surface")


def test_a_click_on_the_surface_moves_the_ball_and_a_turn_does_not(notebook: OpenNotebook) -> None:
    book = notebook(SPACE)
    book.run(0)
    shown = space(book)
    settled(book)
    before, eye = book.numbers(BALL), turned(book)
    x, y = centre(shown)
    hover(book, shown, (x, y))
    book.page.mouse.down()
    book.page.mouse.up()
    book.until(f"{BALL} != {before}", "True")
    after = book.numbers(BALL)
    axes = book.numbers("[surface.grid.x.tolist(), surface.grid.y.tolist()]")
    for axis, place_now in zip(axes, after, strict=True):
        assert np.abs(np.array(axis) - place_now).min() < 1e-5
    assert turned(book) == eye
    drag(book, (x, y), (70, 10), steps=6)
    wait_until(lambda: turned(book) != eye)
    book.page.wait_for_timeout(300)
    assert book.numbers(BALL) == after


def test_arrow_keys_move_the_ball_of_the_picture_too(notebook: OpenNotebook) -> None:
    book = notebook(SPACE)
    book.run(0)
    shown = space(book)
    settled(book)
    x, y = book.numbers(BALL)
    low, high = book.numbers("[surface.grid.y[0], surface.grid.y[-1]]")
    shown.focus()
    book.page.keyboard.press("ArrowUp")
    book.until(f"abs({BALL}[1] - {y + 0.01 * (high - low)}) < 1e-4", "True")
    assert book.numbers(BALL)[0] == x
    assert book.numbers("net.epoch") == 0  # nor did the key train


def test_two_surfaces_load_plotly_once_and_leave_nothing_behind(notebook: OpenNotebook) -> None:
    other = 'other = nnw.LossSurface(net, axes="random", height=300)\nother'
    book = notebook(SPACE, other, fresh=True)  # a page without plotly
    book.run(0)
    book.run(1)
    space(book, 0)
    space(book, 1)
    assert book.numbers("asked") == ["plotly.js.gz"]
    assert book.page.evaluate("() => typeof window.Plotly") == "undefined"
    book.ask("other.close()")
    wait_until(lambda: book.page.locator(".nnw-surface3d canvas").count() == 1)
    third = book.page.locator(".nnw-surface3d")
    assert third.count() == 1
    book.ask("setattr(surface, 'kind', 'contour')")
    wait_until(lambda: book.page.locator(".nnw-surface3d canvas").count() == 0)
    book.ask("setattr(surface, 'kind', 'surface')")
    space(book)
    assert book.numbers("asked") == ["plotly.js.gz"]


def test_a_refused_option_is_told_in_a_view_without_a_control_bar(notebook: OpenNotebook) -> None:
    book = notebook(BESIDE)
    book.run(0)
    settled(book)
    menu = book.page.locator(".nnw-surface select").first
    menu.select_option("pca")
    told = book.page.locator(".nnw-refusal .nnw-notice")
    told.wait_for(timeout=10_000)
    assert "at least 3 different points, got 1: train for some epochs first" in told.inner_text()
    assert told.count() == 1  # in the view that asked
    wait_until(lambda: menu.input_value() == "parameters")
    told.get_by_label("Dismiss").click()
    told.wait_for(state="detached")
