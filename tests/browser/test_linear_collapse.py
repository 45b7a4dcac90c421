"""A network made linear, in a real browser: by mouse and by keys; its lines, formulas, regions."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import centre, drag, part, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.lab import Notebook

# h1 = tanh(4 (x1 + x2) - 2), h2 = tanh(4 (x1 + x2) - 6), z = 2 h1 - h2 - 3/2: right on all of XOR.
XOR = """
import numpy as np, torch, nnwidgets as nnw
X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
net = nnw.Network(nnw.mlp([2, 2, 1], "tanh"), X, y, loss="bce")
net.set_weights([[[4, 4], [4, 4]], [-2, -6], [[2, -1]], [-1.5]])
view = nnw.LinearCollapse(net)
view"""

# In a cell of their own each: a chain of pairs, a deep network of ReLUs, a wide one.
MANY = """
import numpy as np, torch, nnwidgets as nnw, ipywidgets
rng = np.random.default_rng(0)
x = np.linspace(-2, 2, 40)[:, None]
chain = nnw.Network(nnw.mlp([1, 1, 1, 1], seed=1), x, np.sin(2 * x), loss="mse")
chain.set_weights([[[2]], [1], [[-3]], [0.5], [[0.5]], [0]])
deep = nnw.Network(nnw.mlp([2, 5, 4, 1], "relu", seed=4), *nnw.datasets.circles(n=60))
wide = nnw.Network(nnw.mlp([8, 16, 12, 9, 8, 7, 3], seed=2), rng.normal(size=(60, 8)),
                   rng.integers(0, 3, 60))
views = [nnw.LinearCollapse(chain, alpha=1), nnw.LinearCollapse(deep, alpha=[0.25, 0]),
         nnw.LinearCollapse(wide, alpha=0.5, width=440)]
