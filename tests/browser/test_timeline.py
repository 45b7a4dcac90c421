"""The timeline in a real JupyterLab: drag, keys, playing back, a busy kernel, a branch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.lab import Notebook

SHOW = """
import time
import nnwidgets as nnw, ipywidgets
X, y = nnw.datasets.blobs4(n=120)
def make(lr):
    net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), X, y)
    trainer = nnw.Trainer(net, lr=lr, seed=0)
    trainer.fit(60, progress=False)
    return net, trainer
net, trainer = make(0.05)
other, _ = make(0.01)
before = net.run.problem.parameters.read().tolist()
timeline = nnw.Timeline(net, beside={"slow": other}, speed="2 s")
lines = [nnw.DecisionLines(each, width=420) for each in (net, other)]
ipywidgets.VBox([timeline, ipywidgets.HBox(lines), nnw.TrainingCurves(net)])
"""


def reel(book: Notebook) -> Locator:
    """Return the slider of the timeline, once the losses of both networks are there."""
    found = book.page.locator(".nnw-reel")
    book.page.wait_for_function(
        "document.querySelectorAll('.nnw-reel-curve').length === 2", timeout=30_000
    )
    return found


def button(book: Notebook, action: str) -> Locator:
    """Return a button of the timeline."""
    return book.page.locator(f'.nnw-timeline [data-action="{action}"]')


def badges(book: Notebook) -> list[str]:
    """Return what every view says of the epoch that it shows."""
    script = "[...document.querySelectorAll('[data-nnw-past]')].map((el) => el.dataset.nnwPast)"
    return [text for text in book.page.evaluate(script) if text]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_one_playhead_moves_every_view_of_two_networks_without_the_kernel(
    notebook: OpenNotebook, artifacts: Path, theme: str
) -> None:
    book = notebook(SHOW, "time.sleep(6)", theme=theme)
    book.run(0)
    slider = reel(book)

    def epoch() -> int:
        return int(slider.get_attribute("aria-valuenow") or -1)

    def at(share: float) -> tuple[float, float]:
        box = slider.bounding_box()
        assert box is not None
        return box["x"] + 8 + share * (box["width"] - 16), box["y"] + 20

    assert badges(book) == []

    # The kernel sleeps: nothing of what follows can come from it.
    book.cell(1).locator(".jp-InputArea-editor").click()
    book.page.keyboard.press("Control+Enter")
    book.page.locator('.jp-Notebook-ExecutionIndicator[data-status="busy"]').wait_for()
    slider.scroll_into_view_if_needed()
    book.page.mouse.move(*at(0.2))
    book.page.mouse.down()
    book.page.mouse.move(*at(0.5), steps=6)
    book.page.mouse.up()
    wait_until(lambda: epoch() == 30)
    wait_until(lambda: badges(book) == ["past: epoch 30"] * 4)  # the timeline says it, too
    book.page.keyboard.press("ArrowRight")
    wait_until(lambda: epoch() == 31)
    book.page.keyboard.press("Shift+ArrowLeft")
    wait_until(lambda: epoch() == 21)
    book.page.keyboard.press("Home")
    wait_until(lambda: epoch() == 0)
    assert button(book, "first").is_disabled()
    assert book.page.locator('.jp-Notebook-ExecutionIndicator[data-status="busy"]').count() == 1
    book.wait_ready()
    assert book.ask("before == net.run.problem.parameters.read().tolist(), timeline.epoch") == (
        "True 0"
    )
    book.shot(artifacts / f"timeline-{theme}.png")

    # Playing back to the end follows the training again; then one end of the branch is kept.
    book.page.keyboard.press("Space")
    wait_until(lambda: badges(book) == [] and epoch() == 60, seconds=20)
    field = book.page.locator(".nnw-at-epoch")
    field.fill("10")
    field.press("Enter")
    wait_until(lambda: epoch() == 10)
    button(book, "branch").click(modifiers=["Shift"])
    book.until("net.epoch, other.epoch", "10 10")
    wait_until(lambda: badges(book) == [])
    former = book.page.locator('[data-run="before the branch at 10"]')
    former.wait_for()
    book.ask("trainer.fit(50, progress=False)")
    assert book.ask("before == net.run.problem.parameters.read().tolist()") == "True"
    former.click()  # which is played back as well
    wait_until(lambda: former.get_attribute("aria-pressed") == "true")
    book.page.keyboard.press("Escape")
    wait_until(lambda: former.get_attribute("aria-pressed") == "false")
    book.page.set_viewport_size({"width": 760, "height": 900})
    book.shot(artifacts / f"timeline-narrow-{theme}.png")
