"""The browser's half, as it was built from ``js/`` into ``nnwidgets/static``."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"


def live() -> bool:
    """Whether anywidget is asked to reload the frontend when its files change."""
    return os.environ.get("ANYWIDGET_HMR") == "1"


@lru_cache(maxsize=4)
def text(name: str) -> str:
    """Return a built file as text, read once per process.

    Parameters
    ----------
    name
        ``"network.js"`` or ``"network.css"``.

    Raises
    ------
    FileNotFoundError
        Where the frontend was never built, saying how to build it.
    """
    return _built(name).decode()


def chunk(name: str) -> bytes:
    """Return a built file that only some pages ask for; it is not kept in memory.

    Parameters
    ----------
    name
        ``"plotly.js.gz"``.

    Raises
    ------
    FileNotFoundError
        As :func:`text`.
    """
    return _built(name)


def _built(name: str) -> bytes:
    path = STATIC / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{path} is missing: the browser part of nnwidgets is not built. "
            "Run `make setup` in the checkout, or install the package with pip."
        ) from None
