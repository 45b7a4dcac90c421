import json
import math
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnwidgets.core._restructure import Change
from nnwidgets.widgets import _wire

FLOAT32_MAX = 3.4028234663852886e38
#: Said of the structure as it is.
AT = {"revision": 3}
BOUNDS = _wire.Bounds(
    revision=3, size=9, rows=40, features=2, columns=1, layers=2, largest=FLOAT32_MAX
)

GOOD = [
    ({"type": "hello"}, _wire.Hello()),
    ({"type": "got", "serial": 7}, _wire.Got(7)),
    ({"type": "ping", "n": 0}, _wire.Ping(0)),
    (
        {"type": "edit", **AT, "seq": 3, "index": [0, 8], "value": [1, -2.5], "held": [0]},
        _wire.Edit(3, (0, 8), (1.0, -2.5), (0,)),
    ),
    (
        {"type": "edit", **AT, "seq": 4, "index": [], "value": [], "held": []},
        _wire.Edit(4, (), (), ()),
    ),
    ({"type": "freeze", **AT, "index": [1], "frozen": True}, _wire.Freeze((1,), True)),
    (
        {"type": "points", "seq": 1, "op": "move", "row": 39, "x": [0.5, 1]},
        _wire.Points(1, "move", 39, (0.5, 1.0), ()),
    ),
    (
        {"type": "points", "seq": 1, "op": "add", "x": [0, 1], "y": [1]},
        _wire.Points(1, "add", 0, (0.0, 1.0), (1.0,)),
    ),
    (
        {"type": "points", "seq": 2, "op": "label", "row": 0, "y": [0]},
        _wire.Points(2, "label", 0, (), (0.0,)),
    ),
    ({"type": "points", "seq": 2, "op": "delete", "row": 3}, _wire.Points(2, "delete", 3, (), ())),
    ({"type": "activation", **AT, "value": "relu"}, _wire.Activation("relu")),
    ({"type": "activation", **AT, "value": ["relu"]}, _wire.Activation(("relu",))),
    (
        {"type": "structure", **AT, "op": "add_unit", "layer": 0},
        _wire.Structure(Change("add_unit", 0)),
    ),
    (
        {"type": "structure", **AT, "op": "remove_unit", "layer": 0, "unit": 1},
        _wire.Structure(Change("remove_unit", 0, 1)),
    ),
    (
        {"type": "structure", **AT, "op": "add_layer", "after": -1, "units": 256},
        _wire.Structure(Change("add_layer", -1, units=256)),
    ),
    (
        {"type": "structure", **AT, "op": "add_layer", "after": 0},
        _wire.Structure(Change("add_layer", 0)),
    ),
    (
        {"type": "structure", **AT, "op": "remove_layer", "layer": 0},
        _wire.Structure(Change("remove_layer", 0)),
    ),
    ({"type": "train", "action": "play"}, _wire.Train("play", "epoch", None, {})),
    (
        {"type": "train", "action": "step", "unit": "batch", "n": 5},
        _wire.Train("step", "batch", 5, {}),
    ),
    # A speed of null is one: as fast as it can. Leaving it out changes nothing.
    (
        {"type": "train", "action": "set", "lr": 0.1, "speed": None, "l1": 0, "l2": 0.3},
        _wire.Train("set", "epoch", None, {"lr": 0.1, "speed": None, "l1": 0, "l2": 0.3}),
    ),
    ({"type": "recall", **AT, "epoch": 12}, _wire.Recall(12)),
    (
        {"type": "watch", "probes": [{"key": "a", "kind": "layer", "layer": 1}]},
        _wire.Watch((_wire.LayerProbe("a", 1),)),
    ),
    (
        {
            "type": "watch",
            "probes": [
                {
                    "key": "f",
                    "kind": "field",
                    "axes": [1, 0],
                    "extent": [0, 1, -1, 1],
                    "size": [64, 1],
                    "fixed": [0, 0.5],
                }
            ],
        },
        _wire.Watch((_wire.FieldProbe("f", (1, 0), (0.0, 1.0, -1.0, 1.0), (64, 1), (0.0, 0.5)),)),
    ),
]


