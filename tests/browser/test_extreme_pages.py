"""Numbers that cannot be drawn, in every view of an exported page, and a hand that moves them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

import nnwidgets as nnw
from tests.browser.gestures import drag

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.lessons import Lesson, OpenLesson

BLOBS = nnw.datasets.blobs4(n=40)


def network(
    X: np.ndarray = BLOBS.X,
    y: np.ndarray = BLOBS.y,
    *,
    units: int = 3,
    weights: float | None = None,
    dtype: torch.dtype = torch.float32,
    lr: float = 0.05,
    epochs: int = 3,
) -> nnw.Network:
    """Return a network of these data, and of these weights, that has trained."""
    model = nnw.mlp([X.shape[1], units, 1], seed=3).to(dtype)
    if weights is not None:
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.fill_(weights)
    net = nnw.Network(model, X, y)
    trainer = nnw.Trainer(net, lr=lr, seed=0)
    trainer.fit(epochs, progress=False)
    return net


def no_line() -> nnw.Network:
    """Return a network with a unit whose weights are zero: its line is nowhere."""
    net = network()
    weight = net.weights["0.weight"].copy()
    weight[0] = 0
    net.set_weights({"0.weight": weight})
    return net


def broken_past() -> nnw.Network:
    """Return a network whose history has rows of NaN, infinity and 1e30, and is well now."""
    net = network()
    good = {name: array.copy() for name, array in net.weights.items()}
    numbers = net.run.problem.parameters
    for value in (np.nan, np.inf, 1e30):
        numbers.write(np.arange(numbers.size), np.full(numbers.size, value))
        net.record()
    net.set_weights(good)
    net.record()
    return net


def scaled(by: float | list[float]) -> np.ndarray:
    """Return the features, multiplied: in double precision where they need it."""
    return BLOBS.X.astype(np.float64) * np.asarray(by)


DOUBLE = torch.float64
STATES: dict[str, Callable[[], nnw.Network]] = {
    "weights of 1e300": lambda: network(weights=1e300, dtype=DOUBLE, epochs=0),
    "denormal weights": lambda: network(weights=5e-324, dtype=DOUBLE, epochs=0),
    "weights of -1e30": lambda: network(weights=-1e30, epochs=0),
    "data of 1e300": lambda: network(scaled(1e300), dtype=DOUBLE),
    "data of 1e-300": lambda: network(scaled(1e-300), dtype=DOUBLE),
    "features far apart": lambda: network(scaled([1e20, 1e-20]), dtype=DOUBLE),
    "constant features": lambda: network(np.full_like(BLOBS.X, 3)),
    "one constant feature": lambda: network(np.c_[BLOBS.X[:, :1], np.ones(40, np.float32)]),
    "one point": lambda: network(BLOBS.X[:1], BLOBS.y[:1]),
    "two points at one place": lambda: network(BLOBS.X[[0, 0]], np.array([0.0, 1.0], np.float32)),
    "one class": lambda: network(y=np.ones_like(BLOBS.y)),
    "1000 units": lambda: network(units=1000),
    "a line of norm zero": no_line,
    "a past that is not finite": broken_past,
    "a learning rate of 1e30": lambda: network(lr=1e30, epochs=0),
}

TALL = {"width": 1400, "height": 6500}

# What is drawn that is no number, by element and attribute: NaN in a path, an infinite radius.
UNDRAWN = """() => [...document.querySelectorAll("svg *, [style]")].flatMap((element) =>
    [...element.attributes]
        .filter(({ name }) => !/^(aria-|data-|title|class|id)/.test(name))
        .filter(({ value }) => /NaN|Infinity|undefined/.test(value))
        .map(({ name, value }) => `${element.localName} ${name}=${value.slice(0, 80)}`))"""


def views(net: nnw.Network) -> list[object]:
    """Return every view of a dense stack, and the network itself."""
    return [
        *(nnw.DecisionLines(net, controls=True), nnw.FeatureSpace(net), nnw.WeightSliders(net)),
        *(nnw.LossSurface(net, kind="contour", resolution=15), nnw.NetworkGraph(net, sample=0)),
        *(nnw.TrainingCurves(net), nnw.GradientFlow(net), nnw.WeightUpdates(net)),
        *(nnw.Activations(net), nnw.ForwardBackward(net, sample=0), nnw.LinearCollapse(net)),
        *(nnw.OutputSurface(net, projection="2d"), nnw.Timeline(net), nnw.TrainingBar(net)),
    ]


def look(page: Page) -> None:
    """Fail where something that is no number is drawn."""
    page.evaluate("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 100))")
    assert page.evaluate(UNDRAWN) == []


def handle(opened: Lesson) -> None:
    """Drag, zoom and press keys, and train: nothing throws, as the lesson's end tells."""
    page = opened.page
    plane = page.locator(".nnw-plane").first
    box = plane.locator("svg").last.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for line in plane.locator('[data-part="body"]').all()[:2]:
        if line.is_visible():
            line.focus()
            page.keyboard.press("ArrowUp")
    drag(opened, middle, (40, 25))
    page.mouse.wheel(0, -200)
    for slider in page.locator("input[type=range]").all()[:2]:
        slider.focus()
        page.keyboard.press("ArrowRight")
    look(page)
    bar = page.locator("[data-nnw-view='0']")
    bar.get_by_role("button", name="Play").first.click()
    page.wait_for_timeout(300)
    pause = bar.get_by_role("button", name="Pause")
    if pause.count():
        pause.first.click()
    look(page)


@pytest.mark.parametrize("state", STATES)
def test_every_view_shows_it_and_a_hand_may_move_it(
    lesson: OpenLesson, artifacts: Path, state: str
) -> None:
    opened = lesson(views(STATES[state]()), title=state)
    opened.page.set_viewport_size(TALL)  # what is out of sight is not drawn
    look(opened.page)
    handle(opened)
    opened.page.screenshot(
        path=artifacts / f"extreme-page-{state.replace(' ', '-')}.png", full_page=True
    )
