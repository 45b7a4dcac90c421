"""The examples in docstrings run and give what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

import nnwidgets

ROOT = Path(nnwidgets.__file__).parent
MODULES = [
    ".".join(["nnwidgets", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")
    for path in sorted(ROOT.rglob("*.py"))
    if ">>>" in path.read_text("utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_some_are_run_and_not_only_shown() -> None:
    examples = sum(doctest.testmod(importlib.import_module(name)).attempted for name in MODULES)
    assert examples >= 40
