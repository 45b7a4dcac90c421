"""Language, theme and hidden controls in a real JupyterLab that is dark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import wait_until
from tests.browser.test_words import DRAWN, SEEN, WORD, left

if TYPE_CHECKING:
    from playwright.sync_api import Locator

CHINESE = """
import nnwidgets as nnw
net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), nnw.datasets.blobs4(), lang="zh")
bare = nnw.DecisionLines(net, hide=["training", "points", "tools"])
bare
"""
LIGHT = """
light = nnw.NetworkGraph(net, theme="light", show=["structure"], height=300)
light
"""
SCROLLS = """
sliders = nnw.WeightSliders(net, height=160, hide="training")
sliders
"""
MARKED = """
from nnwidgets import words
real = words.table
marked = {text: f"⟦{text}⟧" for text in real("zh")}
words.table = lambda lang: {} if lang == "en" else marked
playground = nnw.Playground(lang="zh")
words.table = real
playground
"""


def lightness(of: Locator, name: str) -> float:
    """Return how light a colour of an element is, from 0 to 1."""
    colour = of.evaluate("(element, name) => getComputedStyle(element)[name]", name)
    parts = [float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    return sum(parts) / 3 / 255


def test_chinese_in_the_dark_with_a_light_view_and_hidden_controls(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    book = notebook(CHINESE, LIGHT, SCROLLS, theme="dark")
    book.run_all()
    plane = book.cell(0).locator(".nnw-plane")
    graph = book.cell(1).locator(".nnw-graph")
    sliders = book.cell(2).locator(".nnw-weight-sliders")
    sliders.locator(".nnw-row").first.wait_for(timeout=30_000)

    assert plane.get_by_role("group", name="决策线").count() == 1
    assert plane.locator(".nnw-toolbar").is_hidden()
    assert plane.locator(".nnw-palette").is_hidden()
    assert book.cell(0).locator(".nnw-controls").is_hidden()
    assert graph.locator(".nnw-graph-toolbar").is_hidden()
    assert graph.locator(".nnw-graph-change").first.is_visible()

    assert lightness(plane, "color") > 0.6
    assert lightness(graph, "color") < 0.4
    assert lightness(graph.locator(".nnw-graph-probe"), "backgroundColor") > 0.9
    assert lightness(book.cell(1).locator("[data-nnw-theme]"), "backgroundColor") > 0.9

    box = book.cell(2).locator(".nnw-weight-sliders").locator("xpath=..").bounding_box()
    assert box is not None
    assert box["height"] <= 160
    book.shot(artifacts / "presets-zh-dark.png")

    # Keys of hidden training are dead here, and no complaint appears; nobody shows it: refused.
    plane.locator(".nnw-plot").focus()
    book.page.keyboard.press("ArrowRight")
    assert book.numbers("net.epoch") == 0
    book.tell("light.theme = 'dark'")
    wait_until(lambda: lightness(graph, "color") > 0.6)


def test_playground_says_nothing_that_has_no_translation(notebook: OpenNotebook) -> None:
    book = notebook("import nnwidgets as nnw", MARKED)
    book.page.evaluate(f"() => {{{DRAWN}}}")
    book.run_all()
    bench = book.cell(1).locator(".nnw-bench")
    bench.locator(".nnw-plane .nnw-points").first.wait_for(timeout=60_000)
    bench.evaluate("element => { element.dataset.nnwView = 'Playground'; }")
    bench.locator(".nnw-chart").first.wait_for(timeout=30_000)
    told = {text for _, text in book.page.evaluate(SEEN) if WORD.search(left(text))}
    if told:
        pytest.fail("\n".join(sorted(told)), pytrace=False)
