"""What a task takes away while it is set: controls of the pages, and what they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from nnwidgets.widgets import _wire

if TYPE_CHECKING:
    import ipywidgets

#: By name, the messages of a page that are refused while it is hidden.
HIDEABLE: dict[str, type] = {
    "training": _wire.Train,
    "points": _wire.Points,
    "structure": _wire.Structure,
    "freeze": _wire.Freeze,
    "activation": _wire.Activation,
}


class Presets:
    """Which controls of a network are hidden, and by whom.

    Hiding is done by style sheets, and a page could ask all the same: so it is refused as well.
    """

    def __init__(self) -> None:
        # Weakly: what hides something knows the network, and need not live as long.
        self._by: WeakKeyDictionary[object, tuple[str, ...]] = WeakKeyDictionary()

    @property
    def hidden(self) -> list[str]:
        """Names of what is hidden, by anybody."""
        return sorted({name for names in self._by.values() for name in names})

    def hide(self, by: object, names: tuple[str, ...]) -> None:
        """Hide controls until :meth:`show`."""
        self._by[by] = names

    def show(self, by: object) -> None:
        """Show what this one has hidden, if nobody else hides it."""
        self._by.pop(by, None)

    def dress(self, view: ipywidgets.DOMWidget) -> None:
        """Have a view's page hide what is hidden, and nothing else of these."""
        classes = {f"nnw-hide-{name}" for name in HIDEABLE}
        wanted = {f"nnw-hide-{name}" for name in self.hidden}
        kept = [name for name in view._dom_classes if name not in classes - wanted]
        view._dom_classes = (*kept, *sorted(wanted - set(kept)))

    def check(self, message: object) -> None:
        """Raise for a message that asks for what is hidden.

        Raises
        ------
        WireError
        """
        for name in self.hidden:
            if isinstance(message, HIDEABLE[name]):
                raise _wire.WireError(f"{name} is switched off by the task that is set")
