"""A network's graph in a real JupyterLab: edges in a hand and under keys, pages, samples."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import SHOW, Point, centre, drag, part, plane, settle, wait_until
from tests.browser.lab import Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Locator

WEIGHT = "net.weights['0.weight'][1, 0].item()"
BESIDE = (
    SHOW + "graph = nnw.NetworkGraph(net, width=480, height=320)\n"
    "ipywidgets.VBox([ipywidgets.HBox([nnw.DecisionLines(net), nnw.FeatureSpace(net)]), graph])"
)
ALONE = SHOW + "graph = nnw.NetworkGraph(net, controls=True)\ngraph"

WIDE = """
import nnwidgets as nnw, numpy as np
rng = np.random.default_rng(0)
X, y = rng.normal(size=(300, 784)), np.arange(300) % 10
net = nnw.Network(nnw.mlp([784, 64, 32, 10], "relu", seed=3), X, y)
graph = nnw.NetworkGraph(net, width=900)
graph
"""


def graph(book: Notebook) -> Locator:
    """Return the graph once it is drawn."""
    found = book.page.locator(".nnw-graph")
    found.locator("[data-part]").first.wait_for(timeout=20_000, state="attached")
    found.scroll_into_view_if_needed()
    settle(book)
    return found


def middle(book: Notebook, name: str) -> Point:
    """Return the middle of a unit or a bias, or a place on an edge that no other edge crosses."""
    found = book.page.locator(f'.nnw-graph [data-part="{name}"]')
    if found.evaluate("(each) => each.localName") != "path":
        return centre(found)
    x, y = found.evaluate(
        """(path) => {
            const { x, y } = path.getPointAtLength(0.85 * path.getTotalLength());
            const box = path.ownerSVGElement.getBoundingClientRect();
            return [box.x + x, box.y + y];
        }"""
    )
    return x, y


def words(text: Locator) -> str:
    """Return what an SVG text says."""
    return text.text_content() or ""


def focused(book: Notebook) -> str | None:
    """Return which part has the focus."""
    found = book.page.evaluate("() => document.activeElement?.getAttribute('data-part')")
    return None if found is None else str(found)


def test_dragging_an_edge_moves_a_decision_line_in_the_same_frame(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    book = notebook(BESIDE)
    book.run(0)
    found = graph(book)
    line = part(plane(book), "0/1", "body")
    line.wait_for(state="attached")
    before = book.numbers(WEIGHT)
    others = book.numbers("[net.weights['0.weight'][0].tolist(), net.weights['2.bias'].tolist()]")
    book.page.evaluate(
        """() => {
            const [lines, graph] = [".nnw-plane", ".nnw-graph"].map(
                (each) => document.querySelector(each));
            window.seen = [];
            const look = () => {
                if (!lines.isConnected) return;
                scheduler.postTask(note, { priority: "user-blocking" });
                requestAnimationFrame(look);
            };
            const note = () => {
                const body = lines.querySelector('[data-line="0/1"] [data-part="body"]');
                window.seen.push([lines.dataset.frame, graph.dataset.frame,
                    ["x1", "y1", "x2", "y2"].map((each) => body?.getAttribute(each)).join(),
                    graph.dataset.painted]);
            };
            requestAnimationFrame(look);
        }"""
    )
    drag(book, middle(book, "0/1/0"), (0, -45), steps=15, release=False)
    book.shot(artifacts / "graph-drag.png")
    book.page.mouse.up()
    seen = book.page.evaluate("() => window.seen")
    assert all(lines == shown for lines, shown, _, _ in seen)
    assert sum(a[2] != b[2] for a, b in pairwise(seen)) > 2
    odd = [(a, b) for a, b in pairwise(seen) if a[2] != b[2] and a[3] == b[3]]
    assert odd == []
    book.until(f"{WEIGHT} > {before}", "True")
    assert others == book.numbers(
        "[net.weights['0.weight'][0].tolist(), net.weights['2.bias'].tolist()]"
    )
    assert found.locator(".nnw-tip").count() == 1
    book.page.keyboard.press("Control+z")
    book.until(f"abs({WEIGHT} - {before}) < 1e-6", "True")


def test_typing_and_arrow_keys_set_a_weight(notebook: OpenNotebook) -> None:
    book = notebook(ALONE)
    book.run(0)
    found = graph(book)
    book.page.mouse.click(*middle(book, "0/1/0"))
    field = found.locator(".nnw-graph-editor input")
    field.wait_for()
    field.fill("nonsense")
    field.press("Enter")
    assert "a number" in found.locator(".nnw-graph-editor .nnw-hint").inner_text()
    field.fill("-1.25")
    field.press("Enter")
    field.wait_for(state="detached")
    book.until(WEIGHT, "-1.25")
    assert focused(book) == "0/1/0"
    keys = book.page.keyboard
    keys.press("ArrowUp")
    book.until(f"round({WEIGHT}, 5)", "-1.15")
    keys.press("Shift+ArrowDown")
    book.until(f"round({WEIGHT}, 5)", "-2.15")
    keys.press("Alt+ArrowUp")
    book.until(f"round({WEIGHT}, 5)", "-2.14")
    keys.press("Control+z")
    book.until(WEIGHT, "-1.25")
    keys.press("PageDown")
    keys.press("PageDown")
    assert focused(book) == "0/1/b"
    bias = "net.weights['0.bias'][1].item()"
    before = book.numbers(bias)
    keys.press("ArrowDown")
    book.until(f"{bias} < {before}", "True")
    keys.press("ArrowRight")
    assert focused(book) == "0/1"
    keys.press("ArrowRight")
    assert focused(book) == "1/0/1"
    label = book.page.evaluate("() => document.activeElement.getAttribute('aria-label')")
    value = book.numbers("net.weights['2.weight'][0, 1].item()")
    assert re.match(r"w₁₂⁽²⁾ is −?\d", label)
    assert f"{abs(value):.4g}"[:4] in label


def test_what_is_hovered_in_one_view_is_shown_in_all(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    book = notebook(BESIDE)
    book.run(0)
    found = graph(book)
    # A unit of the graph lights its line, a line its unit.
    book.page.mouse.move(*middle(book, "0/1"))
    part(plane(book), "0/1", "body").wait_for(state="attached")
    line = plane(book).locator('.nnw-line.hot[data-line="0/1"]')
    line.wait_for(state="attached", timeout=5000)
    tip = found.locator(".nnw-tip")
    assert "a₂ = tanh(z₂)" in tip.inner_text()
    book.shot(artifacts / "graph-linked.png")
    # A point of the plane is the sample whose numbers the graph shows.
    book.page.mouse.move(5, 5)
    wait_until(lambda: tip.count() == 0)
    canvas = plane(book).locator(".nnw-plot")
    canvas.focus()
    book.page.keyboard.press(".")
    number = found.locator('[data-value="0/0"]')
    wait_until(lambda: words(number) != "")
    shown = float(words(number).replace("−", "-").replace("= ", "").strip())
    row = int(re.findall(r"sample (\d+)", found.locator(".nnw-graph-caption").inner_text())[0])
    a = book.numbers(f"model[1](model[0](torch.tensor(X[{row}], dtype=torch.float32)))[0].item()")
    assert abs(shown - a) < 0.006


def test_a_sample_is_chosen_and_its_gradients_agree_with_autograd(notebook: OpenNotebook) -> None:
    book = notebook(ALONE)
    book.run(0)
    found = graph(book)
    sample = found.locator(".nnw-sample input")
    sample.fill("7")
    sample.press("Enter")
    book.until("graph.sample", "7")
    found.locator('[data-action="next"]').click()
    book.until("graph.sample", "8")
    found.locator("select").first.select_option("gradients")
    book.until("graph.edges", "gradients")
    found.locator("select").nth(1).select_option("sample")
    book.until("graph.of", "sample")
    book.page.mouse.move(*middle(book, "0/1/0"))
    tip = found.locator(".nnw-tip")
    tip.wait_for()
    wait_until(lambda: "∂L" in tip.inner_text())
    text = tip.inner_text().replace("−", "-")
    shown = float(re.findall(r"∂L/∂\S+\s+(\S+)", text)[0])
    book.ask(
        "[model.zero_grad(), torch.nn.functional.binary_cross_entropy_with_logits("
        "model(torch.tensor(X[8:9], dtype=torch.float32))[:, 0],"
        " torch.tensor(y[8:9], dtype=torch.float32)).backward()]"
    )
    wanted = book.numbers("model[0].weight.grad[1, 0].item()")
    assert shown == pytest.approx(wanted, rel=1e-3)
    book.page.keyboard.press("Escape")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_wide_layers_are_turned_like_pages(
    notebook: OpenNotebook, artifacts: Path, theme: str
) -> None:
    book = notebook(WIDE, theme=theme)
    book.run(0)
    found = graph(book)
    bands = found.locator("text.band")
    assert bands.all_text_contents() == ["… 774 more", "… 54 more", "… 22 more"]
    assert found.locator('[data-part="2/9"]').count() == 1
    book.page.mouse.click(*middle(book, "0/after"))
    found.locator('[data-part="0/10"]').wait_for(state="attached")
    assert bands.all_text_contents() == ["… 774 more", "… 10 before", "… 44 more", "… 22 more"]
    # The edge to a band is the strongest of all it stands for: a click goes there.
    name = '[data-part="1/0/after"]'
    label = found.locator(name).get_attribute("aria-label") or ""
    w = book.numbers("net.weights['2.weight'][0, 20:].tolist()")
    strongest = max(range(len(w)), key=lambda i: abs(w[i])) + 20
    assert label.startswith(f"the strongest of {len(w)}")
    found.locator(name).focus()
    book.page.keyboard.press("Enter")
    found.locator(f'[data-part="0/{strongest}"]').wait_for(state="attached")
    book.page.keyboard.press(".")
    wait_until(lambda: words(found.locator('[data-value="2/0"]')) != "")
    book.page.mouse.move(*middle(book, "1/2"))
    found.locator(".nnw-tip").wait_for()
    book.shot(artifacts / f"graph-wide-{theme}.png")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_trained_network_and_modules_as_blocks(
    notebook: OpenNotebook, artifacts: Path, theme: str
) -> None:
    book = notebook(
        SHOW + "net2 = nnw.Network(nnw.mlp([2, 8, 8, 1], seed=3), X, y)\n"
        "nnw.Trainer(net2, lr=0.05, seed=0).fit(epochs=20, progress=False)\n"
        "nnw.NetworkGraph(net2, sample=3, title='Eight and eight', controls=True)",
        "conv = torch.nn.Sequential(torch.nn.Unflatten(1, (1, 8, 8)), torch.nn.Conv2d(1, 4, 3),"
        " torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(144, 10))\n"
        "nnw.NetworkGraph(conv, torch.randn(30, 64), torch.arange(30) % 10)",
        theme=theme,
    )
    book.run(0)
    found = book.page.locator(".nnw-graph")
    found.first.locator("[data-part]").first.wait_for(timeout=20_000, state="attached")
    book.page.wait_for_timeout(600)
    book.shot(artifacts / f"graph-trained-{theme}.png")
    book.run(1)
    block = found.nth(1).locator('[data-kind="Conv2d"]')
    block.wait_for(timeout=20_000)
    assert "4 × 6 × 6" in block.inner_text()
    assert "40 parameters" in block.inner_text()
    found.nth(1).scroll_into_view_if_needed()
    book.shot(artifacts / f"graph-blocks-{theme}.png")


def test_only_pictures_that_changed_are_painted(notebook: OpenNotebook) -> None:
    book = notebook(ALONE)
    book.run(0)
    found = graph(book)
    book.page.wait_for_timeout(600)
    painted = lambda: int(found.get_attribute("data-painted") or 0)  # noqa: E731
    before = painted()
    book.page.mouse.move(*middle(book, "0/0"))
    book.page.mouse.move(*middle(book, "1/0/0"))
    found.locator(".nnw-tip").wait_for()
    assert painted() == before
    found.locator('[data-part="1/0/0"]').focus()
    book.page.keyboard.press("ArrowUp")
    # The output alone: once in the frame, once more in full if that has more cells.
    wait_until(lambda: painted() > before)
    book.page.wait_for_timeout(600)
    assert painted() <= before + 2


def test_units_and_layers_are_added_and_removed(notebook: OpenNotebook) -> None:
    book = notebook(ALONE)
    book.run(0)
    found = graph(book)
    shape = "[list(each.shape) for each in net.weights.values() if each.ndim == 2]"
    found.locator('[data-op="add_unit"]').click()
    book.until(shape, "[[3, 2], [1, 3]]")
    found.locator('[data-part="0/2"]').wait_for(state="attached")
    found.locator('[data-op="add_layer"]').nth(1).click()
    found.locator('[data-part="2/0"]').wait_for(state="attached")
    found.locator('[data-op="remove_layer"]').last.click()
    found.locator('[data-part="2/0"]').wait_for(state="detached")
    found.locator('[data-part="0/1"]').focus()
    book.page.keyboard.press("Delete")
    book.until(shape, "[[2, 2], [1, 2]]")
