"""A model whose module in the page is a bundle, which a page evaluates once.

anywidget evaluates a model's ``_esm`` for each model, and a page keeps every module for ever: a
cell that is run again a hundred times would leave a hundred bundles there, megabytes each. So
``_esm`` is a stub that looks whether the page has the bundle, and evaluates it otherwise.
"""

from __future__ import annotations

import hashlib
from typing import Any

import traitlets

from nnwidgets.widgets import _bundle
from nnwidgets.widgets._lifetime import Owned

# A host may keep a closed model, as JupyterLab does, so that lets go of its text: and again of what
# it was before, which Backbone's models keep.
_STUB = """
const bundles = (globalThis[Symbol.for("nnwidgets.bundles@1")] ??= new Map());

async function evaluate(code) {
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return (await import(url)).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function bundle(model) {
  const key = model.get("_key");
  if (!bundles.has(key)) {
    const found = evaluate(model.get("_code"));
    bundles.set(key, found);
    found.catch(() => bundles.delete(key));
  }
  return bundles.get(key);
}

function forget(model) {
  model.set("_code", "");
  model.set("_code", "");
}

export default {
  async initialize(ctx) {
    ctx.signal?.addEventListener("abort", () => forget(ctx.model), { once: true });
    return (await bundle(ctx.model)).initialize(ctx);
  },
  async render(ctx) {
    return (await bundle(ctx.model)).render(ctx);
  },
};
"""


class Bundled(Owned):
    """A model that brings a bundle.

    Parameters
    ----------
    name
        ``"network"`` for ``static/network.js`` and ``static/network.css``.
    lang
        The language of its text: a module speaks one.
    **state
        Other traits.
    """

    _esm: Any = traitlets.Unicode(_STUB).tag(sync=True)
    _css: Any = traitlets.Unicode().tag(sync=True)
    #: The bundle, and what it goes by in the page.
    _code = traitlets.Unicode().tag(sync=True)
    _key = traitlets.Unicode().tag(sync=True)

    def __init__(self, name: str, lang: str, **state: Any) -> None:
        if not _bundle.live():  # else anywidget watches the files
            code = _bundle.text(f"{name}.js")
            state |= {
                "_code": code,
                "_key": f"{name} {hashlib.sha256(code.encode()).hexdigest()[:16]} {lang}",
                "_css": _bundle.text(f"{name}.css"),
            }
        super().__init__(**state)
