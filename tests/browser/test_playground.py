"""The bench in a real browser: chosen by mouse and by keys, trained, narrowed, taken along."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import centre, drag, part, settle, wait_until
from tests.browser.test_accessibility import WITHOUT_A_RING

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.lab import Notebook

BENCH = """
import nnwidgets as nnw
playground = nnw.Playground(n=60, hidden=[3, 2])
playground"""

# A model of the user's own kind, that only Python computes.
OWN = """
import torch
class Own(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.inner, self.outer = torch.nn.Linear(2, 4), torch.nn.Linear(4, 1)
    def forward(self, x):
        return self.outer(torch.sin(self.inner(x)))
own = nnw.Playground(nnw.Network(Own(), *nnw.datasets.moons(n=40)))
own"""

SCORES = ("loss", "test_loss")

# In each frame: which network's graph is there, and whether there is one.
WATCH = """bench => {
    window.seen = [];
    const look = () => {
        const slots = [...bench.querySelectorAll('[data-part=graph]:not([data-waits])')];
        window.seen.push(slots.map((slot) => slot.querySelectorAll("canvas").length > 0));
        if (window.seen.length < 3000) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""

# In each frame: where a line is, and which frames the views are of.
RECORD = """bench => {
    window.drawn = [];
    const line = bench.querySelector('[data-line="0/0"] [data-part="body"]');
    const look = () => {
        const seen = [...bench.querySelectorAll("[data-part] [data-frame]")]
            .filter((view) => view.offsetParent && !view.closest("[data-part=surface]"))
            .map((view) => view.dataset.frame);
        const at = ["x1", "y1", "x2", "y2"].map((name) => line.getAttribute(name)).join();
        window.drawn.push([at, [...new Set(seen)].length]);
        if (window.drawn.length < 2000) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


def shown(book: Notebook, serial: int, index: int = 0) -> Locator:
    """Return a bench once the views of its n-th network are there."""
    bench = book.page.locator(".nnw-bench").nth(index)
    wait_until(lambda: bench.get_attribute("data-serial") == str(serial), 40)
    bench.locator("[data-part=lines] .nnw-axes").wait_for(timeout=30_000, state="attached")
    return bench


def number(bench: Locator, name: str) -> str:
    return bench.locator(f'[data-number="{name}"] output').inner_text()


def choice(bench: Locator, name: str) -> Locator:
    return bench.locator(f'[data-choice="{name}"] :is(select, input)')


def test_everything_on_one_bench(notebook: OpenNotebook, artifacts: Path) -> None:
    book = notebook(BENCH, viewport={"width": 1560, "height": 1300})
    book.run(0)
    bench = shown(book, 1)
    settle(book)
    bench.screenshot(path=artifacts / "playground-wide.png")

    # A drag in one view is drawn in all of them in the same frame.
    bench.evaluate(RECORD)
    drag(book, centre(part(bench, "0/0", "body")), (30, 12))
    drawn = book.page.evaluate("window.drawn")
    assert len({x for x, _ in drawn}) >= 5
    assert {frames for _, frames in drawn} == {1}
    book.until(
        "playground.net.weights['0.bias'][0] != playground.net.run.problem.initial[6]", "True"
    )

    # Training: play, pause, a step, back to the same weights, and to others.
    bench.get_by_role("button", name="Play: train on").click()
    wait_until(lambda: number(bench, "epoch") not in ("0", "1"))
    bench.get_by_role("button", name="Pause training").click()
    book.until("playground.trainer.playing", "False")
    epoch = int(book.ask("playground.net.epoch"))
    wait_until(lambda: number(bench, "epoch").replace("\u202f", "") == str(epoch))
    bench.get_by_role("button", name="Step one epoch").click()
    book.until("playground.net.epoch", str(epoch + 1))
    wait_until(lambda: number(bench, "test-loss") not in ("", "–"))
    book.until("playground.trainer.playing", "False")

    # Back in time: the numbers are those of the epoch that all views show, and the bar says so.
    bench.locator(".nnw-reel").focus()
    book.page.keyboard.press("Home")
    bench.locator(".nnw-bench-past", has_text="past: epoch 0").wait_for()
    recorded = [book.ask(f'f"{{playground.net.history[0][{name!r}]:.4f}}"') for name in SCORES]
    assert [number(bench, name) for name in ("epoch", "loss", "test-loss")] == ["0", *recorded]
    bench.screenshot(path=artifacts / "playground-past.png")
    book.page.keyboard.press("End")
    bench.locator(".nnw-bench-past").wait_for(state="detached")

    # Who goes by Tab through what a pointer has used sees where the focus is.
    plot = bench.locator("[data-part=lines] .nnw-plot")
    part(bench, "0/0", "body").focus()
    book.page.keyboard.press("Shift+Tab")
    book.page.keyboard.press("Tab")
    assert plot.evaluate("e => e.closest('.nnw').dataset.by") == "keys"
    count, missed = book.page.evaluate(WITHOUT_A_RING)
    assert (count > 60, missed) == (True, [])
    bench.get_by_role("button", name="Reset to the same weights").click()
    book.until("playground.net.epoch", "0")
    bench.get_by_role("button", name="New weights").click()
    book.until("playground.seed", "1")
    wait_until(lambda: choice(bench, "seed").input_value() == "1")

    # Settings by menus, data by keys: the arrows of the sliders and of the small pictures.
    choice(bench, "optimizer").select_option("momentum")
    choice(bench, "learning_rate").select_option("0.1")
    choice(bench, "regularization").select_option("l2")
    book.until(
        "playground.optimizer, playground.trainer.lr, playground.trainer.l2", "momentum 0.1 0.001"
    )
    choice(bench, "noise").focus()
    for _ in range(4):
        book.page.keyboard.press("ArrowRight")
    book.until("round(playground.noise, 3)", "0.09")
    assert book.ask("playground.net.epoch") == "0"  # the arrows were not for the training
    bench.locator('[data-set="ring"] input').focus()
    book.page.keyboard.press("ArrowRight")
    book.until("playground.dataset", "quadrants")
    assert book.ask("playground._serial") == "1"  # in the same network

    # The activation of one layer, and of all of them.
    choice(bench, "activation-0").select_option("relu")
    book.until("playground.net.activation", "['relu', 'tanh']")
    wait_until(lambda: choice(bench, "activation").input_value() == "mixed")
    bench.screenshot(path=artifacts / "playground-mixed.png")
    choice(bench, "activation").select_option("sigmoid")
    book.until("playground.net.activation", "sigmoid")
    wait_until(lambda: choice(bench, "activation-1").input_value() == "sigmoid")

    # More units by the graph, other inputs and classes: another network, without a frame of none.
    bench.get_by_role("button", name="Add a unit to hidden layer 1").first.click()
    book.until("playground.hidden", "(4, 2)")
    bench.evaluate(WATCH)
    bench.locator('[data-formula="x1*x2"]').click()
    shown(book, 2)
    book.until(
        "playground.features, playground.net.run.problem.parameters.size",
        "('x1', 'x2', 'x1*x2') 29",
    )
    bench.locator('[data-set="three_spirals"]').click()
    shown(book, 3)
    seen = book.page.evaluate("window.seen")
    assert [slots for slots in seen if slots != [True]] == []
    assert choice(bench, "loss").input_value() == "cross_entropy"
    networks = "[o for o in __import__('gc').get_objects() if type(o).__name__ == 'Network']"
    book.until(f"sum(net.is_open for net in {networks})", "1")

    # Python moves the page.
    book.ask("[setattr(playground, *pair) for pair in [('dataset', 'sine'), ('batch_size', None)]]")
    shown(book, 4)
    assert bench.get_by_role("radio", name="regression").is_checked()
    assert choice(bench, "batch_size").input_value() == "all"
    bench.locator('[data-tab="output"]').click()
    bench.get_by_text("shows networks of two inputs").wait_for()

    # Taken along.
    bench.get_by_role("button", name="Take it along").click()
    with book.page.expect_download() as downloaded:
        book.page.get_by_role("menuitem", name="Save data (CSV)").click()
    assert downloaded.value.path().read_text().splitlines()[0] == "x,target,set"


def test_narrow_dark_and_with_a_model_of_ones_own(notebook: OpenNotebook, artifacts: Path) -> None:
    book = notebook(BENCH, OWN, theme="dark", viewport={"width": 790, "height": 1500})
    book.run(0)
    bench = shown(book, 1)
    assert bench.evaluate("e => e.scrollWidth <= e.clientWidth && e.clientWidth < 740")
    bench.locator("summary").first.click()
    bench.locator('[data-set="spiral"]').click()
    book.until("playground.dataset", "spiral")
    for tab in ("space", "output", "curves", "surface", "weights"):
        bench.locator(f'[data-tab="{tab}"]').click()
        wait_until(lambda tab=tab: bench.locator(f"[data-part={tab}] .nnw").count() > 0, 30)
    bench.locator('[data-tab="weights"]').press("Home")
    assert bench.locator('[data-tab="lines"]').get_attribute("aria-selected") == "true"
    settle(book)
    bench.screenshot(path=artifacts / "playground-narrow.png")

    book.run(1)
    own = shown(book, 1, index=1)
    own.locator("summary").first.click()
    assert own.locator('[data-set="own"] input').is_checked()
    assert own.locator('[data-set="three_spirals"] input').is_disabled()
    own.locator('[data-set="spiral"]').click()
    book.until("own.dataset, type(own.net.run.problem.model).__name__", "spiral Own")
    own.screenshot(path=artifacts / "playground-own.png")
