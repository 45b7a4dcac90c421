"""Sliders, keys and training, as a student uses them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import (
    SHOW,
    SIDE_BY_SIDE,
    at_rest,
    centre,
    drag,
    part,
    place,
    plane,
    settle,
    wait_until,
)

W11 = "model[0].weight[0, 0].item()"
# Of a whole step: the module itself may be read in the middle of one.
B1 = "float(net.weights['0.bias'][0])"

LINKED = """
slider = ipywidgets.FloatSlider(min=-20, max=20, step=0.01)
link = ipywidgets.link((net.parameter("0.weight[0,0]"), "value"), (slider, "value"))
ipywidgets.VBox([slider, nnw.DecisionLines(net)])"""


def test_a_slider_moves_the_weight_and_the_line(notebook: OpenNotebook, artifacts: Path) -> None:
    """A slider drag is drawn in both views and written into the module; undo takes it back."""
    book = notebook(SIDE_BY_SIDE, "nnw.WeightSliders(net)")
    book.run(0)
    book.run(1)
    body = part(plane(book), "0/0", "body")
    body.wait_for(state="attached")
    before, line = book.ask(W11), place(body)
    slider = book.page.get_by_role("slider", name=re.compile(r"0\.weight\[0,0\]")).first
    slider.focus()
    for _ in range(5):
        book.page.keyboard.press("ArrowRight")
    book.until(f"{W11} != {before}", "True")
    wait_until(lambda: place(body) != line)
    book.shot(artifacts / "sliders.png")
    book.page.keyboard.press("Control+z")
    book.until(W11, before)


def test_a_frozen_weight_is_neither_dragged_nor_trained(notebook: OpenNotebook) -> None:
    """Freezing in the browser reaches Python; the line then only keeps what may move."""
    book = notebook(SIDE_BY_SIDE, "nnw.WeightSliders(net)", "trainer.fit(3, progress=False)")
    book.run(0)
    book.run(1)
    before = book.ask(W11)
    book.page.locator(".nnw-row [aria-pressed]").first.click()
    book.until("net.frozen", "['0.weight[0,0]']")
    end = part(plane(book), "0/0", "end")
    end.wait_for(state="detached")
    book.run(2)
    assert book.ask(W11) == before
    assert book.ask("model[0].weight[0, 1].item() != float('nan')") == "True"


def test_keys_move_and_flip_a_line(notebook: OpenNotebook) -> None:
    """Tab reaches a line; arrows move it (Shift ten times as far) and F flips it."""
    book = notebook(SIDE_BY_SIDE)
    book.run(0)
    body = part(plane(book), "0/0", "body")
    body.wait_for(state="attached")
    body.focus()
    bias = "model[0].bias[0].item()"
    start = float(book.ask(bias))
    book.page.keyboard.press("ArrowRight")
    book.until(f"{bias} != {start!r}", "True")
    one = float(book.ask(bias)) - start
    book.page.keyboard.press("Shift+ArrowRight")
    book.until(f"abs({bias} - {start + 11 * one!r}) < 1e-5", "True")
    weight = float(book.ask(W11))
    book.page.keyboard.press("f")
    book.until(f"{W11} == {-weight!r}", "True")


def test_space_plays_and_pauses_and_arrows_step(notebook: OpenNotebook, artifacts: Path) -> None:
    """Training runs in the background: the kernel answers meanwhile, and pause stops it."""
    book = notebook(SIDE_BY_SIDE)
    book.run(0)
    space = plane(book, 1)
    plane(book).locator(".nnw-plot").focus()
    book.page.keyboard.press("ArrowRight")
    book.until("net.epoch", "1")
    epoch = plane(book).locator('[data-number="epoch"] output')
    epoch.get_by_text("1", exact=True).wait_for()
    book.page.keyboard.press(" ")
    book.until("trainer.playing", "True")
    book.until("net.epoch > 20", "True", seconds=30)
    book.page.keyboard.press(" ")
    book.until("trainer.playing", "False")
    rested = book.ask("net.epoch")
    epoch.get_by_text(f"{int(rested):,}", exact=True).wait_for(timeout=5000)
    settle(book)
    assert space.get_attribute("data-frame") == plane(book).get_attribute("data-frame")
    assert book.ask("net.epoch") == rested
    book.shot(artifacts / "trained.png")
    book.page.keyboard.press("Shift+R")
    book.until("net.epoch", "0")


def test_a_held_line_stays_while_training_goes_on(notebook: OpenNotebook) -> None:
    """What is held stays held; the rest learns."""
    book = notebook(SIDE_BY_SIDE)
    book.run(0)
    body = part(plane(book), "0/0", "body")
    body.wait_for(state="attached")
    start = centre(body)
    drag(book, start, (30, 0), release=False)
    at_rest(book, B1)  # its last edit may still be on its way
    book.ask("trainer.play()")
    book.until("net.epoch > 5", "True", seconds=30)
    held = book.ask(B1)
    book.until("net.epoch > 15", "True", seconds=30)
    assert book.ask(B1) == held
    book.page.mouse.up()
    book.until(f"{B1} != {held}", "True")
    book.ask("trainer.pause()")


@pytest.mark.parametrize("cell", ["trainer.fit(200, progress=False)", "import time; time.sleep(4)"])
def test_a_drag_does_not_wait_for_a_busy_kernel(notebook: OpenNotebook, cell: str) -> None:
    """The views move while a cell runs; Python hears of it when it can."""
    book = notebook(SIDE_BY_SIDE, cell)
    book.run(0)
    body = part(plane(book), "0/0", "body")
    body.wait_for(state="attached")
    book.cell(1).locator(".jp-InputArea-editor").click()
    book.page.keyboard.press("Control+Enter")
    before = plane(book).get_attribute("data-frame"), place(body)
    drag(book, centre(body), (25, 25))
    wait_until(lambda: plane(book).get_attribute("data-frame") != before[0])
    wait_until(lambda: place(body) != before[1])


def test_points_are_added_moved_and_deleted(notebook: OpenNotebook) -> None:
    """The palette edits the data, and Python's X and y follow."""
    book = notebook(SIDE_BY_SIDE)
    book.run(0)
    plot = plane(book).locator(".nnw-plot")
    plot.scroll_into_view_if_needed()
    book.page.get_by_role("radio", name="Add points: class 1").first.click()
    box = plot.bounding_box()
    assert box is not None
    at = box["x"] + 0.5 * box["width"], box["y"] + 0.12 * box["height"]
    book.page.mouse.click(*at)
    book.until("(len(net.X), len(net.y), net.y[-1].item())", "(401, 401, 1.0)")
    book.page.keyboard.press("Escape")
    x = book.numbers("net.X[-1].tolist()")
    drag(book, at, (50, 20))
    book.until(f"net.X[-1, 0].item() > {x[0]} and net.X[-1, 1].item() < {x[1]}", "True")
    book.page.mouse.move(at[0] + 50, at[1] + 20)
    book.page.keyboard.press("Delete")
    book.until("len(net.X)", "400")
    book.page.keyboard.press("Control+z")
    book.until("len(net.X)", "401")


