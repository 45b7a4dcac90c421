"""The kernel's half of ``export_notebook``: exports what it shows, by the ids of its models."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets
from ipywidgets.widgets.widget import _instances

from nnwidgets.export.html import export_html
from nnwidgets.widgets._view import View
from nnwidgets.widgets.network import Network
from nnwidgets.widgets.playground import Playground

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What stands before the line that tells what became of each.
MARK = "nnwidgets-exported:"


def tell(files: Mapping[str, str]) -> None:
    """Export widgets to files, and print what could not be, as one line of JSON."""
    sys.stdout.write(f"{MARK}{json.dumps(export_displayed(files))}\n")


def export_displayed(files: Mapping[str, str]) -> dict[str, str]:
    """Export widgets of this process.

    Parameters
    ----------
    files
        By the id of a widget's model, where its page goes.

    Returns
    -------
    dict
        By the ids of those that have no page, why not.
    """
    left: dict[str, str] = {}
    for model_id, file in files.items():
        widget = _instances.get(model_id)
        try:
            if widget is None:
                raise TypeError("it was closed when the notebook had run")
            export_html(_page_of(widget), Path(file))
        except (TypeError, ValueError) as error:
            left[model_id] = str(error)
    return left


def _page_of(widget: object) -> list[object]:
    """Return what can be on a page of its own; what else is in a box needs Python, and is named."""
    foreign: list[str] = []
    kept = _living(widget, foreign)
    if kept is None:
        raise TypeError(f"a {type(widget).__name__} needs Python")
    return [kept, *(f"{name}: only in a notebook, with Python." for name in foreign)]


def _living(widget: Any, foreign: list[str]) -> Any:
    if isinstance(widget, View | Network | Playground):
        return widget
    if not isinstance(widget, ipywidgets.Box):
        foreign.append(type(widget).__name__)
        return None
    children = [_living(child, foreign) for child in widget.children]
    kept = [child for child in children if child is not None]
    if not kept:
        return None
    if len(kept) == len(children) and all(map(_is_same, kept, widget.children)):
        return widget
    box = ipywidgets.VBox if isinstance(widget, ipywidgets.VBox) else ipywidgets.HBox
    return box(kept)


def _is_same(one: object, other: object) -> bool:
    return one is other
