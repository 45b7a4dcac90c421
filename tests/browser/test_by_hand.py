"""A pass worked by hand, in a real browser: the steps, the numbers, the keys, the exercise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import settle

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.lab import Notebook

ARTICLE = """
import numpy as np, torch
import nnwidgets as nnw
model = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Sigmoid())
net = nnw.Network(model, [[0.5, 0.1], [-0.4, 0.9]], [[0.8], [0.2]], loss="half_mse")
net.weights = {"0.weight": [[0.3, 0.7]], "0.bias": [-0.2]}
view = nnw.ForwardBackward(net, lr=0.5)
view"""

SMALL = """
import nnwidgets as nnw
net = nnw.Network(nnw.mlp([2, 2, 1], seed=16), *nnw.datasets.blobs4(n=40))
view = nnw.ForwardBackward(net)
view"""

CLASSES = """
import numpy as np, nnwidgets as nnw
rng = np.random.default_rng(0)
X, y = rng.normal(size=(60, 4)).astype("float32"), rng.integers(0, 3, 60)
net = nnw.Network(nnw.mlp([4, 5, 3], "relu", seed=1), X, y)
view = nnw.ForwardBackward(net)
view"""

LARGE = """
import numpy as np, nnwidgets as nnw
rng = np.random.default_rng(0)
X, y = rng.random((300, 64)).astype("float32"), rng.integers(0, 10, 300)
net = nnw.Network(nnw.mlp([64, 64, 32, 10], "tanh", seed=1), X, y)
view = nnw.ForwardBackward(net, batch=16)
view"""


def shown(book: Notebook) -> Locator:
    """Return the view, once its formulas are typeset."""
    view = book.page.locator(".nnw-by-hand")
    view.locator(".nnw-formula .katex").first.wait_for(timeout=60_000)
    return view


def step(view: Locator, name: str) -> None:
    """Go to a step by its button."""
    view.locator(f'.nnw-chip[data-step="{name}"]').click()
    view.locator(f'.nnw-step[data-step="{name}"]').wait_for()


def results(view: Locator) -> list[str]:
    """Return what the lines of the step come to, in TeX."""
    texs = view.locator(".nnw-line .nnw-formula").evaluate_all("all => all.map(e => e.dataset.tex)")
    return [re.findall(r"\\boldsymbol\{(.*)\}$", tex)[0] for tex in texs]


def picture(view: Locator, path: Path) -> None:
    view.page.evaluate("document.fonts.ready")
    view.screenshot(path=path)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_articles_example(notebook: OpenNotebook, artifacts: Path, theme: str) -> None:
    book = notebook(ARTICLE, theme=theme)
    book.run(0)
    view = shown(book)
    found = {}
    for name in ("z1", "y", "loss", "delta1", "dW1", "db1", "W1", "b1"):
        step(view, name)
        found[name] = results(view)
        picture(view, artifacts / f"by-hand-article-{theme}-{name}.png")
    assert found["z1"] == ["0.02"]
    assert found["y"] == ["0.505"]
    assert found["loss"] == ["0.04351"]
    assert found["delta1"] == ["-0.07374"]
    assert found["dW1"] == ["-0.03687", r"-7.374\cdot 10^{-3}"] or found["dW1"] == [
        "-0.03687",
        "-0.007374",
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_small_network(notebook: OpenNotebook, artifacts: Path, theme: str) -> None:
    book = notebook(SMALL, theme=theme)
    book.run(0)
    view = shown(book)
    for name in book.numbers("view.steps"):
        step(view, name)
        picture(view, artifacts / f"by-hand-small-{theme}-{name}.png")
    settle(book)


def test_three_classes(notebook: OpenNotebook, artifacts: Path) -> None:
    book = notebook(CLASSES)
    book.run(0)
    view = shown(book)
    for name in book.numbers("view.steps"):
        step(view, name)
        picture(view, artifacts / f"by-hand-classes-{name}.png")


def test_a_large_network(notebook: OpenNotebook, artifacts: Path) -> None:
    book = notebook(LARGE)
    book.run(0)
    view = shown(book)
    for name in book.numbers("view.steps"):
        step(view, name)
        picture(view, artifacts / f"by-hand-large-{name}.png")
