"""Formulas as MathML, made by KaTeX while the book is built: a page needs no script for them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

ROOT = Path(os.environ.get("NNWIDGETS_ROOT", Path(__file__).parents[2]))
KATEX = ROOT / "js" / "node_modules" / "katex" / "dist" / "katex.mjs"
SAID = logging.getLogger(__name__)

# One process for all formulas: a line of JSON for each, in and out.
_SERVER = """
import { createInterface } from "node:readline";
const { default: katex } = await import(process.argv[1]);
for await (const line of createInterface({ input: process.stdin })) {
  const { tex, displayMode } = JSON.parse(line);
  let answer;
  try {
    answer = { html: katex.renderToString(tex, { displayMode, output: "mathml" }) };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\\n`);
}
"""


def setup(app: Sphinx) -> dict[str, bool]:
    """Offer the renderer to Sphinx."""
    app.add_html_math_renderer(
        "mathml", inline_renderers=(inline, None), block_renderers=(block, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": False}


def inline(self: Any, node: nodes.math) -> None:
    """Write a formula in a line."""
    from docutils.nodes import SkipNode

    self.body.append(mathml(node.astext(), display=False))
    raise SkipNode


def block(self: Any, node: nodes.math_block) -> None:
    """Write a formula that stands by itself."""
    from docutils.nodes import SkipNode

    self.body.append(f"<div>{mathml(node.astext(), display=True)}</div>")
    raise SkipNode


@cache
def mathml(tex: str, display: bool) -> str:
    """Return a formula; one that KaTeX refuses is a warning, and stands there as it was written."""
    server = _server()
    server.stdin.write(json.dumps({"tex": tex, "displayMode": display}) + "\n")
    server.stdin.flush()
    answer = json.loads(server.stdout.readline())
    if "error" in answer:
        SAID.warning("a formula cannot be read: %s", answer["error"])
        return tex
    return str(answer["html"])


@cache
def _server() -> Any:
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    node = shutil.which("node", path=places)
    if node is None or not KATEX.exists():
        raise RuntimeError("formulas need node and js/node_modules: run `make setup`")
    return subprocess.Popen(
        [node, "--input-type=module", "-e", _SERVER, KATEX.as_uri()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
