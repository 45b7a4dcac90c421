"""What a lesson leaves out: controls of the pages with what they ask for, and held parameters."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from nnwidgets import words
from nnwidgets.widgets import _wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import ipywidgets

    from nnwidgets.core.parameters import Parameters
    from nnwidgets.widgets._model import NetworkModel
    from nnwidgets.widgets._view import View
    from nnwidgets.widgets.network import Network

#: Controls by name, with the message of a page that is refused where nobody shows them.
CONTROLS: dict[str, type | None] = {
    words.key("training"): _wire.Train,
    words.key("points"): _wire.Points,
    words.key("structure"): _wire.Structure,
    words.key("freeze"): _wire.Freeze,
    words.key("activation"): _wire.Activation,
    "tools": None,
    "legend": None,
    "caption": None,
}

THEMES = ("auto", "light", "dark")


def names_of(argument: str, given: Any) -> tuple[str, ...]:
    """Return a tuple of texts, of one or of several."""
    names = (given,) if isinstance(given, str) else tuple(given)
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"{argument} must be a str or a list of them, got {given!r}")
    return names


def hidden_of(
    show: str | Sequence[str] | None, hide: str | Sequence[str] | None, freeze: object = ()
) -> tuple[str, ...]:
    """Return names of controls that are not shown; what is frozen cannot be unfrozen there."""
    if show is not None and hide is not None:
        raise TypeError("show names all controls that are left, and hide those that are not: one")
    if show is not None:
        shown = _known("show", names_of("show", show))
        names = tuple(name for name in CONTROLS if name not in shown)
    else:
        names = _known("hide", names_of("hide", hide or ()))
    return tuple(dict.fromkeys((*names, "freeze") if freeze else names))


def _known(argument: str, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in CONTROLS:
            near = difflib.get_close_matches(name, CONTROLS, 2, 0.5)
            hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
            raise ValueError(f"{argument} knows {', '.join(CONTROLS)}; got {name!r}{hint}")
    return names


class Preset:
    """What one view, task or network hides and holds fixed while it is open.

    Parameters
    ----------
    show, hide, freeze
        As given to a view.
    everywhere
        Whether it holds for all views of the network.
    """

    def __init__(
        self,
        show: str | Sequence[str] | None = None,
        hide: str | Sequence[str] | None = None,
        freeze: str | Sequence[str] | None = None,
        *,
        everywhere: bool = False,
    ) -> None:
        self.frozen = names_of("freeze", freeze or ())
        self.hidden = hidden_of(show, hide, self.frozen)
        self._everywhere = everywhere
        self._thawed: list[str] = []

    def check(self, parameters: Parameters) -> None:
        """Raise ValueError for a parameter that there is not."""
        for name in self.frozen:
            parameters.index(name)

    def take(self, by: object, net: Network) -> None:
        """Hide and freeze."""
        frozen = net.frozen
        self._thawed = [name for name in self.frozen if name not in frozen]
        if self.frozen:
            net.freeze(*self.frozen)
        net._presets.hide(by, self.hidden, everywhere=self._everywhere)
        net._dress_views()

    def give_back(self, by: object, net: Network) -> None:
        """Show and unfreeze what was neither hidden nor frozen before."""
        net._presets.show(by)
        net._dress_views()
        if self._thawed:
            net.unfreeze(*self._thawed)


class Presets:
    """Which controls of a network are hidden, and by whom.

    Hiding is done by style sheets, and a page could ask all the same: so what nobody shows is
    refused as well.
    """

    def __init__(self) -> None:
        # Weakly: what hides something knows the network, and need not live as long.
        self._everywhere: WeakKeyDictionary[object, tuple[str, ...]] = WeakKeyDictionary()
        self._own: WeakKeyDictionary[object, tuple[str, ...]] = WeakKeyDictionary()

    def hide(self, by: object, names: tuple[str, ...], *, everywhere: bool) -> None:
        """Hide controls, in one view or in all, until :meth:`show`."""
        (self._everywhere if everywhere else self._own)[by] = names

    def show(self, by: object) -> None:
        """Show what this one has hidden, if nobody else hides it."""
        self._everywhere.pop(by, None)
        self._own.pop(by, None)

    def hidden_in(self, view: object) -> set[str]:
        """Names of what one view hides."""
        return {*self._own.get(view, ()), *_together(self._everywhere.values())}

    def hidden(self, views: Iterable[View]) -> set[str]:
        """Names of what no open view of the network shows."""
        everywhere = _together(self._everywhere.values())
        each = [set(self._own.get(view, ())) for view in views if view.is_open]
        return everywhere | (set.intersection(*each) if each else set())

    def dress(self, views: Sequence[View], net: NetworkModel) -> None:
        """Have each page hide what is hidden in it, and nothing else of these."""
        for view in views:
            _dress(view, self.hidden_in(view))
        _dress(net, self.hidden(views))

    def check(self, message: object, views: Iterable[View]) -> None:
        """Raise for a message that asks for what is hidden.

        Raises
        ------
        WireError
        """
        for name in self.hidden(views):
            kind = CONTROLS[name]
            if kind is not None and isinstance(message, kind):
                raise _wire.WireError(
                    words.Text("{control} is switched off here", control=words.Text(name))
                )


def _dress(view: ipywidgets.DOMWidget, hidden: set[str]) -> None:
    wanted = {f"nnw-hide-{name}" for name in hidden}
    classes = {f"nnw-hide-{name}" for name in CONTROLS}
    kept = [name for name in view._dom_classes if name not in classes - wanted]
    dressed = (*kept, *sorted(wanted - set(kept)))
    if dressed != tuple(view._dom_classes):
        view._dom_classes = dressed


def _together(names: Iterable[tuple[str, ...]]) -> set[str]:
    return {name for each in names for name in each}
