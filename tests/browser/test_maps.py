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
    second.hover(position={"x": 12, "y": 8})  # map 0, pixel (0, 1): 22 pixels wide each
    worked, field = view.locator(".nnw-worked"), view.locator(".nnw-field-table")
    wait_until(lambda: "3 conv2d" in text(worked))
    assert "map 0" in text(worked)
    value = book.numbers(
        "nnw.feature_maps(model, net.X[0]).steps[3].maps[0, 0, 1].item()"
        if "(0, 1)" in text(worked)
        else "nnw.feature_maps(model, net.X[0]).steps[3].maps[0, 0, 0].item()"
    )
    shown = text(worked.locator(".nnw-line b").last).replace("−", "-")
    assert float(shown) == pytest.approx(value, abs=6e-4 * max(1, abs(value)))
    assert "4 + 2·2 = 8" in text(field)
    assert "columns 1–7 of the picture" in text(field) or "columns 0–6" in text(field)
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
    wait_until(lambda: "pixel (2, 1)" in text(worked))
    assert "map 2" in text(worked)
    said = text(first.locator(".nnw-unseen"))
    assert said.startswith("0, map 2, (2, 1):")
    book.page.keyboard.press("Enter")
    book.page.keyboard.press("Tab")
    assert "pixel (2, 1)" in text(worked)
    assert book.numbers("net.epoch") == 0  # no key trained


def test_another_view_points_at_the_sample_and_training_is_followed(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    book = notebook(MAPS, "nnw.Augmentations(net, sample=7)")
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
