"""The same cells in every host: a network that tells a file what became of it, and two views."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.gestures import centre, drag, part, place, plane, wait_until
from tests.browser.lab import HARMLESS, ROOT, free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FrameLocator, Page

    from tests.browser.lab import Lab

# Written by Python, wherever it runs: what reached it is known without asking the page.
TELLING = """
import json, pathlib
import nnwidgets as nnw

net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), nnw.datasets.blobs4())
trainer = nnw.Trainer(net, lr=0.05, seed=0)


def tell(_):
    said = {"bias": net.weights["0.bias"].tolist(), "epoch": net.epoch}
    file = pathlib.Path("told.json")
    file.with_suffix(".new").write_text(json.dumps(said))
    file.with_suffix(".new").replace(file)


net.observe(tell, names=["weights", "epoch"])
tell(None)
"""

MARIMO = """
import marimo

app = marimo.App()


@app.cell
def _():
{cell}
    return net, nnw


@app.cell
def _(net, nnw):
    nnw.DecisionLines(net)
    return


@app.cell
def _(net, nnw):
    nnw.FeatureSpace(net)
    return
"""


@dataclass
class Opened:
    """A page of some host, as far as a hand needs it."""

    page: Page
    told: Path
    harmless: tuple[str, ...] = ()
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def at(
        cls, browser: Browser, url: str, told: Path, harmless: tuple[str, ...] = (), **context: Any
    ) -> Opened:
        """Open a page, and listen to what it complains of."""
        options = {"viewport": {"width": 1200, "height": 1200}, **context}
        page = browser.new_context(**options).new_page()
        opened = cls(page, told, harmless)
        page.on("console", lambda said: said.type == "error" and opened.hear(said.text))
        page.on("pageerror", lambda error: opened.hear(str(error)))
        page.goto(url, timeout=90_000)
        return opened

    def hear(self, text: str) -> None:
        """Keep what the page complains of, but for the host's own chatter."""
        if not any(part in text for part in (*HARMLESS, *self.harmless)):
            self.complaints.append(text)

    def python(self, name: str) -> Any:
        """Return what Python said last."""
        return json.loads(self.told.read_text())[name]

    def close(self, lab: Lab | None = None) -> None:
        """Close the page, and end the kernels that a Jupyter server has."""
        self.page.context.close()
        if lab is not None:
            for kernel in json.load(urllib.request.urlopen(f"{lab.url}/api/kernels", timeout=10)):
                request = urllib.request.Request(
                    f"{lab.url}/api/kernels/{kernel['id']}", method="DELETE"
                )
                urllib.request.urlopen(request, timeout=20).close()


def drag_and_train(opened: Opened) -> None:
    """Drag a line, and train: both views follow, and Python hears of it."""
    wait_until(lambda: opened.page.locator(".nnw-plane .nnw-axes").count() == 2, 60)
    lines, space = plane(opened), plane(opened, 1)
    body = part(lines, "0/0", "body")
    body.wait_for(state="attached")
    before, drawn, grid = opened.python("bias"), place(body), space.get_attribute("data-frame")
    drag(opened, centre(body), (40, 10))
    assert place(body) != drawn
    assert space.get_attribute("data-frame") != grid
    wait_until(lambda: opened.python("bias") != before)
    assert opened.python("bias")[1] == before[1]  # the other unit's was not touched
    opened.page.locator('[data-action="play"]').first.click()
    wait_until(lambda: opened.python("epoch") >= 3, 30)
    wait_until(lambda: epoch_shown(opened.page) >= 3, 30)
    opened.page.locator('[data-action="play"]').first.click()
    wait_until(lambda: epoch_shown(opened.page) == opened.python("epoch"), 30)
    assert opened.complaints == [], opened.complaints


def epoch_shown(page: Page | FrameLocator) -> int:
    """Return the epoch in a page's control bar."""
    text = page.locator('[data-number="epoch"] output').first.inner_text()
    return int(text.replace(",", "").replace(" ", "") or 0)


@contextmanager
def marimo_app(folder: Path) -> Iterator[str]:
    """Serve the cells as a marimo app; give its address."""
    indented = "".join(f"    {line}\n" if line else "\n" for line in TELLING.strip().splitlines())
    (folder / "app.py").write_text(MARIMO.replace("{cell}\n", indented))
    port = free_port()
    command = [sys.executable, "-m", "marimo", "run", "app.py", "--headless", "--no-token"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "OMP_NUM_THREADS": "1",
        "MARIMO_SKIP_UPDATE_CHECK": "1",
        "XDG_CONFIG_HOME": str(folder),  # nothing of the user's own configuration
    }
    with (folder / "marimo.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url, server, folder / "marimo.log")
            yield url
        finally:
            server.terminate()
            server.wait(20)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    """Return when a server answers; else fail with what it said."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-3000:]}")
