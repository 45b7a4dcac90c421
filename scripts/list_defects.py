"""Writes docs/proof/defects.md: each defect with the commit that mended it.

A commit that mends a defect says in a trailer, ``Defect: …``, what a user saw.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "proof" / "defects.md"
FIRST = "136a438"  # before it nobody wrote trailers
FORMAT = "%h%x1f%(trailers:key=Defect,valueonly,unfold,separator=%x1f)"
HEAD = """# Defects found, and what mended them

Written by `python scripts/list_defects.py` from the trailers of the commits: {count} defects, the
newest first. Each was seen and has its test, but for these, which were found by reading or from a
profile and not seen to fail first: those of `8b3da89`, `ffd8b89`, `5a43d96` and `64526db`; and
`fcc16fd` has no test of its own.

| defect | commit |
| --- | --- |
"""


def defects() -> list[tuple[str, str]]:
    """Return what was seen and the commit that mended it, the newest first."""
    command = ["git", "log", f"--format={FORMAT}", f"{FIRST}..HEAD"]
    log = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = []
    for line in log.splitlines():
        commit, *texts = line.split("\x1f")
        found += [(text.strip(), commit) for text in texts if text.strip()]
    return found


def page(found: list[tuple[str, str]]) -> str:
    """Return the page's Markdown."""
    rows = [f"| {_cell(text)} | `{commit}` |" for text, commit in found]
    return HEAD.format(count=len(found)) + "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    found = defects()
    PAGE.write_text(page(found), "utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(found)} defects")
