"""A cell that is run again hundreds of times, and what that leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from soak.drift import Check, same
from soak.watch import Numbers, Watcher

if TYPE_CHECKING:
    from tests.browser.lab import Notebook

# Every third time training is left playing, every 25th there is a picture in three dimensions.
CELL = """
import nnwidgets as nnw, ipywidgets
run = globals().get("run", -1) + 1
X, y = nnw.datasets.blobs4()
net = nnw.Network(nnw.mlp([2, 2, 1], seed=run), X, y)
trainer = nnw.Trainer(net, lr=0.05, seed=0)
if run % 3 == 0:
    trainer.play()
kind = "both" if run % 25 == 0 else "contour"
surface = nnw.LossSurface(net, kind=kind, resolution=21, height=260, width=600)
box = ipywidgets.HBox([
    ipywidgets.VBox([nnw.DecisionLines(net, height=260), nnw.FeatureSpace(net, height=260)]),
    ipywidgets.VBox([surface, nnw.TrainingCurves(net)]),
])
display(box)  # as a cell's result, IPython's Out would keep it for ever
"""

#: Runs before the first count: caches fill, plotly comes, and every path has been gone.
WARM_UP = 10
#: Every so often what the cell shows is awaited, in three dimensions: else it goes half drawn.
AWAITED = 25
#: What JupyterLab and anywidget keep of a run of this cell, at most: a comm that was closed stays
#: connected to its kernel, with its model, that one's style sheet and last view and controller.
HOST = {
    "AbortController objects": 10.0,
    "DOM nodes": 60.0,
    "event listeners": 10.0,
    "heap, KiB": 400.0,
}
#: Objects that may still wait for the page's garbage collector: of one run's views.
WAITING = 12.0
DRAWN = """() => document.querySelectorAll(".nnw-plane .nnw-axes").length >= 3"""
SPACE = """() => document.querySelector(".nnw-surface3d .js-plotly-plot")
    ?._fullLayout?.scene?._scene"""


def run(
    book: Notebook, times: int, tell: Callable[[int, Numbers], None]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run the cell so often; return what there was before, and after."""
    watcher = Watcher(book)
    for turn in range(WARM_UP):
        _once(book, turn)
    before = _count(book, watcher)
    for turn in range(times):
        _once(book, turn)
        if turn % 50 == 49:
            tell(turn + 1, watcher.heap())
    return before, _count(book, watcher)


def _once(book: Notebook, turn: int) -> None:
    book.run(0)
    if turn % AWAITED == 0:
        book.page.wait_for_function(DRAWN, timeout=60_000)
        if book.ask("run % 25") == "0":
            book.page.wait_for_function(SPACE, timeout=60_000)


def _count(book: Notebook, watcher: Watcher) -> dict[str, Any]:
    """Count at rest, with the cell as it is after a run that neither trains nor has WebGL."""
    book.tell("run = 0")
    _once(book, 1)
    book.page.wait_for_function(DRAWN, timeout=60_000)
    book.page.wait_for_timeout(4000)  # what was asked for and is not wanted any more comes and goes
    kernel = watcher.kernel_census()
    kinds, names = kernel.pop("kinds"), kernel.pop("names")
    return {"page": watcher.census(), "kernel": kernel, "kinds": kinds, "threads": names}


def checks(
    times: int, before: dict[str, Any], after: dict[str, Any], complaints: list[str]
) -> list[Check]:
    """Return what has to hold: nothing is more than it was, but for what the host keeps."""
    more = {kind: each * times for kind, each in HOST.items()}
    held = [*same("page", before["page"], after["page"], more, WAITING + times / 10)]
    held += same("kernel", before["kernel"], after["kernel"])
    return [*held, Check("no complaint in the console", str(complaints), not complaints)]
