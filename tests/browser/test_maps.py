"""Feature maps, attention and augmentation in a real JupyterLab."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import wait_until
from tests.browser.lab import Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Locator

CNN = """
import nnwidgets as nnw, ipywidgets, torch
from torch import nn
digits = nnw.datasets.digits(n=300)
torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(8, 12, 3), nn.ReLU(), nn.Flatten(), nn.Linear(48, 10),
)
net = nnw.Network(model, digits.X.reshape(-1, 1, 8, 8), digits.y, class_names=digits.class_names)
trainer = nnw.Trainer(net, lr=0.01, seed=0)
"""
MAPS = CNN + "view = nnw.FeatureMaps(net, controls=True)\nview"


def maps(book: Notebook, index: int = 0) -> Locator:
    """Return the n-th view once its first picture is there."""
    found = book.page.locator(".nnw-maps").nth(index)
    found.locator("canvas").first.wait_for(timeout=30_000, state="attached")
    return found


def tiles(view: Locator, column: int) -> Locator:
    """Return the maps of a layer; 0 is the picture."""
    return view.locator(".nnw-maps-flow .nnw-column").nth(column).locator(".nnw-tiles")


def text(target: Locator) -> str:
    return " ".join(target.inner_text().split())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_pixel_is_worked_out_where_the_mouse_is(
    notebook: OpenNotebook, theme: str, artifacts: Path
) -> None:
    book = notebook(MAPS, theme=theme)
    book.run(0)
    view = maps(book)
    second = tiles(view, 4)
    second.hover(position={"x": 12, "y": 8})  # map 0, pixel (0, 0): 16 pixels wide each
    worked, field = view.locator(".nnw-worked"), view.locator(".nnw-field-table")
    wait_until(lambda: "3 conv2d" in text(worked))
    assert "map 0" in text(worked)
    value = book.numbers("nnw.feature_maps(model, net.X[0]).steps[3].maps[0, 0, 0].item()")
    shown = text(worked.locator(".nnw-line b").last).replace("−", "-")
    assert float(shown) == pytest.approx(value, abs=6e-4 * max(1, abs(value)))
    assert "4 + 2·2 = 8" in text(field)
    assert "rows 0–6, columns 0–6 of the picture" in text(field)
    book.shot(artifacts / f"maps-{theme}.png")


def test_keys_move_the_pixel_and_enter_keeps_it(notebook: OpenNotebook) -> None:
    book = notebook(MAPS)
    book.run(0)
    view = maps(book)
    first = tiles(view, 1)
    first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "PageDown"):
        book.page.keyboard.press(key)
    worked = view.locator(".nnw-worked")
    wait_until(lambda: "map 1, pixel (2, 1)" in text(worked))
    said = text(first.locator(".nnw-unseen"))
    assert said.startswith("0, map 1, (2, 1):")
    book.page.keyboard.press("Enter")
    book.page.keyboard.press("Tab")
    assert "pixel (2, 1)" in text(worked)
    assert book.numbers("net.epoch") == 0  # no key trained


def test_another_view_points_at_the_sample_and_training_is_followed(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    book = notebook(MAPS)
    book.run(0)
    view = maps(book)
    book.page.locator(".nnw-maps").first.get_by_label("The next sample").click()
    book.until("view.sample", "1")
    wait_until(lambda: view.get_attribute("data-sample") == "1")
    book.ask("trainer.fit(3, progress=False)", 60)
    wait_until(lambda: view.get_attribute("data-epoch") == "3", 20)
    view.locator(".nnw-sample-number").fill("42")
    view.locator(".nnw-sample-number").press("Enter")
    book.until("view.sample", "42")
    wait_until(lambda: view.get_attribute("data-sample") == "42")
    book.shot(artifacts / "maps-trained.png")


def test_a_weight_is_pointed_at_in_the_kernels(notebook: OpenNotebook) -> None:
    book = notebook(MAPS)
    book.run(0)
    view = maps(book)
    kernels = view.locator(".nnw-work .nnw-tiles")
    kernels.wait_for()
    kernels.hover(position={"x": 3, "y": 3})
    tip = view.locator(".nnw-tip")
    wait_until(lambda: "0.weight[0, 0, 0, 0] =" in text(tip) if tip.count() else False)
    shown = float(text(tip).split("=")[1].replace("−", "-"))
    assert shown == pytest.approx(book.numbers("model[0].weight[0, 0, 0, 0].item()"), rel=1e-3)


ATTENTION = """
import nnwidgets as nnw, numpy as np, torch
from torch import nn

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(8, 8)
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.out = nn.Linear(8, 3)

    def forward(self, ids):
        mask = nn.Transformer.generate_square_subsequent_mask(ids.shape[1])
        return self.out(self.encoder(self.embed(ids), mask, is_causal=True)[:, -1])

torch.manual_seed(0)
ids = np.random.default_rng(0).integers(0, 8, (40, 6))
net = nnw.Network(Model(), ids, ids.max(1) % 3)
view = nnw.AttentionMaps(net, tokens=["ant", "bee", "cat", "dog", "eel", "fox", "gnu", "hen"])
view
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_row_of_attention(notebook: OpenNotebook, theme: str, artifacts: Path) -> None:
    book = notebook(ATTENTION, theme=theme)
    book.run(0)
    view = maps(book)
    view.get_by_role("button", name="head 1").nth(1).click()
    book.until("view.layer, view.head", "1 1")
    large = view.locator(".nnw-large .nnw-tiles")
    large.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        book.page.keyboard.press(key)
    names = book.numbers("view._inputs.row(0).astype(int).tolist()")
    token = ["ant", "bee", "cat", "dog", "eel", "fox", "gnu", "hen"]
    said = view.locator(".nnw-large .nnw-unseen")
    wait_until(lambda: text(said).startswith(f"{token[names[2]]} (2) → {token[names[1]]} (1):"))
    weight = book.numbers(
        "nnw.attention_maps(net.run.problem.model, ids[:1])[1].weights[1, 2].tolist()"
    )
    assert float(text(said).split(":")[1]) == pytest.approx(weight[1], abs=1e-3)
    side = text(view.locator(".nnw-side"))
    assert "the mask hides 3 of 6" in side
    assert "of at most 1.58 bits" in side
    assert weight[3:] == [0, 0, 0]
    book.shot(artifacts / f"attention-{theme}.png")


def test_pictures_are_changed(notebook: OpenNotebook, artifacts: Path) -> None:
    book = notebook(CNN + "view = nnw.Augmentations(net, count=6)\nview", theme="light")
    book.run(0)
    view = maps(book)
    assert view.locator(".nnw-column").count() == 7
    view.locator("[data-option=rotate]").fill("90")
    view.locator("[data-option=rotate]").press("Enter")
    book.until("view.rotate", "90.0")
    view.locator("[data-option=scaling]").select_option("standard")
    wait_until(lambda: view.locator(".nnw-column").count() == 8)
    before = text(view.locator(".nnw-maps-pictures"))
    assert "x′ = (x −" in before
    view.get_by_label("Draw anew").click()
    book.until("view.seed", "1")
    wait_until(lambda: text(view.locator(".nnw-maps-pictures")) != before)
    book.shot(artifacts / "augmentations.png")
