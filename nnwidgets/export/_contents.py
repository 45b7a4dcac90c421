"""What was asked to be on a page: views, paragraphs and boxes of these, in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import ipywidgets

from nnwidgets.widgets._view import View
from nnwidgets.widgets.network import Network
from nnwidgets.widgets.playground import Playground
from nnwidgets.widgets.timeline import Timeline
from nnwidgets.widgets.xor_surface import GOAL, XorSurface

#: What a page can lay out; other boxes have parts that only their own page has.
_BOXES = (ipywidgets.HBox, ipywidgets.VBox)

_WANTED = (
    "a Network, a view of one, a Playground, text, an HBox or VBox of these, or a list of them"
)


@dataclass(frozen=True)
class Paragraph:
    """Text between views."""

    text: str


@dataclass(frozen=True)
class Place:
    """Where a view stands: its number among those of the page."""

    view: int


@dataclass(frozen=True)
class Group:
    """Things that stand together.

    Attributes
    ----------
    kind
        How, as ``js/src/page/lesson.css`` says: a "row" or a "column"; "halves" and "quarters" are
        cells of one width, as many beside each other as there is room for.
    children
        What stands there.
    """

    kind: str
    children: tuple[Any, ...]


Item = Paragraph | Place | Group


@dataclass
class Contents:
    """The things of a page.

    Attributes
    ----------
    items
        What stands where.
    views
        Every view, in the order of the page; a Network stands for its control bar.
    nets
        Every network that a view is of, each once.
    benches
        How many playgrounds there are, which have become their views.
    led
        By the place of a network that follows another: ``Led`` of ``js/src/page/in_step.ts``.
    """

    items: list[Item] = field(default_factory=list)
    views: list[View | Network] = field(default_factory=list)
    nets: list[Network] = field(default_factory=list)
    benches: int = 0
    led: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def lang(self) -> str:
        """The language of the page, which is that of its networks."""
        return self.nets[0].lang

    def place_of(self, net: Network) -> int:
        """Return which of the networks this is."""
        return next(place for place, known in enumerate(self.nets) if known is net)

    def add(self, net: Network) -> None:
        """Have a network on the page, once."""
        if not any(known is net for known in self.nets):
            self.nets.append(net)


def read(given: object) -> Contents:
    """Return what is to be on the page.

    Raises
    ------
    TypeError
        For what cannot be on a page, naming it.
    ValueError
        Where there is no view at all.
    """
    contents = Contents()
    several = isinstance(given, Iterable) and not isinstance(given, str | ipywidgets.Widget)
    things = list(given) if several else [given]  # type: ignore[call-overload]
    for position, thing in enumerate(things):
        name = f"net_or_views[{position}]" if several else "net_or_views"
        contents.items.append(_item(thing, name, contents))
    if not contents.views:
        raise ValueError(f"net_or_views has no view; it must be {_WANTED}")
    languages = sorted({net.lang for net in contents.nets})
    if len(languages) > 1:
        raise ValueError(
            f"net_or_views must be of networks of one language; got {' and '.join(languages)}"
        )
    return contents


def _item(thing: object, name: str, contents: Contents) -> Item:
    if isinstance(thing, str):
        return Paragraph(thing)
    if isinstance(thing, View | Network):
        return _place(thing, contents)
    if isinstance(thing, Playground):
        return _bench(thing, contents)
    if isinstance(thing, ipywidgets.Box) and _is_plain(thing):
        children = [
            _item(child, f"{name}.children[{i}]", contents)
            for i, child in enumerate(thing.children)
        ]
        if isinstance(thing, XorSurface):
            _link(thing, contents)
        kind = "column" if isinstance(thing, ipywidgets.VBox) else "row"
        return Group(kind, tuple(children))
    raise TypeError(f"{name} must be {_WANTED}; got {type(thing).__name__}")


def _is_plain(box: ipywidgets.Box) -> bool:
    return isinstance(box, _BOXES) or type(box) is ipywidgets.Box


def _place(view: View | Network, contents: Contents) -> Place:
    contents.add(view if isinstance(view, Network) else view.net)
    if isinstance(view, Timeline):
        for net in view.beside.values():
            contents.add(net)
    contents.views.append(view)
    return Place(len(contents.views) - 1)


def _bench(playground: Playground, contents: Contents) -> Group:
    """Lay out the views of a playground, whose choices are Python's."""
    contents.benches += 1
    parts = playground._parts  # one trait: network and views belong together
    views = parts["views"]

    def group(kind: str, *names: str) -> Group:
        return Group(kind, tuple(_place(views[name], contents) for name in names if name in views))

    bar = _place(parts["net"], contents)
    halves = (
        group("column", "graph", "curves", "timeline"),
        group("quarters", "lines", "space", "output", "surface"),
    )
    return Group("column", (bar, Group("halves", halves), group("column", "weights")))


def _link(xor: XorSurface, contents: Contents) -> None:
    """Have the networks train under the control of the first."""
    nets = list(xor.networks.values())
    for net in nets:
        contents.add(net)
    leader, *others = map(contents.place_of, nets)
    rule = {"by": leader, "goal": GOAL, "most": xor.steps}
    contents.led |= dict.fromkeys(others, rule)
