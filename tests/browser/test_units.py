"""Activations and weight updates in a real JupyterLab: pointer, keyboard, and linked views."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import wait_until
from tests.browser.lab import Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Locator

DIGITS = """
import nnwidgets as nnw, ipywidgets, torch
data = nnw.datasets.digits()
model = nnw.mlp([64, 64, 32, 10], activation="relu", seed=0)
net = nnw.Network(model, data)
trainer = nnw.Trainer(net, lr=0.01, batch_size=64, seed=0)
trainer.fit(epochs=3)
"""
MOONS = """
import nnwidgets as nnw, ipywidgets, torch
X, y = nnw.datasets.moons(n=300)
model = nnw.mlp([2, 2, 1], seed=3)
net = nnw.Network(model, X, y)
trainer = nnw.Trainer(net, lr=0.05, seed=0)
"""


def board(book: Notebook, index: int = 0) -> Locator:
    """Return the n-th board of the page, once it is drawn."""
    found = book.page.locator(".nnw-units .nnw-board").nth(index)
    found.wait_for(timeout=30_000, state="visible")
    book.page.locator(".nnw-units .nnw-toolbar select").nth(index).wait_for(timeout=30_000)
    return found


def press(target: Locator, *keys: str) -> None:
    """Press keys one after another, with a frame for each."""
    for key in keys:
        target.press(key)
        target.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")


def tip(book: Notebook) -> str:
    """Return what the tip of a board says, or nothing."""
    found = book.page.locator(".nnw-board .nnw-tip")
    return found.first.inner_text() if found.count() else ""


def at(target: Locator, x: float, y: float) -> tuple[float, float]:
    """Return a place of an element, in the page's pixels."""
    box = target.bounding_box()
    assert box is not None
    return box["x"] + x, box["y"] + y


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures(notebook: OpenNotebook, artifacts: Path, theme: str) -> None:
    """Ten classes and 64 units, two classes and two units: to be looked at."""
    cells = ["nnw.Activations(net, layer=0, width=760, sample=5)", "nnw.Activations(net, sample=5)"]
    book = notebook(DIGITS + cells[0], MOONS + cells[1], theme=theme)
    for index, name in enumerate(("digits", "moons")):
        book.run(index)
        board(book, index)
        view = book.page.locator(".nnw-units").nth(index)
        for show in ("distribution", "heatmap", "curve", "patterns"):
            view.locator(f'[data-show="{show}"]').click()
            book.page.wait_for_timeout(500)
            view.screenshot(path=artifacts / f"activations-{name}-{show}-{theme}.png")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_of_weights(notebook: OpenNotebook, artifacts: Path, theme: str) -> None:
    """Matrices of 64 × 64 and of 2 × 2, to be looked at."""
    cells = ["nnw.WeightUpdates(net, width=760)", "nnw.WeightUpdates(net, width=440)"]
    book = notebook(DIGITS + cells[0], MOONS + "trainer.fit(epochs=40)\n" + cells[1], theme=theme)
    for index, name in enumerate(("digits", "moons")):
        book.run(index)
        view = book.page.locator(".nnw-units").nth(index)
        view.locator(".nnw-toolbar select").first.wait_for(timeout=30_000)
        for quantity in ("weights", "update", "change", "gradient"):
            view.get_by_label("colours").select_option(quantity)
            book.page.wait_for_timeout(700)
            view.screenshot(path=artifacts / f"weights-{name}-{quantity}-{theme}.png")


