"""The lessons as the tests run them."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
BOOKS = {path.stem: path for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
LAUNCHER = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]


class ThisPython(AsyncKernelManager):
    """Starts the interpreter that runs the tests, whatever "python3" is on this machine."""

    kernel_spec = KernelSpec(argv=LAUNCHER)


@cache
def run_all(name: str) -> NotebookNode:
    """Run a lesson's cells, then the code that its answers offer to paste; once for all tests."""
    book = nbformat.read(BOOKS[name], as_version=4)
    text = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    answers = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    book.cells += [
        nbformat.v4.new_code_cell(code, id=f"answer-{number}")
        for number, code in enumerate(answers, start=1)
    ]
    resources = {"metadata": {"path": str(ROOT)}}  # the kernel's folder: it imports the checkout
    NotebookClient(
        book, timeout=120, kernel_manager_class=ThisPython, resources=resources
    ).execute()
    return book


def outputs(book: NotebookNode) -> list[Any]:
    return [output for cell in book.cells for output in cell.get("outputs", [])]


def printed(book: NotebookNode) -> dict[str, list[str]]:
    """Return the lines that each cell printed; of a line that is rewritten, the last version."""
    text = {
        cell.id: "".join(o.text for o in cell.outputs if o.output_type == "stream")
        for cell in book.cells
        if cell.cell_type == "code"
    }
    return {cell: re.sub(r"[^\n]*\r", "", said).splitlines() for cell, said in text.items()}


def number(pattern: str, line: str) -> float:
    """Return the number behind `pattern` in a line."""
    found = re.search(pattern + r" ([\d.]+)", line)
    assert found, f"no {pattern!r} in {line!r}"
    return float(found[1])