@pytest.mark.parametrize(("content", "message"), GOOD, ids=lambda value: str(value)[:40])
def test_what_the_protocol_says_is_understood(content: Any, message: _wire.Message) -> None:
    assert _wire.parse(json.loads(json.dumps(content)), BOUNDS) == message


EDIT = {"type": "edit", **AT, "seq": 1, "index": [0], "value": [0.0], "held": []}
FIELD = GOOD[-1][0]["probes"][0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "message must be an object; got None"),
        ([], "message must be an object; got a list of 0"),
        ({}, "type must be one of hello, got"),
        ({"type": ["hello"]}, "got a list of 1"),
        ({"type": "nonsense"}, "'nonsense'"),
        ({"type": "ping", "n": 2**53}, "n must be an integer from 0 to 9007199254740991"),
        ({"type": "ping", "n": True}, "got True"),
        ({**EDIT, "index": [9]}, "index must be an integer from 0 to 8; got 9"),
        ({**EDIT, "index": [-1]}, "got -1"),
        ({**EDIT, "index": [0.0]}, "got 0.0"),
        ({**EDIT, "index": [0, 0], "value": [1, 2]}, "index must not name an entry twice"),
        ({**EDIT, "index": list(range(10))}, "index must be a list of at most 9"),
        ({**EDIT, "value": []}, "value must be a list of 1; got a list of 0"),
        ({**EDIT, "value": [math.nan]}, "value must be finite"),
        ({**EDIT, "value": [math.inf]}, "value must be finite"),
        ({**EDIT, "value": [1e39]}, "at most 3.4e+38"),
        ({**EDIT, "value": [10**400]}, "an integer of more than 64 bits"),
        ({**EDIT, "value": ["1"]}, "value must be a number; got '1'"),
        ({**EDIT, "value": [True]}, "value must be a number; got True"),
        ({**EDIT, "held": [9]}, "held must be"),
        ({**EDIT, "held": None}, "held must be a list"),
        ({**EDIT, "seq": -1}, "seq must be"),
        ({**EDIT, "revision": None}, "revision must be an integer from 0"),
        ({**EDIT, "revision": 2}, "the network has other units or layers by now"),
        ({**EDIT, "revision": 4}, "the network has other units or layers by now"),
        ({"type": "freeze", "index": [0], "frozen": True}, "revision must be"),
        ({"type": "recall", "epoch": 0, "revision": 2}, "other units or layers by now"),
        (
            {"type": "activation", "value": "relu", "revision": 2},
            "other units or layers by now",
        ),
        (
            {"type": "structure", "op": "remove_unit", "layer": 0, "unit": 0, "revision": 2},
            "other units or layers by now",
        ),
        (
            {"type": "freeze", **AT, "index": [0], "frozen": 1},
            "frozen must be true or false; got 1",
        ),
        ({"type": "points", "seq": 1, "op": "move", "row": 40, "x": [0, 0]}, "row must be"),
        ({"type": "points", "seq": 1, "op": "move", "row": 0, "x": [0]}, "x must be a list of 2"),
        ({"type": "points", "seq": 1, "op": "add", "x": [0, 0], "y": []}, "y must be a list of 1"),
        ({"type": "points", "seq": 1, "op": "swap", "row": 0}, "op must be one of move, add"),
        ({"type": "activation", **AT, "value": 3}, "value must be a list"),
        ({"type": "activation", **AT, "value": "x" * 201}, "at most 200 characters"),
        ({"type": "structure", **AT, "op": "grow", "layer": 0}, "op must be one of add_unit"),
        (
            {"type": "structure", **AT, "op": "add_unit", "layer": 1},
            "layer must be an integer from 0 to 0",
        ),
        ({"type": "structure", **AT, "op": "remove_unit", "layer": 0}, "unit must be"),
        ({"type": "structure", **AT, "op": "add_layer", "after": -2}, "after must be"),
        ({"type": "structure", **AT, "op": "add_layer", "after": 0, "units": 257}, "units must be"),
        ({"type": "structure", **AT, "op": "add_layer", "after": 0, "units": 0}, "units must be"),
        ({"type": "train", "action": "fly"}, "action must be one of play, pause"),
        ({"type": "train", "action": "step", "unit": "day"}, "unit must be one of epoch, batch"),
        ({"type": "train", "action": "step", "n": 0}, "n must be an integer from 1"),
        ({"type": "train", "action": "set", "lr": 0}, "lr must be positive"),
        ({"type": "train", "action": "set", "lr": 10**400}, "lr must be finite"),
        ({"type": "train", "action": "set", "speed": -1}, "speed must be positive"),
        ({"type": "train", "action": "set", "l2": -1}, "l2 must be finite and not negative"),
        ({"type": "recall", **AT, "epoch": -1}, "epoch must be"),
        ({"type": "watch", "probes": [3]}, "probe must be an object"),
        ({"type": "watch", "probes": [FIELD] * 33}, "probes must be a list of at most 32"),
        ({"type": "watch", "probes": [{"key": "a", "kind": "layer", "layer": 2}]}, "layer must be"),
        ({"type": "watch", "probes": [{**FIELD, "axes": []}]}, "axes must be one or two"),
        ({"type": "watch", "probes": [{**FIELD, "size": [513, 1]}]}, "size must be"),
        (
            {"type": "watch", "probes": [{**FIELD, "extent": [1, 0, 0, 1]}]},
            "extent must be x0 < x1",
        ),
    ],
)
def test_what_it_does_not_say_is_refused_and_named(content: Any, words: str) -> None:
    with pytest.raises(_wire.WireError) as caught:
        _wire.parse(content, BOUNDS)
    wanted = words.split(", got")[0]
    assert wanted in str(caught.value)
    assert len(str(caught.value)) < 300


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**5000)
    | st.floats()
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
TYPES = [
    "hello",
    "got",
    "ping",
    "edit",
    "freeze",
    "points",
    "activation",
    "structure",
    "train",
    "recall",
    "watch",
]
FIELDS = sorted({name for content, _ in GOOD for name in content} - {"type"} | set(FIELD))