def test_pointer_and_keys_of_activations(notebook: OpenNotebook) -> None:
    book = notebook(DIGITS + "view = nnw.Activations(net, layer=0, width=760)\nview")
    book.run(0)
    target = board(book)
    caption = book.page.locator(".nnw-units .nnw-caption")
    dead = book.numbers(
        "int((torch.relu(model[0](torch.tensor(data.X).float())) == 0).all(0).sum())"
    )
    assert "dead: a = 0 on every row" in caption.inner_text()
    assert (f"{dead} of 64 dead" if dead else "no unit is dead") in caption.inner_text()
    assert "1,797 samples" in caption.inner_text()

    book.page.mouse.move(*at(target, 30, 40))
    wait_until(lambda: "mean ± sd" in tip(book))
    mean = book.numbers("model[0](torch.tensor(data.X).float()).relu()[:, 0].mean().item()")
    assert f"{mean:.3g}"[:4] in tip(book)
    book.page.mouse.move(0, 0)
    wait_until(lambda: not tip(book))

    target.focus()
    press(target, "ArrowRight", "ArrowRight", "ArrowDown")
    wait_until(lambda: "mean ± sd" in tip(book))
    spoken = book.page.locator(".nnw-spoken").inner_text()
    assert spoken.startswith("a₁₀⁽¹⁾: mean ± sd")
    press(target, ".", ".", ".", ",")
    wait_until(lambda: book.page.get_by_label("Sample", exact=True).input_value() == "1")
    book.until("view.sample", "1")

    book.page.locator('[data-show="heatmap"]').click()
    target.hover(position={"x": 300, "y": 120})
    wait_until(lambda: "sample" in tip(book) and "class" in tip(book))
    target.click(position={"x": 300, "y": 120})
    chosen = int(book.page.get_by_label("Sample", exact=True).input_value())
    book.until("view.sample", str(chosen))
    lines = tip(book).split("\n")
    assert lines[0].endswith(f"sample {chosen}")
    number = book.numbers(f"int(data.y[{chosen}])")
    assert lines[lines.index("class") + 1] == str(number)
    target.focus()
    book.page.mouse.move(0, 0)
    press(target, "ArrowRight")
    wait_until(lambda: int(book.page.get_by_label("Sample", exact=True).input_value()) != chosen)
    press(target, "Escape")
    book.until("view.sample", "None")
    book.page.get_by_label("Sample", exact=True).fill("5000")
    book.page.get_by_label("Sample", exact=True).press("Enter")
    book.until("view.sample", "None")

    book.page.locator('[data-show="curve"]').click()
    book.page.get_by_label("Sample", exact=True).fill("17")
    book.page.get_by_label("Sample", exact=True).press("Enter")
    wait_until(lambda: "sample 17 · z = " in caption.inner_text())
    unit = int(book.page.get_by_label("unit", exact=True).input_value())
    z = book.numbers(f"model[0](torch.tensor(data.X[17:18]).float())[0, {unit}].item()")
    assert f"z = {z:.3f}"[:8].replace("-", "−") in caption.inner_text()

    book.page.locator('[data-show="patterns"]').click()
    different = book.numbers("len(torch.unique(model[0](torch.tensor(data.X).float()) > 0, dim=0))")
    wait_until(lambda: f"{different:,} different patterns" in caption.inner_text())


def test_pointer_and_keys_of_weights(notebook: OpenNotebook) -> None:
    show = "view = nnw.WeightUpdates(net, width=620)\nview"
    book = notebook(MOONS + "trainer.fit(epochs=5)\n" + show)
    book.run(0)
    target = board(book)
    caption = book.page.locator(".nnw-units .nnw-caption")

    target.hover(position={"x": 60, "y": 30})
    wait_until(lambda: tip(book).startswith("0.weight[0,0]"))
    rows = tip(book).split("\n")
    found = {name: rows[i + 1] for i, name in enumerate(rows[:-1])}
    weight = book.numbers("model[0].weight[0, 0].item()")
    assert found["w"].replace("−", "-") == f"{weight:.4g}".ljust(len(found["w"]), "0")
    slope = book.numbers(
        "torch.autograd.grad(torch.nn.functional.binary_cross_entropy_with_logits("
        "model(torch.tensor(X).float())[:, 0], torch.tensor(y).float()), model[0].weight)"
        "[0][0, 0].item()"
    )
    said = float(found["∂L/∂w"].replace("−", "-"))
    assert said == pytest.approx(slope, rel=1e-3)
    step = next(value for name, value in found.items() if name.startswith("−η"))
    assert float(step.replace("−", "-")) == pytest.approx(-0.05 * slope, rel=1e-3)
    before = book.numbers("float(net.history.parameters(4)[0])")
    assert float(found["since the start"].replace("−", "-")) == pytest.approx(
        weight - book.numbers("float(net.history.parameters(0)[0])"), rel=1e-3
    )

    book.page.get_by_label("colours").select_option("update")
    wait_until(lambda: "epoch 4 → 5" in caption.inner_text())
    target.hover(position={"x": 62, "y": 30})
    wait_until(lambda: "last update" in tip(book))
    rows = tip(book).split("\n")
    update = float(rows[rows.index("last update") + 1].replace("−", "-"))
    assert update == pytest.approx(weight - before, rel=1e-3)

    book.page.get_by_label("colours").select_option("weights")
    book.page.mouse.move(0, 0)
    target.focus()
    press(target, "ArrowRight", "ArrowRight")
    spoken = book.page.locator(".nnw-spoken")
    assert spoken.inner_text().startswith("0.weight[0,1]:")
    press(target, "ArrowRight", "ArrowDown")
    assert spoken.inner_text().startswith("0.bias[1]:")
    old = book.numbers("model[0].bias[1].item()")
    target.press("Enter")
    field = book.page.get_by_label("0.bias[1]")
    field.fill("no number")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("-1.5")
    field.press("Enter")
    book.until("model[0].bias[1].item()", "-1.5")
    target.press("+")
    book.until("model[0].bias[1].item() > -1.5", "True")
    target.press("Control+z")
    book.until("model[0].bias[1].item()", "-1.5")
    target.press("Control+z")
    book.until(f"abs(model[0].bias[1].item() - {old}) < 1e-6", "True")

    epochs = book.page.locator(".nnw-spread .nnw-board")
    epochs.hover(position={"x": 100, "y": 60})
    wait_until(lambda: "how many" in book.page.locator(".nnw-spread .nnw-tip").inner_text())
    assert ", epoch " in book.page.locator(".nnw-spread .nnw-tip").inner_text()


