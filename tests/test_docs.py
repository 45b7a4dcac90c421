"""The book builds without a warning and without a network, and its reference names everything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nnwidgets as nnw

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it with the lessons as they are kept: running them is tested elsewhere."""
    pytest.importorskip("sphinx", reason="the extra 'docs' is not installed")
    folder = tmp_path_factory.mktemp("book")
    source = folder / "docs"
    # As a clone has it: what an earlier build left in the folder is no part of it.
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "docs"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in files.split():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", source, folder / "html"]
    environment = {**os.environ, "NNWIDGETS_LESSONS": "", "NNWIDGETS_ROOT": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "html"


def test_every_lesson_is_in_the_book(book: Path) -> None:
    names = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))

    assert sorted(path.stem for path in (book / "lessons").glob("*.html")) == names


def test_formulas_are_mathml_and_nothing_is_fetched(book: Path) -> None:
    page = (book / "lessons" / "01-nonlinearity.html").read_text("utf-8")

    assert page.count("<math ") > 20
    for file in book.rglob("*.html"):
        text = file.read_text("utf-8")
        assert re.findall(r"""<(?:script|link|img)[^>]+(?:src|href)="https?:[^"]*""", text) == []


def test_the_reference_has_every_public_name() -> None:
    text = (DOCS / "api.md").read_text("utf-8")

    missing = [name for name in nnw.__all__ if not re.search(rf"\.{name}$", text, re.M)]

    assert [name for name in missing if name != "__version__"] == []
