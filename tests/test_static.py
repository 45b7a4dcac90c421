"""Lint, format and types of the Python code, as tests."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def check(*arguments: str) -> None:
    """Run a tool of this environment from the root; its words are the failure."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        check=False,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        pytest.fail(f"{' '.join(arguments)}\n{done.stdout}", pytrace=False)


def test_ruff_finds_nothing() -> None:
    check("ruff", "check", "--output-format=concise", ".")


def test_the_code_is_formatted() -> None:
    check("ruff", "format", "--check", ".")


def test_the_types_are_right() -> None:
    check("mypy")
