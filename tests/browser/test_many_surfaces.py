"""More pictures in three dimensions than a browser has room for, and a browser that takes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.desk import Desk
from tests.browser.gestures import SHOW, wait_until
from tests.browser.lab import CHROMIUM_FLAGS, WEBGL_FLAGS, Lab, Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType

# Software draws each in seconds: a page with room for two shows what one with room for eight does.
MANY, ROOM = 4, 2
SMALL_ROOM = """() => {
    globalThis[Symbol.for("nnwidgets.webgl-room@1")] = { most: 2, inside: [], waiting: [] };
}"""
SURFACES = (
    SHOW
    + "xor = nnw.Network(nnw.mlp([2, 2, 1], seed=1), *nnw.datasets.xor())\n"
    + "small = {'width': 250, 'height': 160}\n"
    + "loss = {**small, 'axes': 'random', 'resolution': 9, 'kind': 'surface'}\n"
    + "output = {**small, 'resolution': 9, 'table': False}\n"
    + f"many = [nnw.LossSurface(net, **loss) for _ in range({MANY // 2})]\n"
    + f"many += [nnw.OutputSurface(xor, **output) for _ in range({MANY // 2})]\n"
    + "ipywidgets.HBox(many, layout=ipywidgets.Layout(flex_flow='row wrap'))"
)
FLAT = [*CHROMIUM_FLAGS, "--disable-3d-apis"]

# Of each surface: whether its context is alive (null: it has none), whether it is a still picture.
STATES = """() => [...document.querySelectorAll(".nnw-surface3d")].map((each) => {
    const scene = each.querySelector(".js-plotly-plot")?._fullLayout?.scene?._scene;
    return [scene ? !scene.glplot.gl.isContextLost() : null, each.hasAttribute("data-still")];
})"""


@pytest.fixture(scope="module")
def browser(chromium: BrowserType, chromium_path: str) -> Iterator[Browser]:
    """Start a Chromium with WebGL, for these tests alone."""
    running = chromium.launch(executable_path=chromium_path, args=WEBGL_FLAGS)
    yield running
    running.close()


def states(book: Notebook) -> list[tuple[bool | None, bool]]:
    """Return what each surface draws with, and whether it is a still picture."""
    return [(alive, still) for alive, still in book.page.evaluate(STATES)]


def rests(book: Notebook, alive: int, still: int) -> None:
    """Return once so many are drawn and so many still, and the others out of sight."""
    wanted = [True] * alive + [None] * (MANY - alive)

    def holds() -> bool:
        now = states(book)
        drawn = sorted((each for each, _ in now), key=str, reverse=True)
        return drawn == wanted and sum(each for _, each in now) == still

    wait_until(holds, 60)
    book.page.wait_for_timeout(500)
    wait_until(holds, 60)


def test_more_surfaces_than_there_is_room_for(notebook: OpenNotebook, artifacts: Path) -> None:
    """Some draw, the others are still pictures that say so; what is pointed at draws."""
    book = notebook(SURFACES, fresh=True, viewport={"width": 1500, "height": 900})
    page = book.page
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text))
    page.evaluate(SMALL_ROOM)
    book.run(0)
    rests(book, ROOM, MANY - ROOM)
    assert page.locator(".nnw-surface3d[data-still] .nnw-surface3d-note").first.inner_text() == (
        f"A still picture: {ROOM} others move in 3-D on this page. Point at this one to wake it."
    )
    book.shot(artifacts / "surfaces-many.png")
    still = [i for i, (_, is_still) in enumerate(states(book)) if is_still]
    shown = page.locator(".nnw-surface3d")
    shown.nth(still[0]).hover()
    wait_until(lambda: states(book)[still[0]] == (True, False), 30)
    rests(book, ROOM, MANY - ROOM)
    # The browser takes a context: the picture is drawn again, with another.
    page.evaluate(
        """(i) => document.querySelectorAll(".nnw-surface3d .js-plotly-plot")[i]
            ._fullLayout.scene._scene.glplot.gl.getExtension("WEBGL_lose_context").loseContext()""",
        still[0],
    )
    rests(book, ROOM, MANY - ROOM)
    # What goes makes room.
    book.ask("[each.close() for each in many[2:]]")
    wait_until(lambda: states(book) == [(True, False)] * 2, 60)
    assert not any("WebGL contexts" in text for text in warnings)


def test_a_page_without_webgl_shows_maps_and_says_so(
    chromium: BrowserType, chromium_path: str, lab: Lab, artifacts: Path
) -> None:
    """Nothing is blank: the map is there, and why there is no more."""
    flat = chromium.launch(executable_path=chromium_path, args=FLAT)
    book = Desk(flat, lab).open([SURFACES.replace("range(2)", "range(1)")], fresh=True)
    book.run(0)
    captions = book.page.locator(".nnw-caption")
    wait_until(lambda: sum("no WebGL" in text for text in captions.all_inner_texts()) == 2, 60)
    assert book.page.locator(".nnw-surface3d").count() == 0
    assert book.page.locator(".nnw-plot canvas").count() >= 2
    book.shot(artifacts / "surfaces-flat.png")
    assert book.complaints == []
    book.close()
    flat.close()
