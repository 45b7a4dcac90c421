"""What a hand does: take hold of something, move it in steps, let go."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lab import Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Locator

Point = tuple[float, float]

SHOW = """
import nnwidgets as nnw, ipywidgets, torch
X, y = nnw.datasets.blobs4()
model = nnw.mlp([2, 2, 1], seed=3)
net = nnw.Network(model, X, y)
trainer = nnw.Trainer(net, lr=0.05, seed=0)
"""

SIDE_BY_SIDE = SHOW + "ipywidgets.HBox([nnw.DecisionLines(net), nnw.FeatureSpace(net)])"


def plane(book: Notebook, index: int = 0) -> Locator:
    """Return the n-th decision lines or feature space of the page, once it is drawn."""
    found = book.page.locator(".nnw-plane").nth(index)
    found.locator(".nnw-axes").wait_for(timeout=20_000, state="attached")
    return found


def space(book: Notebook, index: int = 0, seconds: float = 30) -> Locator:
    """Return the n-th picture in three dimensions, once plotly has drawn it."""
    found = book.page.locator(".nnw-surface3d").nth(index)
    found.locator("canvas").first.wait_for(timeout=1000 * seconds, state="attached")
    book.page.wait_for_function(
        """(index) => {
            const graph = document.querySelectorAll(".nnw-surface3d .js-plotly-plot")[index];
            return graph?._fullLayout?.scene?._scene?.traces[graph._fullData[0].uid];
        }""",
        arg=index,
    )
    book.page.wait_for_timeout(300)
    return found


def settle(book: Notebook) -> None:
    """Return when every plane has been still for some frames: laid out, and nothing on its way."""
    book.page.evaluate(
        """async () => {
            const look = () => [...document.querySelectorAll(".nnw-plane")].map((el) =>
                [el.dataset.frame, el.querySelector("svg:last-of-type")?.innerHTML]).join();
            for (let still = 0, before = "", looks = 0; still < 6; looks++) {
                if (looks > 400) throw new Error("the planes do not come to rest");
                await new Promise((done) => setTimeout(() => requestAnimationFrame(done), 50));
                still = look() === before ? still + 1 : 0;
                before = look();
            }
        }"""
    )


def part(plane: Locator, line: str, name: str) -> Locator:
    """Return a line's "body", "start", "end" or "tip"; a line is called "layer/unit"."""
    return plane.locator(f'[data-line="{line}"] [data-part="{name}"]')


def centre(target: Locator) -> Point:
    """Return the middle of an element, in the page's pixels, once it has been still for a while.

    A view that has just been mounted may still move. What goes on moving is taken as it is.
    """
    box, still = target.bounding_box(), 0
    for _ in range(40):
        target.page.wait_for_timeout(50)
        before, box = box, target.bounding_box()
        still = still + 1 if box == before else 0
        if still == 4:
            break
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(book: Notebook, start: Point, by: Point, steps: int = 8, release: bool = True) -> None:
    """Press at a place and move in steps."""
    mouse = book.page.mouse
    mouse.move(*start)
    mouse.down()
    for step in range(1, steps + 1):
        mouse.move(start[0] + by[0] * step / steps, start[1] + by[1] * step / steps)
        book.page.evaluate("() => new Promise(requestAnimationFrame)")
    if release:
        mouse.up()


def place(line: Locator) -> tuple[str | None, ...]:
    """Return where a line is drawn."""
    return tuple(line.get_attribute(name) for name in ("x1", "y1", "x2", "y2"))


def wait_until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Return when something that the page shows has become so."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError("it did not become so in time")
        time.sleep(0.02)


def at_rest(book: Notebook, code: str) -> str:
    """Return what the kernel says of an expression once it has said so for a while."""
    said, still = book.ask(code), 0
    for _ in range(60):
        book.page.wait_for_timeout(100)
        before, said = said, book.ask(code)
        still = still + 1 if said == before else 0
        if still == 8:
            return said
    raise AssertionError(f"{code} does not come to rest")
