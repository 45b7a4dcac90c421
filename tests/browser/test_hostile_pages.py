"""Names that would be markup or code, in a notebook's page and in a book."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

import nnwidgets as nnw
from tests.browser.test_hostile import ATTACK, LOOK, SEEN

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BOOK = f"""
import ipywidgets, torch, nnwidgets as nnw
evil = "{ATTACK}"
blobs = nnw.datasets.blobs4(n=40)
class Evil(ipywidgets.FloatSlider):
    pass
Evil.__name__ = evil.replace("\\0", "").replace("\\ud800", "")
names = {{"feature_names": [evil, "b" + evil], "class_names": [evil, "c" + evil]}}
net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), blobs.X, blobs.y, **names)
net.record()
task = nnw.Task(net, evil, loss=1e-9)
ipywidgets.VBox([nnw.DecisionLines(net), nnw.Timeline(net, name=evil), task])
"""
CONF = """
extensions, html_theme, nb_execution_mode = ["myst_nb"], "furo", "off"
html_extra_path = ["extra"]
"""


def test_names_are_text_in_a_notebooks_page_and_in_a_book(
    browser: Browser, tmp_path: Path, artifacts: Path
) -> None:
    source = tmp_path / "book"
    source.mkdir()
    lesson = tmp_path / "a #1? b.ipynb"
    cells = [nbformat.v4.new_code_cell(code) for code in (BOOK, "Evil()")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), lesson)
    nnw.export_notebook(lesson, tmp_path / "page.html")
    (source / "conf.py").write_text(CONF)
    nnw.export_notebook(lesson, source / "index.ipynb", folder=source / "extra" / "widgets")
    text = (source / "index.ipynb").read_text("utf-8").replace("extra/widgets/", "widgets/")
    (source / "index.ipynb").write_text(text, encoding="utf-8")
    built = tmp_path / "html"
    subprocess.run([sys.executable, "-m", "sphinx", "-q", str(source), str(built)], check=True)

    for path in (tmp_path / "page.html", built / "index.html"):
        context = browser.new_context(offline=True, viewport={"width": 1400, "height": 1000})
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(path.as_uri())
        inside = page.frame_locator("iframe.nnw-frame").first
        inside.locator(".nnw-reel").wait_for(timeout=60_000)
        page.wait_for_timeout(500)
        page.screenshot(path=artifacts / f"hostile-{path.stem}.png", full_page=True)
        for frame in page.frames:
            found = frame.evaluate(LOOK)
            assert (found["pwned"], found["images"], found["scripts"]) == (None, 0, 0)
        assert SEEN in inside.locator("body").inner_text()
        assert "needs Python" in page.locator("body").inner_text()
        left = [url for url in asked if not url.startswith(("file:", "data:", "blob:", "about:"))]
        # nbconvert's own: MathJax, and require.js for widgets. Nothing of what was named.
        assert [url for url in left if "pwned" in url or url.endswith("/x")] == []
        assert path.stem == "page" or left == []
        context.close()