ipywidgets.VBox(views)"""

# Beside every frame's place of the slider, what the pictures show in that frame.
RECORD = """view => {
    window.seen = [];
    const look = () => {
        if (!view.isConnected) return;
        const frames = new Set([view, ...view.querySelectorAll(".nnw-plane")]
            .map((each) => each.dataset.frame));
        window.seen.push([view.querySelector(".nnw-alpha output").value,
            view.querySelector(".nnw-plane .nnw-curve.boundary").getAttribute("d"), frames.size]);
        if (window.seen.length < 2000) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


def shown(book: Notebook, index: int = 0) -> Locator:
    """Return a view, once its formulas are typeset and its planes drawn."""
    view = book.page.locator(".nnw-collapse").nth(index)
    view.scroll_into_view_if_needed()  # what nobody sees draws nothing
    view.locator(".nnw-formula .katex").first.wait_for(timeout=60_000)
    view.locator(".nnw-plane .nnw-axes").first.wait_for(state="attached")
    return view


def formula(view: Locator, passage: str, line: int = 0) -> str:
    lines = view.locator(f'[data-passage="{passage}"] .nnw-put .nnw-formula')
    return str(lines.nth(line).get_attribute("data-tex"))


def numbers(tex: str) -> list[float]:
    """Return the coefficients and the constant of z = 1.5 x_1 - 2 x_2 + 3."""
    plain = tex.split("=")[1].replace(" ", "")
    return [float(text) for text in re.findall(r"[-+]?\d+(?:\.\d+)?(?![}\d])", plain)]


def points(path: Locator) -> list[tuple[float, float]]:
    pairs = re.findall(r"(-?[\d.]+)[ ,](-?[\d.]+)", str(path.get_attribute("d")))
    return [(float(x), float(y)) for x, y in pairs]


def away(at: tuple[float, float], line: list[tuple[float, float]]) -> float:
    """Return how far a place is from a straight line, in pixels."""
    (x0, y0), (x1, y1) = line[0], line[-1]
    across = (x1 - x0) * (at[1] - y0) - (y1 - y0) * (at[0] - x0)
    return abs(across) / ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5


def cell(view: Locator, row: str) -> list[str]:
    return view.locator(f'.nnw-lost [data-row="{row}"] td').all_inner_texts()


def test_the_slider_merges_the_lines(notebook: OpenNotebook, artifacts: Path) -> None:
    book = notebook(XOR, viewport={"width": 1300, "height": 1400})
    book.run(0)
    view = shown(book)
    boundary = view.locator(".nnw-plane .nnw-curve.boundary").first
    wait_until(lambda: len(re.findall("M", str(boundary.get_attribute("d")))) == 2)
    assert cell(view, "straight pieces") == ["curved", "curved", "1"]
    view.screenshot(path=artifacts / "linear-collapse-0.png")

    slider = view.get_by_role("slider", name="α: how linear")
    box = slider.bounding_box()
    assert box
    view.evaluate(RECORD)
    drag(book, (box["x"] + 9, box["y"] + box["height"] / 2), (box["width"] / 2, 0), release=False)
    view.screenshot(path=artifacts / "linear-collapse-half.png")
    book.page.mouse.move(box["x"] + box["width"] + 40, box["y"] + box["height"] / 2, steps=6)
    book.page.mouse.up()
    book.until("view.alpha", "1.0")
    wait_until(lambda: cell(view, "straight pieces") == ["curved", "1", "1"])
    seen = book.page.evaluate("window.seen")
    turns = [(a, b) for a, b in pairwise(seen) if a[0] != b[0]]
    assert len(turns) >= 5
    alone = [(a, b) for a, b in turns if a[1] == b[1]]
    assert alone == []  # never the slider without the line
    assert {count for _, _, count in seen} == {1}  # all views were drawn in the same frame
    # One line, and it lies where the network made linear decides.
    assert len(re.findall("M", str(boundary.get_attribute("d")))) == 1
    whole = points(view.locator(".nnw-plane .nnw-curve.whole").first)
    assert max(away(at, whole) for at in points(boundary)) < 1.5
    view.screenshot(path=artifacts / "linear-collapse-1.png")

    # By hand: W2 W1 = (4, 4), W2 b1 + b2 = 1/2. The model kept its activation.
    assert formula(view, "one") == "z = 4\\,x_{1} + 4\\,x_{2} + 0.5"
    assert book.ask("view.W.tolist(), view.b.tolist(), net.activation") == (
        "[[4.0, 4.0]] [0.5] tanh"
    )

    # Keys, to the end and in steps.
    slider.focus()
    for key in ("Home", "ArrowRight", "Shift+ArrowRight", "Alt+ArrowLeft"):
        book.page.keyboard.press(key)
    book.until("round(view.alpha, 6)", "0.109")
    assert book.ask("net.epoch") == "0"  # the arrows were not for the training

    # Both ways: Python turns the slider, and a line dragged in the blended picture is the model's.
    book.ask("setattr(view, 'alpha', 0.5)")
    wait_until(lambda: view.locator(".nnw-alpha output").inner_text() == "0.50")
    drag(book, centre(part(view.locator(".nnw-plane").first, "0/0", "body")), (25, 10))
    book.until("net.weights['0.bias'][0] != -2", "True")
    wanted = book.numbers("[*view.W[0].tolist(), *view.b.tolist()]")
    wait_until(lambda: numbers(formula(view, "one")) == pytest.approx(wanted, rel=1e-3))


def test_chains_regions_and_large_networks(notebook: OpenNotebook, artifacts: Path) -> None:
    book = notebook(MANY, theme="dark", viewport={"width": 1300, "height": 1500})
    book.run(0)
    chain, deep, wide = (shown(book, index) for index in range(3))

    # 0.5 · (−3) · 2, and 0.5 · (0.5 − 3 · 1) + 0.
    assert formula(chain, "product") == "v = 0.5\\cdot (-3)\\cdot 2 = \\boldsymbol{-3}"
    assert formula(chain, "one") == "z = -3\\,x - 1.25"
    curve = points(chain.locator(".nnw-plane .nnw-curve.model").first)
    line = points(chain.locator(".nnw-plane .nnw-curve.whole").first)
    assert max(away(at, line) for at in curve) < 0.5
    chain.screenshot(path=artifacts / "linear-collapse-chain.png")

    # The map of the linear region under the pointer, and of a point chosen by keys.
    deep.scroll_into_view_if_needed()
    stage = deep.locator(".nnw-plot").first
    stage.hover(position={"x": 210, "y": 70})
    local = deep.locator(".nnw-local")
    local.get_by_text("Linear region").wait_for()
    deep.locator(".nnw-plane .nnw-curve.region").wait_for(state="attached")
    book.shot(artifacts / "linear-collapse-region.png")
    book.page.mouse.move(5, 5)
    stage.focus()
    book.page.keyboard.press(".")
    local.get_by_text("Linear region").wait_for()
    row = book.numbers("[float(v) for v in deep.X[0]]")
    jacobian = book.numbers(
        "(lambda m, x: [*torch.func.jacrev(m)(x)[0].tolist(), "
        "(m(x) - torch.func.jacrev(m)(x) @ x).item()])((lambda f: lambda x: f[4](torch.relu(f[2]("
        "0.75 * torch.relu(f[0](x)) + 0.25 * f[0](x)))))(deep.run.problem.model), "
        f"torch.tensor({row}))"
    )
    found = numbers(str(local.locator(".nnw-formula").first.get_attribute("data-tex")))
    assert found == pytest.approx(jacobian, rel=2e-3, abs=1e-4)

    wide.scroll_into_view_if_needed()
    assert wide.evaluate("e => e.scrollWidth <= e.clientWidth")
    wide.get_by_role("button", name="Put into layer 3").click()
    wide.locator('[data-passage="layer-3"] .nnw-formula').first.wait_for()
    assert book.page.locator(".nnw-collapse .katex-error").count() == 0
    wide.screenshot(path=artifacts / "linear-collapse-wide.png")
