"""``export_notebook``: a notebook, run, whose widgets live on without Python."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nnwidgets.core._files import destination, write_whole
from nnwidgets.core._text import encodable
from nnwidgets.export import _frames
from nnwidgets.export._displayed import MARK

if TYPE_CHECKING:
    from nbformat import NotebookNode

VIEW = "application/vnd.jupyter.widget-view+json"
FIGURE = "application/vnd.plotly.v1+json"
_SUFFIXES = (".html", ".ipynb")
_NEEDS = "export_notebook needs nbclient, nbformat and nbconvert: pip install nbconvert ipykernel"


@dataclass(frozen=True)
class NotebookExport:
    """A notebook that was run and written.

    Attributes
    ----------
    path : Path
    living : int
        How many outputs live without Python.
    left : tuple of str
        Why the others do not.
    """

    path: Path
    living: int
    left: tuple[str, ...] = ()

    def __fspath__(self) -> str:
        return str(self.path)


def export_notebook(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    folder: str | os.PathLike[str] | None = None,
    timeout: int = 600,
) -> NotebookExport:
    """Run a notebook, and write it with widgets that live without Python, a server or a network.

    Each output that is a view, a network or a box of these becomes the page that ``export_html``
    makes of it, as it is when the whole notebook has run. The notebook itself is not changed.

    Parameters
    ----------
    source : str or Path
        An ``.ipynb`` file.
    target : str or Path
        Where to: ``.html`` is a page of nbconvert's; ``.ipynb`` is the notebook with its outputs,
        which nbconvert, MyST-NB and Jupyter Book show as they are.
    folder : str or Path, optional
        A folder for the widgets' pages, which the target shows from there; it is made. Without it
        the target has them all in itself.
    timeout : int
        Seconds that a cell may take.

    Returns
    -------
    NotebookExport
        How many outputs live, and why others do not.

    Raises
    ------
    ImportError
        Where nbclient or nbconvert is not installed.
    ValueError
        For a target of another kind.
    nbclient.exceptions.CellExecutionError
        For a cell that fails; nothing is written.
    OSError
        Where a file cannot be read or written.

    Notes
    -----
    It runs with the Python that runs this. Formulas in a page of nbconvert's are drawn by MathJax,
    which nbconvert takes from the network; all else is in the page.

    Examples
    --------
    >>> nnw.export_notebook("lesson.ipynb", "lesson.html")  # doctest: +SKIP
    """
    source, target = Path(source), Path(target)
    if target.suffix not in _SUFFIXES:
        raise ValueError(f"target must end in .html or .ipynb, got {target.name!r}")
    path = destination(target)
    book = _read(source)
    with TemporaryDirectory() as scratch:
        pages = Path(scratch) if folder is None else Path(folder)
        pages.mkdir(parents=True, exist_ok=True)
        shown = _run(book, source, pages.resolve(), timeout)
        base = None if folder is None else path.parent.resolve()
        left = _replace(book, shown, base)
        _replace_figures(book, pages.resolve(), base)
    write_whole(path, encodable(_text(book, path.suffix)).encode())
    return NotebookExport(path, len(shown) - len(left), tuple(left.values()))


def _read(source: Path) -> NotebookNode:
    try:
        import nbclient  # noqa: F401
        import nbconvert  # noqa: F401
        import nbformat
    except ImportError as error:
        raise ImportError(_NEEDS) from error
    return nbformat.read(source, as_version=4)


def _run(book: NotebookNode, source: Path, pages: Path, timeout: int) -> dict[str, Any]:
    """Run all cells, and one more that exports; return by model its page, or why there is none."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell

    class ThisPython(AsyncKernelManager):
        """The interpreter that runs this, which has what the notebook needs."""

        kernel_spec = KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        )

    client = NotebookClient(
        book,
        timeout=timeout,
        kernel_manager_class=ThisPython,
        resources={"metadata": {"path": str(source.resolve().parent)}},
    )
    client.reset_execution_trackers()
    with client.setup_kernel():
        for index, cell in enumerate(book.cells):
            client.execute_cell(cell, index)
        ids = dict.fromkeys(data[VIEW]["model_id"] for data in _shown(book))
        files = {
            each: str(pages / f"{source.stem}-{n}.html") for n, each in enumerate(ids, start=1)
        }
        code = f"from nnwidgets.export import _displayed\n_displayed.tell({files!r})"
        book.cells.append(new_code_cell(code))
        client.execute_cell(book.cells[-1], len(book.cells) - 1)
    said = "".join(output.get("text", "") for output in book.cells.pop().outputs)
    left = json.loads(said.rpartition(MARK)[2])
    return {each: left[each] if each in left else Path(file) for each, file in files.items()}


def _shown(book: NotebookNode, kind: str = VIEW) -> list[Any]:
    """Return the data of every output of a kind."""
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    return [output.data for output in outputs if kind in output.get("data", {})]


def _replace(book: NotebookNode, shown: dict[str, Any], base: Path | None) -> dict[str, str]:
    """Put pages where widgets were; return the reasons of those that have none."""
    for data in _shown(book):
        page = shown[data.pop(VIEW)["model_id"]]
        if isinstance(page, str):
            data["text/html"] = f"<p><em>This widget needs Python: {escape(page)}.</em></p>"
        elif base is None:
            data["text/html"] = _frames.inside(page.read_text("utf-8"))
        else:
            data["text/html"] = _frames.beside(_address(page, base))
    book.metadata.pop("widgets", None)  # with it a page would fetch Jupyter's widget manager
    return {each: page for each, page in shown.items() if isinstance(page, str)}


def _address(file: Path, base: Path) -> str:
    """Return the URL of a file, seen from a folder: "#", "?" and ":" of its name are its own."""
    return quote(Path(os.path.relpath(file, base)).as_posix())


def _replace_figures(book: NotebookNode, pages: Path, base: Path | None) -> None:
    """Put plotly's own HTML where its figures were: no page but a notebook draws those."""
    import plotly.io
    from plotly.offline import get_plotlyjs

    script: str | bool = True  # in the page itself, once
    if base is not None:
        script = _address(pages / "plotly.min.js", base)
    for data in _shown(book, FIGURE):
        if base is not None and not (pages / "plotly.min.js").exists():
            (pages / "plotly.min.js").write_text(get_plotlyjs(), encoding="utf-8")
        figure = data.pop(FIGURE)
        figure = {name: figure[name] for name in ("data", "layout") if name in figure}
        data["text/html"] = plotly.io.to_html(
            figure, full_html=False, include_plotlyjs=script, validate=False
        )
        script = False


def _text(book: NotebookNode, suffix: str) -> str:
    import nbformat
    from nbconvert import HTMLExporter

    if suffix == ".ipynb":
        return str(nbformat.writes(book))
    return str(HTMLExporter().from_notebook_node(book)[0])
