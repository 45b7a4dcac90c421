"""JupyterLab and Chromium for what is no test: benchmarks, the soak, pictures of the README."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from scripts.ensure_chromium import ADVICE, find_chromium
from tests.browser.lab import CHROMIUM_FLAGS, Lab, running_lab

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@contextmanager
def started(flags: Sequence[str] = CHROMIUM_FLAGS) -> Iterator[tuple[Browser, Lab]]:
    """Start both, and end them.

    Raises
    ------
    FileNotFoundError
        Where there is no Chromium: how to get one.
    """
    path = find_chromium()
    if path is None:
        raise FileNotFoundError(ADVICE)
    with (
        tempfile.TemporaryDirectory() as home,
        running_lab(Path(home) / "lab") as lab,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=list(flags))
        try:
            yield browser, lab
        finally:
            browser.close()
