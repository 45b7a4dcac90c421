"""A network's output over its inputs in a real JupyterLab: in three dimensions, and from above."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import centre, drag, part, plane, settle, space, wait_until
from tests.browser.lab import CHROMIUM_FLAGS, WEBGL_FLAGS, Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType

TABLE = """
import nnwidgets as nnw, ipywidgets, torch
data = nnw.datasets.xor()
model = nnw.mlp([2, 4, 1], "relu", seed=4)
net = nnw.Network(model, data.X, data.y, loss="mse")
trainer = nnw.Trainer(net, lr=0.01, batch_size=None)
"""
BESIDE = TABLE + "view = nnw.OutputSurface(net)\nipywidgets.HBox([nnw.DecisionLines(net), view])"
THREE = "import nnwidgets as nnw\nxor = nnw.XorSurface(seed=6)\nxor.trainer.speed = 3\nxor"
OUTPUTS = "[round(v, 4) for v in model(torch.tensor(data.X)).ravel().tolist()]"


@pytest.fixture(scope="module", params=[WEBGL_FLAGS], ids=["webgl"])
def browser(
    chromium: BrowserType, chromium_path: str, request: pytest.FixtureRequest
) -> Iterator[Browser]:
    """Start a Chromium with WebGL, for these tests alone."""
    running = chromium.launch(executable_path=chromium_path, args=request.param)
    yield running
    running.close()


def shown(book: Notebook, index: int = 0) -> list[float]:
    """Return the outputs that the n-th table shows."""
    cells = book.page.locator(".nnw-truth").nth(index).locator("[data-name=output]")
    return [float(text.replace("−", "-")) for text in cells.all_inner_texts()]


def eye(book: Notebook, index: int = 0) -> list[float]:
    """Return where the n-th surface is seen from, as plotly has it."""
    found: list[float] = book.page.evaluate(
        """(index) => {
            const graph = document.querySelectorAll(".nnw-surface3d .js-plotly-plot")[index];
            const { x, y, z } = graph._fullLayout.scene._scene.getCamera().eye;
            return [x, y, z];
        }""",
        index,
    )
    return found


def test_a_drag_moves_surface_and_table_in_the_frame_of_the_line_and_leaves_the_camera(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    book = notebook(BESIDE)
    book.run(0)
    picture = space(book, seconds=60)
    assert shown(book) == pytest.approx(book.numbers(OUTPUTS), abs=2e-4)
    before = eye(book)
    x, y = centre(picture)
    drag(book, (x, y), (60, 15))
    wait_until(lambda: eye(book) != before)
    book.until("view.eye is None", "False")
    turned = eye(book)
    assert book.numbers("list(view.eye)") == pytest.approx(turned, abs=1e-6)
    book.page.evaluate(
        """() => {
            const graph = document.querySelector(".nnw-surface3d .js-plotly-plot");
            const mesh = graph._fullLayout.scene._scene.traces[graph._fullData[0].uid];
            const update = mesh.update;
            window.meshes = [];
            mesh.update = function (data) {
                window.meshes.push(data.z[0]);
                update.call(this, data);
            };
            const [lines, surface] = [".nnw-plane", ".nnw-output"].map(
                (each) => document.querySelector(each));
            window.frames = [];
            const look = () => {
                if (!lines.isConnected) return;
                scheduler.postTask(
                    () => window.frames.push([lines.dataset.frame, surface.dataset.frame]),
                    { priority: "user-blocking" });
                requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
        }"""
    )
    settle(book)
    body = part(plane(book), "0/1", "body")
    drag(book, centre(body), (30, -20))
    book.until(OUTPUTS, str(shown(book)))
    assert len(book.page.evaluate("() => [...new Set(window.meshes)]")) > 2
    assert all(line == surface for line, surface in book.page.evaluate("() => window.frames"))
    book.ask("trainer.fit(140, progress=False)")
    wait_until(lambda: "epoch 140" in book.page.locator(".nnw-output .nnw-caption").inner_text())
    wait_until(lambda: shown(book) == pytest.approx(book.numbers(OUTPUTS), abs=2e-4), 20)
    assert eye(book) == pytest.approx(turned, abs=1e-3)
    picture.focus()
    book.page.keyboard.press("ArrowLeft")
    wait_until(lambda: eye(book) != pytest.approx(turned, abs=1e-3))
    assert book.numbers("net.epoch") == 140  # nor did the key train
    row = book.page.locator(".nnw-truth tbody tr").nth(2)
    row.hover()
    wait_until(lambda: row.get_attribute("class") == "hot")
    book.shot(artifacts / "output-beside.png")


def test_three_networks_are_trained_by_one_bar_and_turned_by_one_hand(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    book = notebook(THREE, theme="dark")
    book.run(0)
    for index in range(3):
        space(book, index, seconds=60)
    book.page.locator(".nnw-training-bar [data-action=play]").click()
    book.until("xor.trainer.run.epoch > 2", "True", seconds=60)
    book.page.locator(".nnw-training-bar [data-action=play]").click()
    book.until("xor.trainer.playing", "False", seconds=30)
    assert len(set(book.numbers("[net.epoch for net in xor.networks.values()]"))) == 1
    book.ask("xor.fit()", seconds=120)
    stuck = book.page.locator(".nnw-output-note[data-kind=stuck]")
    wait_until(lambda: stuck.count() == 2, 30)
    assert "2 of 4 ReLU units dead" in stuck.nth(1).inner_text()
    for index, wanted in enumerate([[0.5] * 4, [0, 1, 1, 0], [0.5] * 4]):
        assert shown(book, index) == pytest.approx(wanted, abs=0.01)
    before = eye(book, 2)
    drag(book, centre(space(book, 0, seconds=60)), (50, 10))
    wait_until(lambda: eye(book, 2) != before, 20)
    wait_until(lambda: eye(book, 1) == pytest.approx(eye(book, 0), abs=1e-3), 20)
    book.page.wait_for_timeout(800)
    book.shot(artifacts / "xor.png")
    book.page.locator(".nnw-training-bar [data-action=reset]").click()
    book.until("[net.epoch for net in xor.networks.values()]", "[0, 0, 0]")


@pytest.mark.parametrize(
    "browser", [[*CHROMIUM_FLAGS, "--disable-3d-apis"]], ids=["flat"], indirect=True
)
def test_a_page_without_webgl_shows_a_map_and_says_why(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    book = notebook(BESIDE)
    book.run(0)
    view = book.page.locator(".nnw-output")
    view.locator(".nnw-plot .nnw-axes").wait_for(timeout=20_000, state="attached")
    assert "this page has no WebGL" in view.locator(".nnw-caption").inner_text()
    assert book.page.locator(".nnw-surface3d").count() == 0
    view.locator(".nnw-plot").hover()
    tip = view.locator(".nnw-tip")
    tip.wait_for(timeout=10_000)
    assert "ŷ" in tip.inner_text()
    assert shown(book) == pytest.approx(book.numbers(OUTPUTS), abs=2e-4)
    book.shot(artifacts / "output-flat.png")
