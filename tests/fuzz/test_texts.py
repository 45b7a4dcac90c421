"""States, permalinks and weights that somebody else has made, or that were damaged on the way."""

from __future__ import annotations

import base64
import json
import math
import random
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnwidgets as nnw
from tests.fuzz import rig
from tests.fuzz.messages import EDGES, TEXTS
from tests.fuzz.share import share
from tests.fuzz.surfaces import points

values = st.sampled_from(
    [None, True, False, *EDGES, *TEXTS, [], {}, [[]], [0] * 9, {"__proto__": 1}, [None], [1e999]]
)


def places(tree: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [before] if before else []
    if isinstance(tree, dict | list):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            found += places(value, (*before, key))
    return found


def changed(tree: Any, place: tuple[Any, ...], value: Any, way: str) -> Any:
    tree = json.loads(json.dumps(tree))
    inner = tree
    for key in place[:-1]:
        inner = inner[key]
    if way == "drop":
        del inner[place[-1]]
    elif way == "nest":
        inner[place[-1]] = {"again": inner[place[-1]]}
    elif way == "twice" and isinstance(inner, list):
        inner.append(inner[place[-1]])
    else:
        inner[place[-1]] = value
    return tree


def read(kind: str, make: Any, text: str, damage: str) -> Any:
    """Read a text; what is refused is refused by the one error, in few words."""
    rig.SENT[f"{kind}: {damage}"] += 1
    try:
        return make(text)
    except nnw.StateError as error:
        said = str(error)
    rig.refused(f"{kind}: {damage}", said)
    return None


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    with rig.kernel():
        return {"state": points().to_json(), "playground": nnw.Playground().to_json()}


READERS = {"state": nnw.Network.from_json, "playground": nnw.Playground.from_json}


@pytest.mark.parametrize("kind", READERS)
@share(30)
@given(data=st.data())
def test_any_value_anywhere_in_a_state_is_read_or_refused(
    texts: dict[str, str], kind: str, data: st.DataObject
) -> None:
    tree = json.loads(texts[kind])
    place = data.draw(st.sampled_from(places(tree)))
    way = data.draw(st.sampled_from(["replace"] * 5 + ["drop", "nest", "twice"]))
    text = json.dumps(changed(tree, place, data.draw(values), way))
    with rig.kernel() as clock:
        made = read(kind, READERS[kind], text, way)
        if made is not None:
            rig.settle(clock)
            rig.packed(made.to_json())
            net = made if kind == "state" else made.net
            rig.packed(net.get_state("_spec"))


@pytest.mark.parametrize("kind", READERS)
@share(30)
@given(data=st.data())
def test_bits_and_pieces_of_a_text_are_read_or_refused(
    texts: dict[str, str], kind: str, data: st.DataObject
) -> None:
    raw = bytearray(texts[kind].encode())
    way = data.draw(st.sampled_from(["flip", "cut", "swap", "twice", "link"]))
    at = data.draw(st.integers(0, len(raw) - 1))
    if way == "flip":
        raw[at] ^= 1 << data.draw(st.integers(0, 7))
    elif way == "cut":
        del raw[at:]
    elif way == "swap":
        other = data.draw(st.integers(0, len(raw) - 1))
        raw[at], raw[other] = raw[other], raw[at]
    elif way == "twice":
        raw[at:at] = raw[at : at + data.draw(st.integers(1, 40))]
    text = raw.decode("utf-8", errors="surrogateescape")
    if way == "link":
        packed = bytearray(zlib.compress(texts[kind].encode()))
        packed[at % len(packed)] ^= 1 << data.draw(st.integers(0, 7))
        text = "nnw1." + base64.urlsafe_b64encode(bytes(packed)).decode().rstrip("=")
    with rig.kernel():
        read(kind, READERS[kind], text, way)


@share(30)
@given(data=st.data())
def test_a_state_that_is_refused_changes_nothing_of_the_network(
    texts: dict[str, str], data: st.DataObject
) -> None:
    tree = json.loads(texts["state"])
    place = data.draw(st.sampled_from(places(tree)))
    text = json.dumps(changed(tree, place, data.draw(values), "replace"))
    with rig.kernel():
        net = points()
        before = rig.fingerprint(net)
        rig.SENT["load_json"] += 1
        try:
            net.load_json(text)
        except nnw.StateError:
            rig.REFUSED["load_json"] += 1
            assert not rig.changed(before, rig.fingerprint(net))


def bombs(state: str) -> dict[str, str]:
    """Texts that are small, or look harmless, and ask for a great deal."""
    tree = json.loads(state)
    layers = 60_000
    deep = dict(tree, structure=dict(tree["structure"]))
    deep["structure"]["sizes"] = [2] + [1] * layers
    deep["structure"]["activations"] = [{"name": "relu"}] * (layers - 1)
    zeros = base64.b64encode(bytes(4 * (3 + 2 * (layers - 1)))).decode()
    for part in ("values", "initial"):
        if isinstance(deep.get(part), dict):
            deep[part] = {**deep[part], "data": zeros, "shape": [3 + 2 * (layers - 1)]}
    link = "nnw1." + base64.urlsafe_b64encode(zlib.compress(b"[" + b" " * 100_000_000)).decode()
    return {
        "nested": "[" * 100_000,
        "nested objects": '{"a":' * 100_000,
        "an inflated link": link.rstrip("="),
        "many layers": json.dumps(deep),
        "a huge integer": state.replace('"epoch":2', '"epoch":' + "9" * 100_000),
        "a huge exponent": state.replace('"epoch":2', '"epoch":1e400'),
        "many parts": "[" + "[]," * 1_000_000 + "[]]",
        "one key many times": "{" + ",".join(['"a":1'] * 90_000) + "}",
        "surrogates": json.dumps({**tree, "lang": "\ud800"}),
        "nothing": "",
        "a long text": "x" * 70_000_000,
    }


def test_bombs_are_refused_in_little_memory(texts: dict[str, str]) -> None:
    with rig.kernel():
        for name, text in bombs(texts["state"]).items():
            tracemalloc.start()
            try:
                assert read("bomb", nnw.Network.from_json, text, name) is None, name
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
            assert peak < 500 * 2**20, f"{name}: {peak / 2**20:.0f} MiB"


@share(30)
@given(seed=st.integers(0, 2**32), way=st.sampled_from(["flip", "cut", "grow", "header", "zero"]))
def test_a_damaged_weights_file_is_read_or_refused_and_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, seed: int, way: str
) -> None:
    rng, path = random.Random(seed), tmp_path_factory.mktemp("w") / "net.safetensors"
    with rig.kernel():
        net = points()
        net.save_weights(path)
        raw = bytearray(path.read_bytes())
        head = int.from_bytes(raw[:8], "little")
        at = rng.randrange(len(raw))
        if way == "flip":
            raw[at] ^= 1 << rng.randrange(8)
        elif way == "cut":
            del raw[at:]
        elif way == "grow":
            raw += bytes(at)
        elif way == "header":
            raw[:8] = rng.choice([2**63, 2**64 - 1, 0, head - 1, head + 1, 10**9]).to_bytes(
                8, "little"
            )
        else:
            raw[8 + rng.randrange(head)] = rng.randrange(256)
        path.write_bytes(raw)
        before = rig.fingerprint(net)
        rig.SENT[f"safetensors: {way}"] += 1
        said = ""
        try:
            net.load_weights(Path(path))
        except ValueError as error:
            said = str(error)
        if said:
            rig.refused(f"safetensors: {way}", said)
            assert not rig.changed(before, rig.fingerprint(net))
        assert math.isfinite(net.loss)
