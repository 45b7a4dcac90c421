"""Runs the lessons before the book is read, and puts their living widgets beside the pages.

``NNWIDGETS_LESSONS`` names the ones to run, such as ``00-tour``; the others are shown as they are
kept, without outputs. Without it all are run, which takes some minutes; later only what changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(os.environ.get("NNWIDGETS_ROOT", Path(__file__).parents[2]))
SAID = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Let Sphinx know of it."""
    app.connect("builder-inited", run)
    app.connect("build-finished", copy_widgets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def run(app: Sphinx) -> None:
    """Run each lesson whose text or whose package has changed since."""
    from nnwidgets import export_notebook

    folder = Path(app.srcdir) / "lessons"
    folder.mkdir(exist_ok=True)
    sources = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for old in set(folder.glob("*.ipynb")) - {folder / source.name for source in sources}:
        old.unlink()
    wanted = os.environ.get("NNWIDGETS_LESSONS")
    package = _digest(sorted((ROOT / "nnwidgets").rglob("*.py")))
    for source in sources:
        lives = wanted is None or source.stem in wanted.split(",")
        stamp, now = folder / f"{source.stem}.stamp", f"{lives} {package} {_digest([source])}"
        if stamp.exists() and stamp.read_text() == now:
            continue
        target = folder / source.name
        if lives:
            SAID.info("running %s", source.name)
            os.environ["PYTHONPATH"] = os.pathsep.join(
                filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])
            )
            done = export_notebook(source, target, folder=folder / "widgets")
            for reason in done.left:
                SAID.info("%s: %s", source.name, reason)
        else:
            shutil.copyfile(source, target)
        stamp.write_text(now)


def copy_widgets(app: Sphinx, exception: Exception | None) -> None:
    """Put the widgets' pages where the lessons look for them."""
    widgets = Path(app.srcdir) / "lessons" / "widgets"
    if exception is None and app.builder.name == "html" and widgets.exists():
        shutil.copytree(widgets, Path(app.outdir) / "lessons" / "widgets", dirs_exist_ok=True)


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
