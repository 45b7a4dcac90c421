"""What a hand finds in a view: arrows at the rim, ghosts, zoom, points by keys, layers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.desk import Desk
from tests.browser.gestures import (
    SHOW,
    SIDE_BY_SIDE,
    Point,
    centre,
    drag,
    part,
    place,
    plane,
    settle,
    wait_until,
)
from tests.browser.lab import SETTINGS, Lab, Notebook

RESIDUAL = """
class Residual(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = (torch.nn.Linear(*s) for s in ((2, 4), (4, 4), (4, 1)))
    def forward(self, x):
        h = torch.tanh(self.a(x))
        return self.c(h + torch.tanh(self.b(h)))
torch.manual_seed(0)
net = nnw.Network(Residual(), X, y)
ipywidgets.HBox([nnw.DecisionLines(net), nnw.FeatureSpace(net)])
"""


def at(book: Notebook, x: float, y: float, index: int = 0) -> Point:
    """Return where a plane shows (x, y), in the page's pixels, read off its ticks."""
    ticks = plane(book, index).evaluate(
        """(el) => {
            const box = el.querySelector(".nnw-plot").getBoundingClientRect();
            const read = (anchor, side, nudge) =>
                [...el.querySelectorAll(`.nnw-axes text[text-anchor=${anchor}]:not(.name)`)].map(
                    (t) => [Number(t.textContent.replace("−", "-")),
                            Number(t.getAttribute(side)) + nudge + box[side]]);
            return [read("middle", "x", 0), read("end", "y", -4)];
        }"""
    )
    (px, py) = (
        first[1] + (value - first[0]) * (last[1] - first[1]) / (last[0] - first[0])
        for value, (first, *_, last) in zip((x, y), ticks, strict=True)
    )
    return px, py


def ghosts(book: Notebook) -> list[tuple[str | None, ...]]:
    """Return where the ghost lines of the first plane are."""
    return [place(line) for line in plane(book).locator(".nnw-ghost").all()]


def test_an_arrow_that_points_out_of_the_frame_can_be_taken(notebook: OpenNotebook) -> None:
    """The second unit cuts off a corner and looks into it: its arrow is short, and a handle."""
    book = notebook(SIDE_BY_SIDE)
    book.run(0)
    settle(book)
    tip = part(plane(book), "0/1", "tip")
    before = book.numbers("model[0].weight[1].tolist()")
    drag(book, centre(tip), (30, -50))
    book.until(f"model[0].weight[1, 0].item() == {before[0]!r}", "False")
    after = book.numbers("model[0].weight[1].tolist()")
    assert before[0] * after[0] < 0  # through the line: the other side is positive now
    assert after[1] / after[0] == pytest.approx(before[1] / before[0], rel=1e-5)


def test_ghosts_are_pinned_again_and_follow_the_epoch_that_is_typed(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    """Pinned lines stay while a line is dragged; a typed epoch counts without Enter."""
    book = notebook(SIDE_BY_SIDE)
    book.run(0)
    settle(book)
    ghost = plane(book).get_by_label("ghost", exact=True)
    ghost.select_option(label="pin now")
    wait_until(lambda: len(ghosts(book)) == 2)
    pinned = ghosts(book)
    drag(book, centre(part(plane(book), "0/0", "body")), (50, -50))
    settle(book)
    assert ghosts(book) == pinned
    ghost.select_option(label="pin again")
    wait_until(lambda: ghosts(book) != pinned)
    book.ask("trainer.fit(20, progress=False).epochs[-1]")
    settle(book)
    ghost.select_option(label="epoch…")
    now = ghosts(book)
    plane(book).get_by_label("Epoch of the ghost lines").click()
    book.page.keyboard.press("Control+a")
    book.page.keyboard.type("1")
    wait_until(lambda: ghosts(book) not in ([], now))
    book.shot(artifacts / "ghosts.png")


def test_the_wheel_zooms_by_steps_and_points_stay_in_the_frame(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    """A page scrolls past; Ctrl and a notch zoom a little; ticks stay clear; 0 shows all."""
    book = notebook(SIDE_BY_SIDE)
    book.run(0)
    settle(book)
    mouse, start = book.page.mouse, at(book, 0.5, 0.5)

    def unit() -> float:
        return at(book, 1, 0)[0] - at(book, 0, 0)[0]

    whole = unit()
    mouse.move(*start)
    mouse.wheel(0, -100)
    settle(book)
    assert unit() == whole
    book.page.keyboard.down("Control")
    mouse.wheel(0, -100)
    wait_until(lambda: unit() > 1.05 * whole)
    assert unit() < 1.5 * whole
    for _ in range(3):
        mouse.wheel(0, -100)
    book.page.keyboard.up("Control")
    wait_until(lambda: unit() > 2 * whole)
    settle(book)
    left = plane(book).evaluate(
        """(el) => {
            const points = el.querySelector("canvas.nnw-points");
            const { data } = points.getContext("2d").getImageData(0, 0, 46, points.height);
            return data.filter((value) => value > 0).length;
        }"""
    )
    assert left == 0
    book.shot(artifacts / "zoomed.png")
    plane(book).locator(".nnw-plot").focus()
    book.page.keyboard.press("0")
    wait_until(lambda: abs(unit() - whole) < 1)


def test_keys_choose_a_point_and_its_numbers_follow(notebook: OpenNotebook) -> None:
    """A reader without a mouse sees what is chosen, in numbers that are true after a move."""
    book = notebook(SIDE_BY_SIDE)
    book.run(0)
    settle(book)
    plane(book).locator(".nnw-plot").focus()
    book.page.keyboard.press(".")
    tip = plane(book).locator(".nnw-tip")
    tip.get_by_text("point 0").wait_for()
    ring = plane(book, 1).locator(".nnw-chosen")
    ring.wait_for(state="attached")
    x = book.numbers("net.X[0].tolist()")
    numbers = tip.inner_text()
    book.page.keyboard.press("Shift+ArrowUp")
    book.until(f"net.X[0, 1].item() > {x[1]}", "True")
    wait_until(lambda: tip.inner_text() != numbers)
    book.page.keyboard.press("Delete")
    tip.wait_for(state="detached")
    book.until("len(net.X)", "399")


def test_a_point_of_a_curve_is_moved_and_put_back_in_one_step(notebook: OpenNotebook) -> None:
    """One feature: sideways is the feature, upward the target, and one undo takes back both."""
    cell = "net = nnw.Network(nnw.mlp([1, 4, 1], seed=1), *nnw.datasets.sine())\n"
    book = notebook(SHOW + cell + "nnw.DecisionLines(net)")
    book.run(0)
    settle(book)
    row = "[net.X[30].item(), net.y[30].item()]"
    before = book.numbers(row)
    drag(book, at(book, *before), (25, -40))
    book.until(f"{row}[0] > {before[0]} and {row}[1] > {before[1]}", "True")
    plane(book).locator(".nnw-plot").focus()
    book.page.keyboard.press("Control+z")
    book.until(f"{row} == {before}", "True")
    book.page.keyboard.press("Control+Shift+z")
    book.until(f"{row} == {before}", "False")


def test_an_opaque_model_is_seen_layer_by_layer(notebook: OpenNotebook, artifacts: Path) -> None:
    """Two layers as wide as each other are not mistaken; the field follows a drag from Python."""
    book = notebook(SHOW + RESIDUAL)
    book.run(0)
    settle(book)
    menu = plane(book, 1).get_by_label("layer", exact=True)
    axis = plane(book, 1).locator(".nnw-axes text.name").first
    for index, wanted in ((0, "a₁⁽¹⁾"), (1, "a₁⁽²⁾"), (0, "a₁⁽¹⁾")):
        menu.select_option(index=index)
        expect(axis).to_have_text(wanted)

    def field() -> str:
        picture = plane(book).locator("canvas").first.evaluate("el => el.toDataURL()")
        return str(picture)

    before = field()
    drag(book, centre(part(plane(book), "0/0", "body")), (40, 20))
    wait_until(lambda: field() != before)
    book.shot(artifacts / "opaque.png")


@pytest.fixture
def windowed(lab: Lab, desk: Desk) -> Iterator[None]:
    """Let JupyterLab take cells that are out of sight out of the page, as it does by default."""
    desk.clear()  # a page reads its settings when it opens
    name = "@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
    (lab.settings / name).write_text(json.dumps({"windowingMode": "full"}))
    yield
    (lab.settings / name).write_text(json.dumps(SETTINGS[name]))
    desk.clear()


@pytest.mark.usefixtures("windowed")
def test_a_view_that_was_scrolled_away_is_drawn_when_it_is_back(notebook: OpenNotebook) -> None:
    """What happened meanwhile is shown, and the line is still there to be dragged."""
    tall = "ipywidgets.HTML('<div style=\"height: 6000px\"></div>')"
    book = notebook(SIDE_BY_SIDE, tall, tall, "nnw.FeatureSpace(net)")
    book.run(0)
    settle(book)
    body = part(plane(book), "0/0", "body")
    before = place(body)
    for cell in (1, 2, 3):
        book.run(cell)
    show = "(i) => window.jupyterapp.shell.currentWidget.content.scrollToItem(i, 'start')"
    book.page.evaluate(show, 3)
    wait_until(lambda: not body.is_visible())
    book.ask("net.set_weights({'0.bias': [0.2, 0.1]})")
    book.page.evaluate(show, 0)
    wait_until(lambda: body.is_visible() and place(body) != before)
    settle(book)
    drag(book, centre(body), (30, 10))
    book.until("model[0].bias[0].item() == torch.tensor(0.2).item()", "False")
