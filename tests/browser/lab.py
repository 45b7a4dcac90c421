"""A real JupyterLab and a real Chromium, and a driver for the notebooks in them."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

ROOT = Path(__file__).parents[2]

# Nothing here needs WebGL: a graphics card made of software would take 150 ms of both cores of a
# small machine for a frame. The rest keeps the browser from talking to the world.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-gpu",
]

# For the tests of what does need it: a graphics card made of software.
WEBGL_FLAGS = [
    *(flag for flag in CHROMIUM_FLAGS if flag != "--disable-gpu"),
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]

# What a page says without anything of ours being wrong: Lab's own chatter.
HARMLESS = (
    "ResizeObserver loop",
    "Autoplay is only allowed",
    "favicon",
    "GPU stall due to ReadPixels",
    "Automatic fallback to software WebGL",
)

SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "doNotDisturbMode": True,
    },
    "@jupyterlab/docmanager-extension/plugin.jupyterlab-settings": {"autosave": False},
    # Every cell stays in the page, so that tests can look at all of them.
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
}

# A kernel is busy for a moment with each message of a drag; JupyterLab fetches another icon each
# time, and a browser that is driven keeps them all: half a megabyte a second.
PAGE = {"disabledExtensions": {"@jupyterlab/application-extension:faviconbusy": True}}


def theme_settings(theme: str) -> dict[str, object]:
    """Return Lab's theme setting: "light" or "dark"."""
    name = "JupyterLab Dark" if theme == "dark" else "JupyterLab Light"
    return {"theme": name}


