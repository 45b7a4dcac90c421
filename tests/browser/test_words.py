"""No text of any view is left out of the table of words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import nnwidgets as nnw
from nnwidgets import words
from tests.browser.gallery import gallery

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Every text that a reader sees or hears, but the sources of formulas, with the view it is in.
SEEN = """() => {
  const named = "title aria-label aria-valuetext aria-description aria-roledescription placeholder";
  const found = [...window.drawn].map((text) => ["canvas", text]);
  for (const view of document.querySelectorAll("[data-nnw-view]")) {
    const say = (text) => text.trim() && found.push([view.dataset.nnwView, text]);
    for (const element of view.querySelectorAll("*")) {
      if (element.closest("style, annotation, script")) continue;
      for (const name of named.split(" ")) say(element.getAttribute(name) ?? "");
      for (const node of element.childNodes) if (node.nodeType === 3) say(node.data);
    }
  }
  return found;
}"""
PARTS = """() => [...document.querySelectorAll("[data-nnw-view]")]
  .map((view) => view.querySelectorAll("*").length)"""
DRAWN = """
window.drawn = new Set();
const fillText = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
  window.drawn.add(String(text));
  return fillText.call(this, text, ...where);
};
"""
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
CUT = re.compile(r"⟦[^⟦⟧]*$")  # a label is a title without the key in brackets behind it
WORD = re.compile(r"[A-Za-z]{2,}")
# What is the user's own or Python's: names of parameters, modules, activations, optimizers, shapes.
NAMES = re.compile(
    r"\b(\d+|[a-z]+(\.\d+)?|0)\.(weight|bias|in_proj_weight|in_proj_bias|out_proj\S*)(\[[\d,]*\])?"
    r"|\b(tanh|relu|sigmoid|linear|adam|sgd|sine|attend|negative|positive|w_ji|v_ij|ReLU|Linear|Conv2d|conv2d|Flatten|flatten|Tanh|Wide)\b"
    r"|\b(MultiheadAttention|NonDynamicallyQuantizableLinear|Embedding|softmax|max|min|ln|exp|diag)\b"
    r"|\b(adamw|momentum|rmsprop|elu|gelu|silu|leaky_relu|softplus|sin|torch|small|large|zeros)\b"
    r"|\b((xavier|kaiming)(_uniform)?|uniform)\b"
    r"|\b(px|dW|db|da|dz|CSV|PCA|Enter|Home|End|Shift|Ctrl|Esc|Space|Delete|Page|up|down)\b"
)


def left(text: str) -> str:
    """Return what of a text is neither marked nor a name."""
    while MARKED.search(text):
        text = MARKED.sub(" ", text)
    return NAMES.sub(" ", CUT.sub(" ", text))


def test_no_view_says_anything_that_has_no_translation(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    english, _ = seen_in(browser, tmp_path, "en")
    marked = {text: f"⟦{text}⟧" for text in words.table("zh")}
    monkeypatch.setattr(words, "table", lambda lang: {} if lang == "en" else marked)
    parts, said = seen_in(browser, tmp_path, "zh")

    told = {f"{view}: {text}" for view, text in said if WORD.search(left(text))}
    if told:
        pytest.fail("\n".join(sorted(told)), pytrace=False)
    assert parts == english  # no text is what something is known by


def seen_in(
    browser: Browser, folder: Path, lang: str
) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return how many elements each view has on an exported page, and all that is said there."""
    views = gallery(lang)
    path = folder / f"{lang}.html"
    nnw.export_html(list(views.values()), path)
    page = browser.new_page(viewport={"width": 900, "height": 30_000})  # all of it is in sight
    try:
        page.add_init_script(DRAWN)
        page.goto(path.as_uri())
        page.locator("html[data-nnw-ready=true]").wait_for(timeout=30_000)
        page.wait_for_timeout(1500)
        names = list(views)
        parts = page.evaluate(PARTS)
        said = [
            (names[int(view)] if view.isdigit() else view, text)
            for view, text in page.evaluate(SEEN)
        ]
    finally:
        page.close()
    return dict(zip(names, parts, strict=True)), said