def test_views_of_all_bundles_are_linked(notebook: OpenNotebook, artifacts: Path) -> None:
    views = (
        "ipywidgets.VBox([ipywidgets.HBox([nnw.DecisionLines(net, width=400), nnw.Activations(net, "
        "width=440, show='heatmap'), nnw.WeightUpdates(net, width=440, show='matrices')]), "
        "nnw.ForwardBackward(net)])"
    )
    book = notebook(MOONS + views)
    book.run(0)
    units, weights = board(book, 0), board(book, 1)
    marks = "(canvases) => canvases[1].toDataURL()"
    plain = weights.locator("canvas").evaluate_all(marks)
    units.hover(position={"x": 200, "y": 40})
    hot = book.page.locator('.nnw-line.hot[data-line="0/0"], .nnw-line.hot [data-line="0/0"]')
    wait_until(lambda: hot.count() > 0)
    wait_until(lambda: weights.locator("canvas").evaluate_all(marks) != plain)
    worked = book.page.locator('.nnw-hand-unit[data-unit="0/0"][data-chosen]')
    worked.wait_for(state="attached", timeout=60_000)
    # Each bundle has a style sheet of its own; one was seen to take the other's place.
    chip = book.page.locator(".nnw-by-hand .nnw-chip").first
    assert chip.evaluate("e => getComputedStyle(e).borderRadius") != "0px"
    assert units.evaluate("e => getComputedStyle(e).position") == "relative"
    book.shot(artifacts / "units-linked.png")
    book.page.mouse.move(0, 0)
    wait_until(lambda: hot.count() == 0)
    wait_until(lambda: weights.locator("canvas").evaluate_all(marks) == plain)

    plot = book.page.locator(".nnw-plane .nnw-plot")
    plot.focus()
    press(plot, ".")
    sample = book.page.get_by_label("Sample", exact=True)
    wait_until(lambda: sample.input_value() == "0")


def test_a_model_of_ones_own_and_no_layers(notebook: OpenNotebook, artifacts: Path) -> None:
    own = """
import nnwidgets as nnw, ipywidgets, torch
class Own(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.inner, self.outer = torch.nn.Linear(2, 3), torch.nn.Linear(3, 1)
    def forward(self, x):
        return self.outer(torch.sin(self.inner(x)) ** 2)
X, y = nnw.datasets.moons(n=100)
net = nnw.Network(Own(), X, y)
ipywidgets.HBox([nnw.Activations(net, layer="inner", width=500), nnw.WeightUpdates(net, width=500)])
"""
    book = notebook(own)
    book.run(0)
    target = board(book, 0)
    caption = book.page.locator(".nnw-units .nnw-caption").first
    wait_until(lambda: "100 samples" in caption.inner_text(), 30)
    target.hover(position={"x": 30, "y": 50})
    wait_until(lambda: "mean ± sd" in tip(book))
    for show in ("heatmap", "curve", "patterns"):
        book.page.locator(f'[data-show="{show}"]').click()
        book.page.wait_for_timeout(200)
    assert "stacks of Linear layers" in caption.inner_text()
    book.page.get_by_label("colours").select_option("gradient")
    words = book.page.locator(".nnw-units .nnw-caption").nth(1)
    wait_until(lambda: "over all 100 samples" in words.inner_text(), 20)
    book.page.locator(".jp-OutputArea-output").last.screenshot(path=artifacts / "units-own.png")
