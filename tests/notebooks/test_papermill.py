"""A notebook with widgets runs under papermill, with parameters, on a machine without a browser."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

VIEW = """
import nnwidgets as nnw

net = nnw.Network(nnw.mlp([2, 2, 1], activation, seed=16), nnw.datasets.blobs4())
nnw.DecisionLines(net)
"""
CELLS = (
    "epochs, activation = 1, 'relu'",
    VIEW,
    "nnw.Trainer(net, lr=0.01).fit(epochs)\nprint(net.activation, net.epoch, net.accuracy)",
)


def test_papermill_sets_parameters_and_keeps_the_view(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papermill = pytest.importorskip("papermill", reason="papermill is not installed")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    book = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    book.metadata["kernelspec"] = {
        "name": "python3",
        "language": "python",
        "display_name": "Python",
    }
    book.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(book, tmp_path / "in.ipynb")

    papermill.execute_notebook(
        tmp_path / "in.ipynb",
        tmp_path / "out.ipynb",
        parameters={"epochs": 100, "activation": "tanh"},
        kernel_name="python3",
        progress_bar=False,
    )

    done = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    outputs = [output for cell in done.cells for output in cell.get("outputs", [])]
    views = [
        o.data for o in outputs if "application/vnd.jupyter.widget-view+json" in o.get("data", {})
    ]
    assert len(views) == 1
    said = "".join(o.text for o in outputs if o.output_type == "stream")
    assert said.splitlines()[-1] == "tanh 100 1.0"
    assert [o for o in outputs if o.output_type == "error"] == []
