"""What a page sends on the comm of every view: options, messages of its own, and whole state."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnwidgets as nnw
from nnwidgets.widgets._view import View
from tests.fuzz import rig
from tests.fuzz.share import share
from tests.fuzz.surfaces import MAKERS, OWN, kinds_in, to

#: Kinds that have the network itself do something.
MOVING = ("reset", "choose")


def classes(base: type) -> list[type]:
    below = base.__subclasses__()
    return [*below, *(each for cls in below for each in classes(cls))]


def test_every_view_has_a_maker_and_every_kind_of_message_a_strategy() -> None:
    for name in MAKERS:
        getattr(nnw, name, None)  # loads it
    views = {view.__name__ for view in classes(View) if view.__module__.startswith("nnwidgets")}
    abstract = {"LibraryView", "PlaneView", "SampleView", "SurfaceModel"}
    assert views - abstract <= set(MAKERS), "a view that nobody fuzzes"
    found = set().union(*(kinds_in(view) for view in (*classes(View), nnw.Playground)))
    assert found - {"type", "problem"} <= set(OWN), "a kind of message that nobody fuzzes"


@pytest.mark.parametrize("name", sorted(MAKERS))
@share(1)
@given(seed=st.integers(0, 2**64), count=st.integers(40, 60))
def test_a_view_takes_what_it_may_and_refuses_the_rest(name: str, seed: int, count: int) -> None:
    rng = Random(seed)
    with rig.kernel() as clock:
        widget = MAKERS[name]()
        net = widget if isinstance(widget, nnw.Network) else widget.net
        rig.settle(clock)
        kinds = tuple(sorted(kinds_in(type(widget)) & set(OWN))) or ("hello",)
        for _ in range(count):
            kind, sent, buffers = to(rng, widget, kinds)
            net = widget if isinstance(widget, nnw.Network) else widget.net
            one(widget, net, kind, sent, buffers, clock)
        if name != "Network":
            again(widget)


def one(widget: Any, net: Any, kind: str, sent: Any, buffers: int, clock: Any) -> None:
    before = rig.fingerprint(net, widget)
    page = rig.Listener(net, widget)
    rig.deliver(widget, sent, [memoryview(b"abcdefg")] * buffers)
    rig.settle(clock)
    refusals = page.refusals()
    rig.note(f"{type(widget).__name__}: {kind}", refusals)
    if kind in MOVING:
        return
    differ = rig.changed(before, rig.fingerprint(net, widget))
    own = f"{type(widget).__name__}."
    beyond = {part for part in differ if not part.startswith(own)}
    assert not beyond, f"{kind} changed {beyond}"
    if refusals and kind in ("option", "update"):
        assert not differ, f"refused, and yet it changed {differ}"
    if kind == "option":
        wanted = sent["content"]["name"]
        assert refusals or differ <= {own + wanted, *RELATED.get(wanted, ())}
    if kind == "update":
        assert differ <= {own + str(each) for each in sent["state"]}.union(*RELATED.values())
    assert not any(part.endswith(("_esm", "_css")) for part in differ)


#: Options that bring others along, as the views' own documentation says.
RELATED = {"layer": ("FeatureSpace.units",)}


def again(widget: Any) -> None:
    """Whatever was taken, a page that opens now can be given all of it."""
    widget.close()
    widget.open()
    rig.packed({name: value for name, value in widget.get_state().items() if name[0] != "_"})
