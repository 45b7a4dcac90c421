"""The one wire format, Python side. Its browser twin is ``js/src/wire.ts``.

What is durable is synced state of the ``Network`` model; the browser reads it when the model is
made and again whenever it changes:

==============  ==================================================================================
``_spec``       what the network is: layers, their offsets in the flat vector, names, loss, dtype
``_values``     the flat parameters as bytes of the spec's dtype
``_initial``    the same at the initial point
``_data``       ``{n, d, k, X, steps, y, ack, test}``: the points as row-major bytes, y with k
                columns; where ``steps`` is a number, X has a byte for each, which counts steps to
                1; ``test`` is null or ``{n, X, y}`` of points that are only scored
``_frozen``     flat indices that neither training nor a drag may move
``_status``     epoch, loss, accuracy and what the trainer is doing
``uplink``      the small model whose comm carries everything from the browser to Python
==============  ==================================================================================

What moves goes as custom messages. Python to browser, on the network's comm:

- ``frame {serial, ack, revision, status} [params]``: at most sixty a second, the latest only, at
  most two unanswered; the last one is always sent. ``ack`` is the number of the last edit in it.
  Loss and accuracy in its status are null where they are not known and the page can work them out.
- ``pong {n}``, ``error {message, detail, seq}`` (seq where an edit was refused),
  ``recalled {epoch} [params]``, ``probe {key, serial, shape} [float32]``. A layer's probe is of
  shape (2, n, units), the sums before the activations; a field's is (outputs, ny, nx).

Browser to Python, on the uplink's comm. The uplink is a model of its own because a comm that is
busy sending frames delays what arrives on it:

- ``hello`` asks for a frame; ``got {serial}`` answers one; ``ping {n}`` asks for a pong.
- ``edit {seq, index, value, held}`` sets parameters; a repeated one is only acknowledged.
  ``held`` are the ones under the reader's finger: training leaves them alone until ``held`` is
  empty or nothing was heard for three seconds. It may carry ``got`` and so answer a frame.
- ``freeze {index, frozen}``, ``points {seq, op, row, x, y}``, ``activation {value}``,
  ``train {action, unit, n, lr, speed, l1, l2}``, ``recall {epoch}``, ``watch {probes}``.
- ``structure {op, layer, unit, after, units}`` adds or removes a unit or a hidden layer, where the
  spec says that it is ``editable``; what comes back is a new spec and all that belongs to it.

A flat index, or the place of a unit, means another one once units or layers have come or gone. The
spec numbers the structure that it describes by ``revision``; a frame says of which its parameters
are, and ``edit``, ``freeze``, ``activation``, ``structure`` and ``recall`` say which they mean.
One that is outdated is refused like any other that is wrong, and so acknowledged.

Every one of these is read by :func:`parse`, which returns a message that is safe to apply or
raises :class:`WireError` naming what was expected and what came. Nothing is changed by parsing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnwidgets.core._restructure import MAX_UNITS, Change
from nnwidgets.core._restructure import OPERATIONS as STRUCTURAL
from nnwidgets.core._revision import Outdated
from nnwidgets.widgets import _json
from nnwidgets.widgets._json import WireError
from nnwidgets.widgets._messages import (
    Activation,
    Bounds,
    Edit,
    FieldProbe,
    Freeze,
    Got,
    Hello,
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

__all__ = [
    "Activation",
    "Bounds",
    "Edit",
    "FieldProbe",
    "Freeze",
    "Got",
    "Hello",
    "LayerProbe",
    "Message",
    "Ping",
    "Points",
    "Recall",
    "Structure",
    "Train",
    "Watch",
    "WireError",
    "answered",
    "parse",
    "sequence_of",
]

ACTIONS = ("play", "pause", "step", "reset", "set")
UNITS = ("epoch", "batch")
OPERATIONS = ("move", "add", "delete", "label")

#: A sequence number is a JavaScript integer, so it is exact up to here.
MAX_SERIAL = 2**53 - 1
MAX_STEPS = 1_000_000
MAX_PROBES = 32
MAX_FIELD = 512


def parse(content: object, bounds: Bounds) -> Message:
    """Read one message from the browser.

    Parameters
    ----------
    content
        Whatever arrived: any JSON.
    bounds
        The sizes that indices and lists are held against.

    Returns
    -------
    Message
        A frozen message whose every number is finite and in range.

    Raises
    ------
    WireError
        For anything else. Nothing but this is raised.

    Examples
    --------
    >>> parse({"type": "ping", "n": 3}, Bounds(0, 9, 400, 2, 1, 2, 3.4e38))
    Ping(n=3)
    """
    message = _json.mapping(content, "message")
    kind = message.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise WireError(f"type must be one of {', '.join(_READERS)}; got {_json.short(kind)}")
    if kind in _STRUCTURED and _json.integer(message, "revision", MAX_SERIAL) != bounds.revision:
        raise WireError(str(Outdated()))
    return reader(message, bounds)


def sequence_of(content: object) -> int | None:
    """Return the number of an edit even where the rest of it cannot be read.

    A refused edit is acknowledged as well: the page then drops what it showed in advance.
    """
    try:
        return _json.integer(_json.mapping(content, "message"), "seq", MAX_SERIAL)
    except WireError:
        return None


def answered(content: object) -> int | None:
    """Return the serial number of the frame that an edit answers on its way, if it does.

    It counts even where the edit itself is a repetition or is refused.
    """
    try:
        message = _json.mapping(content, "message")
        return _json.integer(message, "got", MAX_SERIAL) if "got" in message else None
    except WireError:
        return None


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


def _watch(message: Mapping[str, object], bounds: Bounds) -> Message:
    probes = _json.at_most(message.get("probes"), "probes", MAX_PROBES)
    return Watch(tuple(_probe(_json.mapping(probe, "probe"), bounds) for probe in probes))


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


_READERS: Mapping[str, Callable[[Mapping[str, object], Bounds], Message]] = {
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
    "watch": _watch,
}

# What these say is about the structure of one revision.
_STRUCTURED = ("edit", "freeze", "activation", "structure", "recall")
