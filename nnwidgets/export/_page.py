"""The HTML of an exported page, put together from text that is escaped and parts that are ours."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING

from nnwidgets import words
from nnwidgets.export._contents import Group, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nnwidgets.export._contents import Item
    from nnwidgets.export._parts import Parts

# Half a circle filled: light and dark.
_SWITCH = (
    '<button type="button" class="nnw-lesson-theme" aria-pressed="false" '
    'aria-label="{label}" title="{label}">'
    '<svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">'
    '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5"/>'
    '<path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"/></svg></button>'
)


def page(
    items: Iterable[Item], state: str, made: Parts, *, title: str, text: str, lang: str
) -> str:
    """Return the whole page.

    Parameters
    ----------
    items
        What stands where.
    state
        JSON that may stand in a ``<script>`` element.
    made
        Script and styles.
    title, text
        Plain text; empty for none.
    lang
        "en" or "zh".
    """
    heading = f"<h1>{escape(title)}</h1>" if title else ""
    intro = _paragraphs(text) if text else ""
    scripts = "\n".join(f"<script>{script}</script>" for script in made.scripts)
    switch = _SWITCH.format(label=escape(words.t(lang, "Dark theme")))
    needed = escape(words.t(lang, "This page needs JavaScript."))
    views = "\n".join(_html(item) for item in items)
    return f"""<!doctype html>
<html lang="{escape("zh-CN" if lang == "zh" else lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{escape(policy(made))}">
<meta name="generator" content="nnwidgets">
<title>{escape(title or "nnwidgets")}</title>
<style>{made.css}</style>
</head>
<body class="nnw-lesson">
<header class="nnw-lesson-head">{heading}{switch}</header>
{intro}
<noscript><p class="nnw-lesson-text">{needed}</p></noscript>
<main class="nnw-lesson-views">
{views}
</main>
<script type="application/json" id="nnw-state">{state}</script>
{scripts}
</body>
</html>
"""


def policy(made: Parts) -> str:
    """Return the Content-Security-Policy that a page keeps to.

    Scripts and style sheets are the ones in the page, by their hashes; nothing is fetched. Style
    attributes, which place and colour things, are allowed: they cannot fetch anything either.
    """
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(map(digest, made.scripts)),
        # plotly adds rules to a sheet that is empty as text.
        "style-src": f"{digest(made.css)} {digest('')}",
        "style-src-attr": "'unsafe-inline'",
        "img-src": "data: blob:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def digest(text: str) -> str:
    """Return the source expression of an inline script or style."""
    sha = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(sha).decode()}'"


def _paragraphs(text: str) -> str:
    parts = [part.strip("\n") for part in text.strip().split("\n\n")]
    return "\n".join(f'<p class="nnw-lesson-text">{escape(part)}</p>' for part in parts if part)


def _html(item: Item) -> str:
    if isinstance(item, Paragraph):
        return _paragraphs(item.text)
    if isinstance(item, Group):
        inside = "\n".join(_html(child) for child in item.children)
        return f'<div class="nnw-lesson-{item.kind}">\n{inside}\n</div>'
    return f'<section class="nnw-lesson-view" data-nnw-view="{item.view}"></section>'