def near_misses() -> st.SearchStrategy[Any]:
    """Messages of a known type whose fields are anything, and good ones with one field replaced."""
    wild = st.dictionaries(st.sampled_from(FIELDS), json_values).flatmap(
        lambda fields: st.sampled_from(TYPES).map(lambda kind: {**fields, "type": kind})
    )
    bent = st.tuples(
        st.sampled_from([content for content, _ in GOOD]), st.sampled_from(FIELDS), json_values
    ).map(lambda parts: {**parts[0], parts[1]: parts[2]})
    return wild | bent


@given(json_values | near_misses())
def test_anything_is_either_a_safe_message_or_a_wire_error(content: Any) -> None:
    try:
        message = _wire.parse(content, BOUNDS)
    except _wire.WireError:
        return
    for number in numbers_of(vars(message)):
        assert math.isfinite(number)
        assert abs(number) <= sys.float_info.max
    if isinstance(message, _wire.Structure):
        assert -1 <= message.change.layer < BOUNDS.layers - 1
        assert 1 <= (message.change.units or 1) <= 256
    if isinstance(message, _wire.Edit):
        assert len(message.index) == len(message.value)
        assert all(0 <= i < BOUNDS.size for i in (*message.index, *message.held))
        assert all(abs(value) <= FLOAT32_MAX for value in message.value)


def numbers_of(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [n for item in value.values() for n in numbers_of(item)]
    if isinstance(value, list | tuple):
        return [n for item in value for n in numbers_of(item)]
    if hasattr(value, "__dict__"):
        return numbers_of(vars(value))
    return [value] if isinstance(value, int | float) else []


@given(json_values | near_misses())
def test_the_number_of_an_edit_is_found_or_none(content: Any) -> None:
    number = _wire.sequence_of(content)
    assert number is None or (number == content["seq"] and 0 <= number < 2**53)