def test_a_plain_slider_drives_one_weight(notebook: OpenNotebook) -> None:
    """ipywidgets.link both ways: the slider moves the line, the line moves the slider."""
    book = notebook(SHOW, LINKED)
    book.run(0)
    initial = book.ask(W11)
    book.run(1)
    body = part(plane(book), "0/0", "body")
    body.wait_for(state="attached")
    handle = book.cell(1).locator(".noUi-handle")
    handle.wait_for()
    book.until("abs(slider.value * 100 - round(slider.value * 100)) < 1e-9", "True")  # its echo
    assert book.ask(W11) == initial
    handle.focus()
    for _ in range(10):
        book.page.keyboard.press("ArrowRight")
    book.until("abs(slider.value - model[0].weight[0, 0].item()) < 1e-6", "True")
    before = place(body)
    book.ask("net.set_weights({'0.weight': [[1.5, 1.0], [0.5, 2.0]]})")
    book.until("slider.value", "1.5")
    wait_until(lambda: place(body) != before)


def test_training_does_not_notice_a_plain_slider(notebook: OpenNotebook) -> None:
    """The slider snaps and answers every epoch it is shown; the optimizer hears nothing of it."""
    train = "trainer.speed = 10; trainer.play(40)"
    book = notebook(SHOW, LINKED, SHOW + "trainer.fit(40, progress=False)")
    book.run(0)
    book.run(1)
    part(plane(book), "0/0", "body").wait_for(state="attached")
    book.cell(1).locator(".noUi-handle").wait_for()
    book.ask(f"exec({train!r})")
    book.until("(net.epoch, trainer.playing)", "(40, False)", seconds=30)
    book.until("abs(slider.value - net.parameter('0.weight[0,0]').value) <= 0.005001", "True")
    watched = book.numbers("{name: array.tolist() for name, array in net.weights.items()}")
    book.run(2)
    assert watched == book.numbers("{name: array.tolist() for name, array in net.weights.items()}")
