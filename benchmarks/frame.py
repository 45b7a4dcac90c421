"""What a frame costs while something is dragged, in a real JupyterLab and a real Chromium.

Two views of one network: DecisionLines and FeatureSpace, both with the field on, whose line is
dragged; or a LossSurface seen from above and DecisionLines, where it is the ball. The mouse is
moved by the browser's own input; a frame's cost is from the first pointer event of the frame to the
end of all that the page's thread does for it: the drag itself, both views, style, layout and paint,
the canvases included. The other side is the budget: half of a frame at 60 a second for 400 points,
all of it for 10 000 and for the surface.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.harness import Check, Comparison, Effort, within
from tests.browser.gestures import centre, part, plane
from tests.browser.lab import Lab, Notebook
from tests.browser.started import started

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

WIDTH, HEIGHT = 120.0, 60.0  # of the path that the mouse takes, in pixels
MOVES = 240  # of the mouse in one drag, one a frame
PAINTED = 0.8  # share of the frames in which both views have to be painted anew

SHOW = """
import nnwidgets as nnw, ipywidgets
X, y = nnw.datasets.blobs4(n={points})
net = nnw.Network(nnw.mlp({sizes}, seed=3), X, y)
ipywidgets.HBox([nnw.DecisionLines(net), nnw.FeatureSpace(net)])
"""

SHOW_SURFACE = """
import nnwidgets as nnw, ipywidgets
X, y = nnw.datasets.blobs4(n={points})
net = nnw.Network(nnw.mlp({sizes}, seed=3), X, y)
map = nnw.LossSurface(net, kind="contour", resolution=80, width=500)
ipywidgets.HBox([map, nnw.DecisionLines(net)])
"""

# A task that is posted in an animation frame runs after that frame was painted; one that blocks the
# user runs first, before what the kernel has sent meanwhile.
LISTEN = """() => {
    window.unlisten?.();
    const seen = (window.seen = { cost: [], handlers: [], interval: [], painted: 0 });
    const planes = [...document.querySelectorAll(".nnw-plane")];
    const frames = () => planes.map((el) => el.dataset.frame);
    let [began, before, shown] = [0, 0, frames()];
    const ended = () => {
        seen.cost.push(performance.now() - began);
        const now = frames();
        seen.painted += now.every((frame, i) => frame !== shown[i]);
        [began, shown] = [0, now];
    };
    const note = () => {
        if (began) return;
        began = performance.now();
        requestAnimationFrame((time) => {
            if (before) seen.interval.push(time - before);
            before = time;
            seen.handlers.push(performance.now() - began);
            scheduler.postTask(ended, { priority: "user-blocking" });
        });
    };
    window.addEventListener("pointermove", note, { capture: true });
    window.unlisten = () => window.removeEventListener("pointermove", note, { capture: true });
}"""


@dataclass(frozen=True)
class Case:
    """One network and its data, and what a frame of it may cost, in milliseconds."""

    sizes: tuple[int, ...]
    points: int
    budget: float
    surface: bool = False

    @property
    def name(self) -> str:
        """How the report calls it."""
        name = f"{'-'.join(map(str, self.sizes))}, {self.points} points"
        return f"{name}, 80 × 80 surface" if self.surface else name

    @property
    def cell(self) -> str:
        """The notebook's one cell."""
        show = SHOW_SURFACE if self.surface else SHOW
        return show.format(sizes=list(self.sizes), points=self.points)


CASES = (
    Case((2, 2, 1), 400, 8.0),
    Case((2, 8, 8, 1), 400, 8.0),
    Case((2, 2, 1), 10_000, 16.7),
    Case((2, 8, 8, 1), 10_000, 16.7),
    Case((2, 2, 1), 2000, 16.7, surface=True),
)


@dataclass
class Drag:
    """What a page noted down of one drag, in milliseconds."""

    cost: list[float]
    handlers: list[float]
    interval: list[float]
    painted: int

    @property
    def share(self) -> float:
        """In how many of the frames every view was painted anew."""
        return self.painted / max(1, len(self.cost))


def run(effort: Effort) -> list[Comparison]:
    """Drag a line, or the ball, in one case after the other."""
    with started() as (browser, lab):
        return [measure(browser, lab, case, effort) for case in CASES]


def measure(browser: Browser, lab: Lab, case: Case, effort: Effort) -> Comparison:
    """Drag one network, in a page of its own."""
    book = show(browser, lab, case)
    held = handle(book, case)
    drag(book, held, effort.times(60, 10))  # the compiler's share
    drags = [drag(book, held, effort.times(MOVES, 10)) for _ in range(effort.turns(3))]
    book.close()
    return compare(case, drags, book.complaints)


def compare(case: Case, drags: list[Drag], complaints: list[str]) -> Comparison:
    """Compare the frames of one case with its budget."""
    cost = [time for drag in drags for time in drag.cost]
    interval = median(time for drag in drags for time in drag.interval)
    handlers = median(time for drag in drags for time in drag.handlers)
    share = min(drag.share for drag in drags)
    checks = [Check(f"both views are painted in {share:.0%} of the frames", share >= PAINTED)]
    checks += [Check(f"the page complained: {text}", False) for text in complaints]
    rate = f"{1000 / interval:.0f} frames a second"
    return within(
        *(case.name, "ms", cost, case.budget),
        checks=tuple(checks),
        notes=(f"{rate}; {handlers:.1f} ms of a frame before drawing begins",),
    )


def show(browser: Browser, lab: Lab, case: Case) -> Notebook:
    """Open a notebook with both views of a case."""
    name = f"{case.name.replace(', ', '-').replace(' ', '-').replace('×', 'x')}.ipynb"
    lab.write(name, [case.cell])
    book = Notebook.open(browser, lab, name)
    book.run(0)
    plane(book, 1)
    return book


def handle(book: Notebook, case: Case) -> Locator:
    """Return what is dragged: the ball, or the first unit's line."""
    if not case.surface:
        return part(plane(book), "0/0", "body")
    book.page.locator(".nnw-surface-badge").wait_for(state="detached")  # all of it is computed
    return plane(book).locator(".nnw-ball .dot")


def drag(book: Notebook, held: Locator, moves: int) -> Drag:
    """Take hold of it and move it to and fro, as fast as frames come."""
    mouse = book.page.mouse
    start = centre(held)
    mouse.move(*start)
    mouse.down()
    book.page.evaluate(LISTEN)
    for x, y in path(moves):
        mouse.move(start[0] + x, start[1] + y)
    mouse.up()
    return Drag(**book.page.evaluate("() => window.seen"))


def path(moves: int) -> Iterator[tuple[float, float]]:
    """Yield places that go there and back, each a little from the one before."""
    for move in range(1, moves + 1):
        there = 1 - abs(1 - 2 * move / moves)
        yield WIDTH * there, HEIGHT * there