@dataclass
class Lab:
    """A running server over a folder of notebooks."""

    url: str
    folder: Path
    settings: Path
    process: subprocess.Popen[bytes]

    def write(self, name: str, cells: list[str]) -> None:
        """Make a notebook of code cells."""
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(book, self.folder / name)

    def set_theme(self, theme: str) -> None:
        """Choose the theme of pages opened from now on."""
        path = self.settings / "@jupyterlab/apputils-extension/themes.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(theme_settings(theme)))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_lab(home: Path) -> Iterator[Lab]:
    """Start JupyterLab with nothing of the user's own configuration."""
    folder, settings = home / "notebooks", home / "settings"
    page = home / "config" / "labconfig" / "page_config.json"
    for path in (folder, settings, page.parent):
        path.mkdir(parents=True)
    page.write_text(json.dumps(PAGE))
    for name, value in SETTINGS.items():
        (settings / name).parent.mkdir(parents=True, exist_ok=True)
        (settings / name).write_text(json.dumps(value))
    port = free_port()
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "ServerApp.disable_check_xsrf": True,
        "ServerApp.root_dir": str(folder),
        "IdentityProvider.token": "",
        "PasswordIdentityProvider.hashed_password": "",
        "LabApp.expose_app_in_browser": True,
        "JupyterNotebookApp.expose_app_in_browser": True,
        "LabApp.extension_manager": "readonly",
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "LabApp.workspaces_dir": str(home / "workspaces"),
        "LabApp.user_settings_dir": str(settings),
    }
    own = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "RUNTIME")}
    environment = {
        **os.environ,
        **own,
        "JUPYTER_DATA_DIR": str(home / "data"),
        "IPYTHONDIR": str(home / "ipython"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "OMP_NUM_THREADS": "1",  # steadier beside a busy browser
    }
    command = [sys.executable, "-m", "jupyterlab"]
    command += [f"--{name}={value}" for name, value in options.items()]
    log = (home / "server.log").open("wb")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        lab = Lab(f"http://127.0.0.1:{port}", folder, settings, process)
        wait_for_server(lab, home / "server.log")
        yield lab
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def wait_for_server(lab: Lab, log: Path, seconds: float = 60) -> None:
    """Return when the server answers; else fail with what it said."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and lab.process.poll() is None:
        try:
            urllib.request.urlopen(f"{lab.url}/api/status", timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


@dataclass
class Notebook:
    """One notebook open in a page."""

    page: Page
    lab: Lab
    name: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def open(
        cls, browser: Browser, lab: Lab, name: str, *, before: str = "", **context: Any
    ) -> Notebook:
        """Open a notebook in a fresh browser context and wait for its kernel.

        `before` is a script that runs in the page before any of its own.
        """
        options = {"viewport": {"width": 1400, "height": 1000}, **context}
        page = browser.new_context(**options).new_page()
        page.add_init_script(before)
        book = cls(page, lab, name)
        page.on("console", lambda message: book.hear(message.type, message.text))
        page.on("pageerror", lambda error: book.hear("error", str(error)))
        page.goto(f"{lab.url}/lab/tree/{name}?reset")
        book.wait_ready()
        return book

    def hear(self, kind: str, text: str) -> None:
        """Keep what a page complains of."""
        if kind in ("error", "assert") and not any(part in text for part in HARMLESS):
            self.complaints.append(text)

    def wait_ready(self) -> None:
        """Return when the notebook is shown and its kernel idle."""
        self.page.wait_for_function(
            """() => {
                const panel = window.jupyterapp?.shell?.currentWidget;
                const session = panel?.sessionContext;
                const cells = panel?.content?.model?.cells.length;
                return session?.isReady && session.session?.kernel?.status === "idle" &&
                    document.querySelectorAll(".jp-Notebook .jp-Cell").length === cells;
            }""",
            timeout=60_000,
        )

    def cell(self, index: int) -> Locator:
        """Return a code cell."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(index)

    def run(self, index: int, seconds: float = 60) -> Locator:
        """Run one cell, wait until it is done and return it."""
        cell = self.cell(index)
        cell.locator(".jp-InputArea-editor").click()
        self.page.evaluate(
            """async (ms) => {
                let timer;
                const late = new Promise((_, fail) => timer = setTimeout(() => fail("late"), ms));
                const run = window.jupyterapp.commands.execute("notebook:run-cell");
                await Promise.race([run, late]).finally(() => clearTimeout(timer));
            }""",
            int(seconds * 1000),
        )
        return cell

    def run_all(self, seconds: float = 120) -> None:
        """Run every cell, from the top."""
        # Not awaited: were a cell to hang, so would this, and nobody could say which.
        self.page.evaluate(
            "() => void window.jupyterapp.commands.execute('notebook:run-all-cells')"
        )
        count = self.page.locator(".jp-Notebook .jp-CodeCell").count()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            done = [
                self.cell(i).locator(".jp-InputPrompt").first.inner_text() for i in range(count)
            ]
            if all(re.search(r"\[\d+\]", text) for text in done):
                return
            time.sleep(0.1)
        raise TimeoutError(f"cells did not finish in {seconds} s: {done}")

    def ask(self, code: str, seconds: float = 30) -> str:
        """Return what the kernel prints for an expression, leaving the notebook alone."""
        return self.tell(f"print({code})", seconds)

    def tell(self, code: str, seconds: float = 30) -> str:
        """Run code in the kernel, leaving the notebook alone; return what it prints."""
        answer = self.page.evaluate(
            """async ([code, ms]) => {
                const panel = window.jupyterapp.shell.currentWidget;
                const kernel = panel.sessionContext.session.kernel;
                const future = kernel.requestExecute({ code, store_history: false });
                let text = "";
                future.onIOPub = ({ header, content }) => {
                    if (header.msg_type === "stream") text += content.text;
                    if (header.msg_type === "error") text += content.traceback.join("\\n");
                };
                let timer;
                const late = new Promise((_, fail) => timer = setTimeout(() => fail("late"), ms));
                await Promise.race([future.done, late]).finally(() => clearTimeout(timer));
                return text;
            }""",
            [code, int(seconds * 1000)],
        )
        return str(answer).strip()

    def numbers(self, code: str) -> Any:
        """Return an expression's value through JSON."""
        return json.loads(self.ask(f"__import__('json').dumps({code})"))

    def until(self, code: str, wanted: str, seconds: float = 10) -> None:
        """Return when the kernel prints this for an expression."""
        deadline = time.monotonic() + seconds
        while (got := self.ask(code)) != wanted:
            if time.monotonic() > deadline:
                raise AssertionError(f"{code} is {got}, not {wanted}")
            time.sleep(0.05)

    def shot(self, path: Path) -> None:
        """Keep a picture of the page."""
        self.page.screenshot(path=path)

    def close(self) -> None:
        """Close the page and end its kernel."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget?.sessionContext.shutdown()")
        self.page.context.close()
