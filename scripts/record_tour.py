"""Makes the pictures of the README: the tour recorded in JupyterLab, and views in both themes.

``make pictures`` runs it. What moves is moved step by step, a picture for each, so that the
recording is the same on a slow machine as on a fast one.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image, ImageDraw  # noqa: E402

from tests.browser.lab import WEBGL_FLAGS, Lab, Notebook  # noqa: E402
from tests.browser.started import started  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

IMAGES = ROOT / "docs" / "images"
FRAMES_A_SECOND = 10
WIDTH = 760
MOST_BYTES = 1_500_000
DRAG_STEPS, EPOCHS = 22, 40

SETUP = """
import torch
from torch import nn
import nnwidgets as nnw
torch.manual_seed(4)
model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
net = nnw.Network(model, nnw.datasets.moons())
trainer = nnw.Trainer(net, optimizer="adam", lr=0.05, batch_size=16, seed=0)
trainer.fit(60, progress=False)
"""
STILLS = {
    "surface": "nnw.LossSurface(net, axes='pca')",
    "graph": "nnw.NetworkGraph(net, sample=3)",
    "playground": "nnw.Playground(dataset='spiral', hidden=[6, 6], learning_rate=0.03)",
}
BEFORE = {"playground": "_.trainer.fit(150, progress=False)"}


def main() -> None:
    """Record everything."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with started(WEBGL_FLAGS) as (browser, lab):
        record(browser, lab)
        for theme in ("light", "dark"):
            stills(browser, lab, theme)


def record(browser: Browser, lab: Lab) -> None:
    """Open the tour as a newcomer does, drag a line, and train."""
    shutil.copy(ROOT / "notebooks" / "00-tour.ipynb", lab.folder)
    lab.set_theme("light")
    book = Notebook.open(browser, lab, "00-tour.ipynb", viewport={"width": 1100, "height": 900})
    hide_sidebar(book)
    book.run(0)
    shown = book.run(1)
    book.page.locator(".nnw-plane .nnw-axes").nth(1).wait_for(state="attached")
    book.run(3)  # its trainer; the cell trains once, and reset takes that back
    output = shown.locator(".jp-OutputArea-output").last
    output.scroll_into_view_if_needed()
    output.locator('[data-action="reset"]').first.click()
    book.page.wait_for_timeout(1500)
    output.evaluate("el => el.scrollIntoView({ block: 'end' })")
    book.page.wait_for_timeout(500)
    frames = [frame(book, output)] * 5
    frames += dragged(book, output)
    frames += trained(book, output)
    frames += [frames[-1]] * 10
    save(frames, IMAGES / "tour.webp")
    book.close()


def dragged(book: Notebook, output: Locator) -> list[Image.Image]:
    """Drag the first unit's line there and back, a picture for each step."""
    body = output.locator('[data-line="hidden/0"] [data-part="body"], [data-part="body"]').first
    box = body.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse, frames = book.page.mouse, []
    mouse.move(x, y)
    mouse.down()
    for step in range(1, DRAG_STEPS + 1):
        at = (x + 4.5 * step, y - 2 * step)
        mouse.move(*at)
        frames.append(frame(book, output, at))
    mouse.up()
    return frames


def trained(book: Notebook, output: Locator) -> list[Image.Image]:
    """Train epoch by epoch, a picture for each."""
    button = output.locator('[data-action="step"]').first
    box = button.bounding_box()
    assert box is not None
    at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    frames = []
    for _ in range(EPOCHS):
        button.click()
        frames.append(frame(book, output, at))
    return frames


def stills(browser: Browser, lab: Lab, theme: str) -> None:
    """Take views in a theme."""
    for name, view in STILLS.items():
        cells = [SETUP, view, *([BEFORE[name]] if name in BEFORE else [])]
        lab.write(f"{name}-{theme}.ipynb", cells)
        lab.set_theme(theme)
        size = {"width": 1500, "height": 1300}
        book = Notebook.open(browser, lab, f"{name}-{theme}.ipynb", viewport=size)
        hide_sidebar(book)
        for cell in range(len(cells)):
            book.run(cell)
        book.page.wait_for_timeout(3500)
        area = book.cell(1).locator(".jp-OutputArea-output").last
        area.scroll_into_view_if_needed()
        book.page.wait_for_timeout(1500)
        shown = area.locator(".nnw").first
        picture = Image.open(io.BytesIO(shown.screenshot()))
        small(picture, 1100).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE).save(
            IMAGES / f"{name}-{theme}.png", optimize=True
        )
        book.close()


def hide_sidebar(book: Notebook) -> None:
    """Give the notebook all of the page."""
    book.page.evaluate("() => window.jupyterapp.shell.collapseLeft()")


def frame(book: Notebook, output: Locator, at: tuple[float, float] | None = None) -> Image.Image:
    """Return a picture of an output, with a pointer where the mouse is."""
    book.page.evaluate("() => new Promise((r) => requestAnimationFrame(() => setTimeout(r, 60)))")
    box: Any = output.bounding_box()
    clip: Any = {
        "x": box["x"],
        "y": box["y"],
        "width": min(box["width"], 900),
        "height": box["height"],
    }
    picture = Image.open(io.BytesIO(book.page.screenshot(clip=clip))).convert("RGB")
    if at is not None:
        x, y = at[0] - clip["x"], at[1] - clip["y"]
        shape = [(0, 0), (0, 17), (4, 13), (8, 20), (11, 19), (7, 12), (13, 12)]
        arrow = [(x + dx, y + dy) for dx, dy in shape]
        ImageDraw.Draw(picture).polygon(arrow, fill="black", outline="white")
    return small(picture, WIDTH)


def small(picture: Image.Image, width: int) -> Image.Image:
    """Return a picture no wider than that."""
    if picture.width <= width:
        return picture
    return picture.resize(
        (width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS
    )


def save(frames: list[Image.Image], path: Path) -> None:
    """Write a recording, as good as its size allows."""
    for quality in (70, 55, 40, 25):
        frames[0].save(
            path,
            save_all=True,
            append_images=frames[1:],
            duration=1000 // FRAMES_A_SECOND,
            loop=0,
            quality=quality,
            method=4,
        )
        if path.stat().st_size <= MOST_BYTES:
            return
    raise SystemExit(f"{path} has {path.stat().st_size} bytes, more than {MOST_BYTES}")


if __name__ == "__main__":
    main()
