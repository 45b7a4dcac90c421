"""What a page may send, by kind: rightly made, nearly right, and nonsense."""

from __future__ import annotations

from random import Random
from typing import Any

from nnwidgets.core.activations import ACTIVATIONS
from nnwidgets.widgets._readers import READERS, STRUCTURED

#: In the place of a revision: the one of now.
NOW = "the revision of now"

#: Numbers that JSON can carry and programs stumble over.
EDGES = [
    *(0, 1, -1, 2, 255, 256, 257, 10**9, -(10**9), 2**31 - 1, 2**31, 2**53 - 1, 2**53, 2**63),
    *(2**64, 10**18, 10**30, 10**400, -(10**400), 0.0, -0.0, 0.5, 1.0, 1.5, 5e-324, 1e-30, 1e30),
    *(3.4e38, 3.5e38, 1e308, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan")),
]

#: Text that programs stumble over: long, half a letter, markup, paths, names of Python's own.
TEXTS = [
    *("", " ", "\x00", "\ud800", "x\udfff", "é" * 150, "x" * 201, "x" * 100_000, "\u202eabc"),
    *("<img src=x onerror=alert(1)>", "'; DROP TABLE", "../../etc/passwd", "__class__", "🂡"),
    *("nan", "1e9", "true", "null", "{}", "[0]", "import os", "constructor", "%s%s", "__proto__"),
]


def _deep(depth: int) -> Any:
    found: Any = 0
    for _ in range(depth):
        found = [found]
    return found


SCALARS = [None, True, False, *range(-3, 13), *EDGES, *TEXTS]
#: Whatever JSON can say, also far too much and far too deep of it.
ANYTHING = [
    *SCALARS,
    *([], {}, [[]], [{}], [None], [0], [0, 1], [1, 0, 2], [0.5] * 4, ["x"] * 3, [0] * 5000),
    *({"type": "edit"}, {"": 0}, {"__proto__": {"a": 1}}, {str(i): i for i in range(500)}),
    *(_deep(30), _deep(400), _deep(900), {"a": _deep(990)}, [10**400], [float("nan")] * 2),
]

small = list(range(11))
number = [*(i / 4 for i in range(-12, 13)), *EDGES]
pair = [[x, y] for x in number[::3] for y in number[::3]] + [[0.5, 0.5]] * 60
indices = [*([i] for i in range(14)), [], [0, 1], [1, 0], [0, 0], [8, 3, 5], [-1], [0.5]]
rate = [0.01, 0.01, 0.1, 1, 1e-300, 1e300, 0, -1, 5e-324, *EDGES]
names = [*ACTIVATIONS, *ACTIVATIONS, *TEXTS]
epochs = [0, 0, 1, 1, 2, 2, 3, 4, 99, 2**53 - 1, 2**53]

probes = [
    {
        "key": key,
        "kind": kind,
        "layer": layer,
        "axes": axes,
        "extent": extent,
        "size": size,
        "fixed": fixed,
    }
    for key, kind, layer, axes, extent, size, fixed in [
        ("a", "field", 0, [0, 1], [-1, 1, -1, 1], [4, 4], [0, 0]),
        ("b", "layer", 1, [0], [-1, 1, -1, 1], [9, 1], [0, 0]),
        ("c", "layer", 0, [], [], [], []),
        ("a", "layer", 9, [], [], [], []),
        ("d", "field", 0, [0], [-1, 1, -1, 1], [64, 1], [1, 1]),
        ("e", "field", 0, [1, 0], [-3e38, 3e38, 0, 1], [9, 9], [3e38, -3e38]),
        ("f", "field", 0, [0, 1], [-1, 1, -1, 1], [512, 512], [0, 0]),
        ("g", "field", 0, [0, 1], [1, -1, -1, 1], [5, 5], [0, 0]),
        ("h", "field", 0, [0, 0], [-1, 1, -1, 1], [5, 5], [0, 0]),
        ("i", "field", 0, [0, 1], [-1, 1, -1, 1], [10**9, 10**9], [0, 0]),
        ("\ud800", "field", 0, [0, 1], [-1, 1, -1, 1], [3, 3], [0, 0]),
        ("x" * 300, "units", 0, [0, 1], [-1e-320, 0, 0, 5e-324], [3, 3], [0, 0]),
        ("j", "field", 0, [0, 1], [-1e-45, 0, 0, 1e-45], [3, 3], [0, 0]),
    ]
]

#: By kind of message that `_wire.parse` reads: values of its fields, right ones and edges.
FIELDS: dict[str, dict[str, list[Any]]] = {
    "hello": {},
    "got": {"serial": [*small, *small, *SCALARS]},
    "ping": {"n": [*small, *small, *SCALARS]},
    "edit": {"seq": [*range(10**6)], "index": indices, "held": [[], [], *indices]},
    "freeze": {"index": indices, "frozen": [True, False]},
    "points": {
        "seq": [*range(10**6)],
        "op": ["move", "add", "delete", "label"],
        "row": [*small, *small, *EDGES],
        "x": pair,
        "y": [[0], [1], [0.5], [], [0, 1], *([x] for x in EDGES)],
    },
    "activation": {"value": [*names, *([name] for name in names), [], ["tanh"] * 3]},
    "structure": {
        "op": ["add_unit", "remove_unit", "add_layer", "remove_layer"],
        "layer": [0, 0, 0, 1, 2, -1, 3, 8],
        "unit": small,
        "after": [-1, 0, 1, -2, 3],
        "units": [None, 1, 2, 3, 256, 257, 10**9],
    },
    "train": {
        "action": ["play", "pause", "step", "reset", "set"],
        "unit": ["epoch", "batch"],
        "n": [1, 1, 2, 3, 10**6, None, None, 10**9, 10**18, 0, -1],
        "lr": [None, None, *rate],
        "speed": [None, None, *rate],
        "l1": [None, None, *rate],
        "l2": [None, None, *rate],
    },
    "recall": {"epoch": epochs},
    "history": {
        "run": ["", "", "", "before the branch at 1", *TEXTS],
        "serial": [*range(-2, 10), *EDGES],
        "rows": [*small, *EDGES],
    },
    "branch": {"epoch": epochs, "play": [True, False]},
    "watch": {"probes": [*([probe] for probe in probes), [], probes, probes[:3], probes[:1] * 33]},
}

#: What a message that was done may have changed, of the parts of `rig.fingerprint`.
TRAINED = {"weights", "history", "epoch", "trainer"}
MAY_CHANGE: dict[str, set[str]] = {
    **{kind: set() for kind in ("hello", "got", "ping", "recall", "history", "watch")},
    "edit": {"weights"},
    "freeze": {"frozen"},
    "points": {"X", "y"},
    "activation": {"structure"},
    "structure": {*TRAINED, "structure", "initial", "frozen"},
    "train": TRAINED,
    "branch": TRAINED,
}


def made(rng: Random) -> Any:
    """A message that is right but for its numbers, has one thing wrong with it, or is nonsense."""
    if rng.random() < 0.06:
        return rng.choice(ANYTHING)
    kind = rng.choice(list(FIELDS))
    message = {name: rng.choice(values) for name, values in FIELDS[kind].items()}
    message["type"] = kind
    if kind == "edit":
        message["value"] = [rng.choice(number) for _ in message["index"]]
    if kind in STRUCTURED:
        message["revision"] = NOW
    damage = rng.random()
    if damage < 0.12:
        message[rng.choice(list(message))] = rng.choice(ANYTHING)
    elif damage < 0.16:
        message.pop(rng.choice(list(message)))
    elif damage < 0.20:
        message[rng.choice([*TEXTS, "got", "seq", "revision", "page"])] = rng.choice(ANYTHING)
    elif damage < 0.22:
        message["revision"] = rng.choice([0, 1, 7, -1, 2**53, "0", None, 0.0, True])
    return message


def kind_of(message: Any) -> str:
    """Return what a message is counted under."""
    kind = message.get("type") if isinstance(message, dict) else None
    return kind if isinstance(kind, str) and kind in READERS else "nonsense"


def resolved(message: Any, revision: int) -> Any:
    """Return a message with the revision of now where it says so."""
    if isinstance(message, dict) and message.get("revision") == NOW:
        return {**message, "revision": revision}
    return message
