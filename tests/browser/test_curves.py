"""Curves over epochs in a real JupyterLab: pointer, keys, light and dark, while training runs."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.lab import Notebook

SHOW = """
import nnwidgets as nnw, torch
X, y = nnw.datasets.moons(n=120, noise=0.25, seed=0)
net = nnw.Network(nnw.mlp([2, 8, 8, 1], seed=1), X[:80], y[:80], test=(X[80:], y[80:]))
trainer = nnw.Trainer(net, lr=0.02, seed=0)
"""

TWO_RUNS = (
    SHOW
    + """
trainer.fit(60, progress=False)
curves = nnw.TrainingCurves(net, smoothing=0.6, name="adam")
first = net.history
other = nnw.Network(nnw.mlp([2, 8, 8, 1], seed=1), X[:80], y[:80], test=(X[80:], y[80:]))
nnw.Trainer(other, optimizer="sgd", lr=0.3, seed=0).fit(40, progress=False)
curves.add_run("sgd", other)
curves
"""
)


def chart(book: Notebook, column: str) -> Locator:
    """Return the plot of a column once it has axes with curves."""
    found = book.page.locator(f'.nnw-chart-host[data-column="{column}"] .nnw-chart')
    found.locator(".nnw-axes").wait_for(timeout=30_000, state="attached")
    return found


def at(plot: Locator, share: float) -> tuple[float, float]:
    """Return a place in a plot, so far from its left to its right axis."""
    box = plot.bounding_box()
    assert box is not None
    left, right = box["x"] + 54, box["x"] + box["width"] - 12
    return left + share * (right - left), box["y"] + box["height"] / 2


def tip(plot: Locator) -> list[str]:
    """Return the texts of a plot's readout."""
    return plot.locator(".nnw-tip > *").all_inner_texts()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_training_curves_read_out_the_epoch_under_the_pointer(
    notebook: OpenNotebook, artifacts: Path, theme: str
) -> None:
    book = notebook(TWO_RUNS, theme=theme)
    book.run(0)
    loss = chart(book, "loss")
    book.page.locator('.nnw-legend-entry[aria-label="sgd"]').wait_for()
    book.page.mouse.move(*at(loss, 0.5))
    wait_until(lambda: bool(tip(loss)))
    assert tip(loss)[0] == "epoch 30"
    want = book.numbers("[net.history['loss'][30], net.history['test_loss'][30]]")
    texts = tip(loss)
    assert float(texts[texts.index("adam · train") + 1].split(" ")[0]) == pytest.approx(
        want[0], rel=1e-3
    )
    assert float(texts[texts.index("adam · test") + 1].split(" ")[0]) == pytest.approx(
        want[1], rel=1e-3
    )
    assert tip(chart(book, "accuracy")) == []  # the curves there are not covered
    assert chart(book, "accuracy").locator(".nnw-cursor-dot").count() == 4
    book.shot(artifacts / f"curves-{theme}.png")


FLOW = """
import nnwidgets as nnw, torch
X, y = nnw.datasets.moons(n=120, noise=0.25, seed=0)
net = nnw.Network(nnw.mlp([2, 8, 8, 8, 8, 8, 8, 1], "sigmoid", seed=1), X, y)
trainer = nnw.Trainer(net, lr=0.01, seed=0)
view = nnw.GradientFlow(net, every=1, layer="2")
trainer.fit(40, progress=False)
view
"""


def plot(book: Notebook, name: str) -> Locator:
    """Return one of GradientFlow's plots once it is drawn."""
    found = book.page.locator(f'.nnw-chart-host[data-plot="{name}"] .nnw-chart')
    found.locator(".nnw-axes").wait_for(timeout=30_000, state="attached")
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_gradient_flow_reads_out_every_layer(
    notebook: OpenNotebook, artifacts: Path, theme: str
) -> None:
    book = notebook(FLOW, theme=theme)
    book.run(0)
    gradient = plot(book, "gradient")
    book.page.wait_for_timeout(500)
    book.shot(artifacts / f"gradients-{theme}.png")
    book.page.mouse.move(*at(gradient, 0.25))
    wait_until(lambda: bool(tip(gradient)))
    texts = tip(gradient)
    assert texts[0] == "epoch 10"
    want = book.numbers("view.recorder.gradient[10].tolist()")
    for name, value in zip(book.numbers("list(view.recorder.layers)"), want, strict=True):
        text = texts[texts.index(name) + 1].replace("−", "-")
        assert float(text) == pytest.approx(value, rel=6e-3)
    verdict = book.page.locator(".nnw-flow-verdict")
    assert verdict.inner_text().startswith("Epoch 10: first / last layer")
    book.page.mouse.move(*at(gradient, 0.0))
    wait_until(lambda: "Epoch 0: vanishing" in verdict.inner_text())
    ridge = plot(book, "distribution")
    box = ridge.bounding_box()
    assert box is not None
    book.page.mouse.move(box["x"] + 150, box["y"] + 25)
    wait_until(lambda: bool(tip(ridge)))
    assert tip(ridge)[0] == "0, epoch 40"
    book.shot(artifacts / f"gradients-hover-{theme}.png")


