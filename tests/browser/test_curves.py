"""Curves over epochs in a real JupyterLab: pointer, keys, light and dark, while training runs."""

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
    verdict = book.page.locator(".nnw-verdict")
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
