"""What a frame costs in a real page as points, units and recorded epochs grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks import frame
from benchmarks.growth_chart import Curve
from benchmarks.harness import Check, Effort
from tests.browser.desk import Desk
from tests.browser.gestures import part, plane
from tests.browser.lab import Lab, Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HAND = 100.0  # milliseconds: a frame under a hand
TASK = 1000.0  # and whatever else stops the page
MOVES = 30
WINDOW = {"width": 1500, "height": 1300}

PLANES = """
import nnwidgets as nnw, ipywidgets
net = nnw.Network(nnw.mlp([2, {units}, 1], seed=3), *nnw.datasets.blobs4(n={points}))
ipywidgets.HBox([nnw.DecisionLines(net, controls=True), nnw.FeatureSpace(net)])
"""
GRAPH = """
import nnwidgets as nnw, ipywidgets
net = nnw.Network(nnw.mlp([2, 2, {units}, {units}, 1], seed=3), *nnw.datasets.blobs4())
ipywidgets.HBox([nnw.DecisionLines(net), nnw.NetworkGraph(net, edges="gradients")])
"""
PAST = """
import nnwidgets as nnw, ipywidgets
from benchmarks.growth import past
net = past({epochs})
trainer = nnw.Trainer(net, lr=1e-4, batch_size=100)
views = [nnw.Timeline(net), nnw.TrainingCurves(net, height=160), nnw.NetworkGraph(net)]
"""

WATCH = """() => {
    window.stops?.disconnect();
    window.stopped = [];
    window.stops = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) window.stopped.push(duration);
    });
    window.stops.observe({ type: "longtask" });
}"""

# Frames in which a view was drawn, from the frame's first callback until after it was painted.
FRAMES = """async (ms) => {
    const views = [...document.querySelectorAll(".nnw[data-frame]")];
    const drawn = () => views.map((el) => el.dataset.frame).join();
    const cost = [];
    const until = performance.now() + ms;
    while (performance.now() < until) {
        const before = drawn();
        const began = await new Promise((go) => requestAnimationFrame(() => go(performance.now())));
        await scheduler.postTask(() => {}, { priority: "user-blocking" });
        if (drawn() !== before) cost.push(performance.now() - began);
    }
    return cost;
}"""


def page_curves(
    browser: Browser, lab: Lab, effort: Effort, sizes: Sequence[int], units: Sequence[int]
) -> list[Curve]:
    """Measure every curve that needs a page."""
    desk = Desk(browser, lab)
    moves = effort.times(MOVES, 6)
    alike = slice(0, 0) if effort.smoke else slice(None)  # other numbers of what was tried
    try:
        points = [dragged(desk, PLANES.format(points=n, units=8), moves) for n in sizes]
        wide = [dragged(desk, PLANES.format(points=n, units=128), moves) for n in sizes[alike]]
        lines = [dragged(desk, PLANES.format(points=400, units=n), moves) for n in units[alike]]
        graphs = [dragged(desk, GRAPH.format(units=n), moves) for n in units]
        pasts = [Past.measure(desk, n, effort) for n in sizes]
    finally:
        desk.clear()
    counts = [units**2 + 5 * units + 7 for units in units]
    two = "DecisionLines and FeatureSpace"
    return [
        _curve(f"Frame of a drag, 2-8-1, {two}", "points", sizes, points, HAND),
        _curve(f"Frame of a drag, 2-128-1, {two}", "points", sizes[alike], wide, HAND),
        _curve(f"Frame of a drag, 2-n-1, {two}", "units", units[alike], lines, HAND),
        _curve(
            "Frame of a drag, 2-2-n-n-1, NetworkGraph with gradients", "units", units, graphs, HAND
        ).by(counts),
        *Past.curves(sizes, pasts),
    ]


Dragged = tuple[list[float], list[str]]


def _curve(
    name: str, along: str, sizes: Sequence[int], found: Sequence[Dragged], budget: float
) -> Curve:
    complaints = [text for _, texts in found for text in texts]
    checks = tuple(Check(f"the page complained: {text}", False) for text in complaints)
    values = [values for values, _ in found]
    return Curve(name, along, "ms", tuple(sizes), values, budget=budget, checks=checks)


def dragged(desk: Desk, code: str, moves: int) -> Dragged:
    """Return what each frame of a drag of the first unit's line costs."""
    book = desk.open([code], viewport=WINDOW)
    book.run(0)
    held = part(plane(book), "0/0", "end")
    frame.drag(book, held, moves // 3)  # the compiler's share
    cost = frame.drag(book, held, moves).cost
    desk.close(book)
    return cost, list(book.complaints)


class Past:
    """A page that is opened onto a long history."""

    def __init__(self, book: Notebook, effort: Effort) -> None:
        self._book, self._effort = book, effort
        self.opening: list[float] = []
        self.scrubbing: list[float] = []
        self.training: list[float] = []
        self.complaints: list[str] = []

    @classmethod
    def measure(cls, desk: Desk, epochs: int, effort: Effort) -> Past:
        """Open, scrub and train on."""
        book = desk.open([PAST.format(epochs=epochs), "ipywidgets.VBox(views)"], viewport=WINDOW)
        book.run(0)
        past = cls(book, effort)
        past._open(epochs)
        past._scrub()
        past._train()
        past.complaints = list(book.complaints)
        desk.close(book)
        return past

    def _open(self, epochs: int) -> None:
        page = self._book.page
        page.evaluate(WATCH)
        self._book.run(1)
        for name in (".nnw-reel", ".nnw-chart"):
            page.locator(f"{name}[aria-valuemax='{epochs}']").first.wait_for(timeout=60_000)
        page.wait_for_timeout(500)
        self.opening = [max(page.evaluate("() => window.stopped"), default=50.0)]

    def _scrub(self) -> None:
        moves = self._effort.times(MOVES, 6)
        reel = self._book.page.locator(".nnw-reel")
        frame.drag(self._book, reel, moves // 3)
        self.scrubbing = frame.drag(self._book, reel, moves).cost

    def _train(self) -> None:
        book = self._book
        book.page.locator("[data-action=live]").click()
        book.ask("trainer.play()")
        ms = self._effort.times(2000, 300)
        book.page.evaluate(FRAMES, ms // 4)
        self.training = book.page.evaluate(FRAMES, ms) or [0.1]
        book.ask("trainer.pause()")

    @staticmethod
    def curves(sizes: Sequence[int], pasts: Sequence[Past]) -> list[Curve]:
        """Return one for each thing that was done."""
        three = "Timeline, TrainingCurves and NetworkGraph"
        kinds = {
            f"Frame of the playhead dragged, {three}": ("scrubbing", HAND),
            f"Frame while it trains on, {three}": ("training", HAND),
            "Longest stop of the page when opened": ("opening", TASK),
        }
        return [
            _curve(
                *(name, "epochs", sizes),
                [(getattr(past, kind), past.complaints) for past in pasts],
                budget,
            )
            for name, (kind, budget) in kinds.items()
        ]
