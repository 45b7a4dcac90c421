"""How each message of a page is read; see ``_wire.parse``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnwidgets.core._restructure import MAX_UNITS, Change
from nnwidgets.core._restructure import OPERATIONS as STRUCTURAL
from nnwidgets.widgets import _json
from nnwidgets.widgets._json import WireError
from nnwidgets.widgets._messages import (
    Activation,
    Bounds,
    Branch,
    Edit,
    FieldProbe,
    Freeze,
    Got,
    Hello,
    History,
    LayerProbe,
    Message,
    Ping,
    Points,
    Recall,
    Structure,
    Train,
    Watch,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ACTIONS = ("play", "pause", "step", "reset", "set")
UNITS = ("epoch", "batch")
OPERATIONS = ("move", "add", "delete", "label")

#: A sequence number is a JavaScript integer, so it is exact up to here.
MAX_SERIAL = 2**53 - 1
MAX_STEPS = 1_000_000
MAX_PROBES = 32
MAX_FIELD = 512
#: Samples of all fields that are watched: so many are computed up to thirty times a second.
MAX_SAMPLES = 2**18
MAX_NAME = 200


def _hello(_message: Mapping[str, object], _bounds: Bounds) -> Message:
    return Hello()


def _got(message: Mapping[str, object], _bounds: Bounds) -> Message:
    return Got(_json.integer(message, "serial", MAX_SERIAL))


def _ping(message: Mapping[str, object], _bounds: Bounds) -> Message:
    return Ping(_json.integer(message, "n", MAX_SERIAL))


def _edit(message: Mapping[str, object], bounds: Bounds) -> Message:
    index = _json.indices(message, "index", bounds.size)
    value = _json.numbers(message, "value", len(index), bounds.largest)
    held = _json.indices(message, "held", bounds.size)
    return Edit(_json.integer(message, "seq", MAX_SERIAL), index, value, held)


def _freeze(message: Mapping[str, object], bounds: Bounds) -> Message:
    frozen = message.get("frozen")
    if not isinstance(frozen, bool):
        raise WireError(f"frozen must be true or false; got {_json.short(frozen)}")
    return Freeze(_json.indices(message, "index", bounds.size), frozen)


def _points(message: Mapping[str, object], bounds: Bounds) -> Message:
    op = _json.choice(message, "op", OPERATIONS)
    row = 0 if op == "add" else _json.integer(message, "row", bounds.rows - 1)
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()
    if op in ("move", "add"):
        x = _json.numbers(message, "x", bounds.features, bounds.largest)
    if op in ("label", "add"):
        y = _json.numbers(message, "y", bounds.columns, bounds.largest)
    return Points(_json.integer(message, "seq", MAX_SERIAL), op, row, x, y)


def _activation(message: Mapping[str, object], bounds: Bounds) -> Message:
    value = message.get("value")
    if isinstance(value, str):
        return Activation(_json.text(value, "value"))
    names = _json.at_most(value, "value", max(bounds.layers, 1))
    return Activation(tuple(_json.text(name, "value") for name in names))


def _structure(message: Mapping[str, object], bounds: Bounds) -> Message:
    op, last = _json.choice(message, "op", STRUCTURAL), bounds.layers - 2
    if op == "add_layer":
        after = _json.integer(message, "after", last, least=-1)
        given = message.get("units")
        units = None if given is None else _json.whole(given, "units", MAX_UNITS, 1)
        return Structure(Change("add_layer", after, units=units))
    layer = _json.integer(message, "layer", last)
    if op == "remove_unit":
        unit = _json.integer(message, "unit", bounds.size)
        return Structure(Change("remove_unit", layer, unit))
    return Structure(Change("add_unit" if op == "add_unit" else "remove_layer", layer))


def _train(message: Mapping[str, object], _bounds: Bounds) -> Message:
    action = _json.choice(message, "action", ACTIONS)
    unit = _json.choice(message, "unit", UNITS) if "unit" in message else UNITS[0]
    n = _json.integer(message, "n", MAX_STEPS, least=1) if message.get("n") is not None else None
    settings: dict[str, float | None] = {}
    if message.get("lr") is not None:
        settings["lr"] = _json.positive(message["lr"], "lr")
    for name in ("l1", "l2"):
        if message.get(name) is not None:
            settings[name] = _json.rate(message[name], name)
    if "speed" in message:  # null is a speed: as fast as it can
        speed = message["speed"]
        settings["speed"] = None if speed is None else _json.positive(speed, "speed")
    return Train(action, unit, n, settings)


def _recall(message: Mapping[str, object], _bounds: Bounds) -> Message:
    return Recall(_json.integer(message, "epoch", MAX_SERIAL))


def _history(message: Mapping[str, object], _bounds: Bounds) -> Message:
    run = message.get("run")
    if not isinstance(run, str) or len(run) > MAX_NAME:
        raise WireError(f"run must be text of at most {MAX_NAME} characters")
    serial = _json.integer(message, "serial", MAX_SERIAL, least=-1)
    return History(run, serial, _json.integer(message, "rows", MAX_SERIAL))


def _branch(message: Mapping[str, object], _bounds: Bounds) -> Message:
    play = message.get("play")
    if not isinstance(play, bool):
        raise WireError(f"play must be true or false; got {_json.short(play)}")
    return Branch(_json.integer(message, "epoch", MAX_SERIAL), play)


def _watch(message: Mapping[str, object], bounds: Bounds) -> Message:
    probes = _json.at_most(message.get("probes"), "probes", MAX_PROBES)
    read = tuple(_probe(_json.mapping(probe, "probe"), bounds) for probe in probes)
    samples = sum(probe.size[0] * probe.size[1] for probe in read if isinstance(probe, FieldProbe))
    if samples > MAX_SAMPLES:
        raise WireError(f"size of all probes must be at most {MAX_SAMPLES} samples; got {samples}")
    return Watch(read)


def _probe(probe: Mapping[str, object], bounds: Bounds) -> FieldProbe | LayerProbe:
    key = _json.text(probe.get("key"), "key")
    if _json.choice(probe, "kind", ("field", "layer")) == "layer":
        return LayerProbe(key, _json.integer(probe, "layer", bounds.layers - 1))
    axes = _json.indices(probe, "axes", bounds.features)
    if len(axes) not in (1, 2):
        raise WireError(f"axes must be one or two features; got {len(axes)}")
    extent = _json.numbers(probe, "extent", 4, bounds.largest)
    if not (extent[0] < extent[1] and extent[2] < extent[3]):
        raise WireError(f"extent must be x0 < x1, y0 < y1; got {extent}")
    size = tuple(
        _json.whole(number, "size", MAX_FIELD, 1)
        for number in _json.exactly(probe.get("size"), "size", 2)
    )
    return FieldProbe(
        key, axes, extent, size, _json.numbers(probe, "fixed", bounds.features, bounds.largest)
    )


READERS: Mapping[str, Callable[[Mapping[str, object], Bounds], Message]] = {
    "hello": _hello,
    "got": _got,
    "ping": _ping,
    "edit": _edit,
    "freeze": _freeze,
    "points": _points,
    "activation": _activation,
    "structure": _structure,
    "train": _train,
    "recall": _recall,
    "history": _history,
    "branch": _branch,
    "watch": _watch,
}

# What these say is about the structure of one revision.
STRUCTURED = ("edit", "freeze", "activation", "structure", "recall", "history", "branch")