COMPARED = """
import nnwidgets as nnw
view = nnw.GradientFlow.compare(*nnw.datasets.moons(n=100, noise=0.2, seed=0), epochs=5)
view
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_comparison_shows_who_vanishes(
    notebook: OpenNotebook, artifacts: Path, theme: str
) -> None:
    book = notebook(COMPARED, theme=theme)
    book.run(0, seconds=120)
    ratios = plot(book, "ratios")
    plot(book, "depth")
    lines = book.page.locator(".nnw-flow-line")
    assert lines.count() == 6
    book.page.mouse.move(*at(ratios, 0.0))
    wait_until(lambda: "epoch 0, initialisation" in book.page.locator(".nnw-caption").inner_text())
    assert "vanishing" in lines.nth(0).inner_text()
    assert "exploding" in lines.nth(5).inner_text()
    assert "diverged after epoch 0" in lines.nth(5).inner_text()
    book.shot(artifacts / f"comparison-{theme}.png")
    depth = plot(book, "depth")
    depth.focus()
    book.page.keyboard.press("Home")
    wait_until(lambda: bool(tip(depth)))
    assert tip(depth)[0].startswith("layer 1,")
    assert tip(depth)[0] == "layer 1, epoch 0"  # where the pointer still is
    want = book.numbers("view.recorders['tanh, Xavier'].gradient[0, 0]")
    texts = tip(depth)
    text = texts[texts.index("tanh, Xavier") + 1].replace("−", "-")
    assert float(text) == pytest.approx(want, rel=0.06)


def test_keys_choose_epochs_zoom_and_pin(notebook: OpenNotebook) -> None:
    book = notebook(TWO_RUNS)
    book.run(0)
    loss = chart(book, "loss")
    loss.press("Home")  # focuses it: JupyterLab may have taken the focus back since
    wait_until(lambda: tip(loss)[:1] == ["epoch 0"])
    loss.press("ArrowRight")
    loss.press("Shift+ArrowRight")
    wait_until(lambda: tip(loss)[:1] == ["epoch 11"])
    assert loss.get_attribute("aria-valuenow") == "11"
    assert "adam · train" in (loss.get_attribute("aria-valuetext") or "")
    loss.press("+")
    wait_until(lambda: loss.get_attribute("aria-valuemax") != "60")
    loss.press("0")
    wait_until(lambda: loss.get_attribute("aria-valuemax") == "60")
    loss.press("Escape")
    wait_until(lambda: tip(loss) == [])
    loss.press("Space")
    book.until("net.run.status.state", "playing")
    loss.press("Space")
    book.until("net.run.status.state", "idle")


def test_the_legend_the_scale_and_the_smoothing(notebook: OpenNotebook, artifacts: Path) -> None:
    book = notebook(TWO_RUNS)
    book.run(0)
    loss = chart(book, "loss")
    book.page.locator('.nnw-legend-entry[aria-label="sgd"]').click()
    book.until("curves.hidden", "['sgd']")
    book.page.mouse.move(*at(loss, 0.5))
    wait_until(lambda: bool(tip(loss)))
    assert not any("sgd" in text for text in tip(loss))
    book.page.get_by_role("button", name="log", exact=True).click()
    book.until("curves.log", "True")
    book.page.locator('input[aria-label="Smoothing"]').fill("0")
    book.until("curves.smoothing", "0.0")
    with book.page.expect_download() as download:
        book.page.locator("[data-action=csv]").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))
    assert len(rows) == 61 + 41
    assert float(rows[60]["loss"]) == book.numbers("float(net.history.loss[60])")
    book.page.locator("[data-action=keep]").click()
    book.page.locator('.nnw-legend-entry[aria-label="run 1"]').wait_for()
    book.page.locator('[aria-label="Remove run 1"]').click()
    book.page.locator('.nnw-legend-entry[aria-label="run 1"]').wait_for(state="detached")
    book.shot(artifacts / "curves-log.png")


LIVE = (
    SHOW
    + """
import ipywidgets
curves = nnw.TrainingCurves(net, width=440, controls=True)
flow = nnw.GradientFlow(net, width=440)
trainer.speed = 30
ipywidgets.HBox([curves, flow])
"""
)


def test_both_follow_training_and_point_at_the_same_epoch(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    book = notebook(LIVE)
    book.run(0)
    loss, gradient = chart(book, "loss"), plot(book, "gradient")
    book.ask("trainer.play()")
    book.until("net.epoch > 40", "True", seconds=30)
    book.ask("trainer.pause()")
    last = book.ask("net.epoch")
    wait_until(lambda: loss.get_attribute("aria-valuemax") == last, seconds=20)
    wait_until(lambda: gradient.get_attribute("aria-valuemax") == last, seconds=20)
    book.page.mouse.move(*at(loss, 0.5))
    wait_until(lambda: bool(tip(loss)) and bool(tip(gradient)))
    assert tip(loss)[0] == tip(gradient)[0]
    book.shot(artifacts / "curves-live.png")
    book.ask("net.reset()")
    wait_until(lambda: loss.get_attribute("aria-valuemax") == "1", seconds=20)
