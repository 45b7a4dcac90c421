"""Widgets that go when their cell is run again, and come back when they are needed.

ipywidgets keeps every open widget alive, so a cell that is run a hundred times would leave a
hundred networks behind in the kernel and in the page. Here a widget belongs to the notebook cell
that made it. Just before that cell runs again its views are closed, and its networks as soon as
no view of them is open. A closed widget is whole: displaying it, or a box around it, opens it
anew. Outside a notebook nothing of this happens.
"""

from __future__ import annotations

import sys
import weakref
from typing import Any, cast

import ipywidgets
from ipywidgets.widgets import widget as _ipywidgets_registry

from nnwidgets.core._text import all_encodable
from nnwidgets.widgets._guard import Guarded

_cells: dict[str, list[weakref.ref[Owned]]] = {}
_watched: weakref.WeakSet[Any] = weakref.WeakSet()


class Owned(Guarded):
    """A widget that belongs to the cell it was made in, and can be opened after closing."""

    layout: Any

    def open(self) -> None:
        """Open the widget in the page if it is not; it then belongs to the running cell."""
        if self.comm is not None:
            return
        if self.layout.comm is None:
            self.layout = _copy(self.layout)
        self._model_id = None  # a new one: pages may hold on to what they had under the old one
        super().open()
        _track(self)

    def close(self) -> None:
        """Remove the widget from every page. Displaying it opens it again."""
        if self.comm is None:
            return
        super().close()
        # ipywidgets shadows the method with None, after which a widget can never be displayed.
        self.__dict__.pop("_repr_mimebundle_", None)
        self.layout.close()

    def _send(self, msg: Any, buffers: Any = None) -> None:
        try:
            super()._send(msg, buffers)
        except UnicodeEncodeError:  # half a character, in a name: no message can hold it
            super()._send(all_encodable(msg), buffers)

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """Return synced state, every text of which a message can hold."""
        state: dict[str, Any] = super().get_state(key, drop_defaults)
        return cast("dict[str, Any]", all_encodable(state))

    def give_up(self) -> None:
        """The cell that made this widget is run again."""
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether pages can show the widget now."""
        return self.comm is not None

    @property
    def model_id(self) -> str:
        """The id pages know the widget by; a closed widget is opened first."""
        self.open()
        return str(self.comm.comm_id)


def close_cell(cell: str | None) -> None:
    """Give up everything that the cell made, before it runs again."""
    made = [widget for ref in _cells.pop(cell or "", ()) if (widget := ref()) is not None]
    if not made:
        return
    for widget in made:
        widget.give_up()
    _close_boxes()


def _close_boxes() -> None:
    """Close boxes that hold nothing but closed widgets of ours, and boxes of such boxes."""
    while True:
        hollow = [
            box
            for box in list(_ipywidgets_registry._instances.values())
            if isinstance(box, ipywidgets.Box)
            and box.children
            and not any(map(_shows, box.children))
        ]
        if not hollow:
            return
        for box in hollow:
            box.close()
            box.layout.close()


def _shows(child: ipywidgets.Widget) -> bool:
    return child.comm is not None or not isinstance(child, Owned | ipywidgets.Box)


def _copy(layout: ipywidgets.Layout) -> ipywidgets.Layout:
    kept = {name: getattr(layout, name) for name in layout.keys if not name.startswith("_")}
    return ipywidgets.Layout(**{name: value for name, value in kept.items() if value is not None})


def _track(widget: Owned) -> None:
    shell = _shell()
    cell = _running_cell(shell)
    if cell is None:
        return
    if shell not in _watched:
        _watched.add(shell)
        shell.events.register("pre_run_cell", lambda info: close_cell(info.cell_id))
    alive = [ref for ref in _cells.get(cell, ()) if ref() is not None]
    _cells[cell] = [*alive, weakref.ref(widget)]


def _shell() -> Any:
    """Return IPython's shell if one is running; IPython is not imported for it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _running_cell(shell: Any) -> str | None:
    """Return the id of the cell that this code runs in, None in a callback or a script."""
    get_parent = getattr(shell, "get_parent", None)
    parent = get_parent() if get_parent else None
    cell = parent.get("metadata", {}).get("cellId") if isinstance(parent, dict) else None
    return cell if isinstance(cell, str) and cell else None
