"""The state as text: every bit comes back, and whatever is wrong is one error."""

import base64
import json
import re
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import nnwidgets as nnw
from nnwidgets.core._inits import made_with
from nnwidgets.core.state import NetworkState, StateError, TrainerSettings, prepare

ACTIVATIONS = sorted(nnw.ACTIVATIONS)


def some(seed: int = 0, **more: Any) -> nnw.Problem:
    X, y = nnw.datasets.blobs4(n=12)
    return nnw.Problem(nnw.mlp([2, 3, 1], seed=seed), X, y, **more)


def text_of(problem: nnw.Problem, **more: Any) -> str:
    return NetworkState.of(problem, **more).to_json()


@st.composite
def problems(draw: st.DrawFn) -> nnw.Problem:
    """Any mlp with any data, some of it frozen, its weights moved since the start."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    hidden = len(sizes) - 2
    names = draw(st.lists(st.sampled_from(ACTIVATIONS), min_size=hidden, max_size=hidden))
    dtype = draw(st.sampled_from([torch.float32, torch.float64]))
    seed, bias = draw(st.integers(0, 99)), draw(st.booleans())
    model = nnw.mlp(sizes, names, bias=bias, seed=seed, dtype=dtype)
    rng = np.random.default_rng(seed)
    n = draw(st.integers(1, 9))
    X = rng.standard_normal((n, sizes[0]))
    loss = draw(st.sampled_from(["mse", "half_mse", "bce", "cross_entropy"]))
    if loss == "cross_entropy" and sizes[-1] > 1:
        y = rng.integers(0, sizes[-1], n)
    else:
        loss = "mse" if loss == "cross_entropy" else loss
        y = (
            rng.integers(0, 2, (n, sizes[-1]))
            if draw(st.booleans())
            else rng.random((n, sizes[-1]))
        )
    test = (X[:1] + 1, y[:1]) if draw(st.booleans()) else None
    problem = nnw.Problem(model, X, y, loss=loss, test=test)
    problem.frozen[:] = rng.random(problem.parameters.size) < 0.3
    values = rng.standard_normal(problem.parameters.size) * draw(st.sampled_from([1, 1e30, 1e-42]))
    problem.parameters.write(np.arange(values.size), values)
    return problem


def bits(array: Any) -> tuple[Any, ...]:
    array = np.asarray(array)
    return array.dtype.str, array.shape, array.tobytes()


@given(problems(), st.booleans())
def test_every_bit_comes_back(problem: nnw.Problem, as_link: bool) -> None:
    before = NetworkState.of(problem, epoch=7, trainer=TrainerSettings("sgd", 0.1, None, 2**64 - 1))

    after = NetworkState.parse(before.to_link() if as_link else before.to_json())
    ready = prepare(after)
    ready.start()
    again = nnw.Problem(ready.model, **ready.arguments)

    assert bits(after.values) == bits(problem.parameters.read())
    assert bits(again.parameters.read()) == bits(problem.initial)
    assert after.frozen.tolist() == np.flatnonzero(problem.frozen).tolist()
    assert (after.epoch, after.trainer) == (7, TrainerSettings("sgd", 0.1, None, 2**64 - 1))
    assert repr(again.model) == repr(problem.model)  # layers, sizes, biases, slopes
    assert list(again.model.state_dict()) == list(problem.model.state_dict())
    assert again.loss.name == problem.loss.name
    for now, then in [(again.data, problem.data), (again.test, problem.test)]:
        assert (now is None) == (then is None)
        if now is not None and then is not None:
            assert (bits(now.X), bits(now.y)) == (bits(then.X), bits(then.y))


TEXT = text_of(some(), epoch=3, trainer=TrainerSettings("adam", 0.05, 16, 0))
LINK = NetworkState.parse(TEXT).to_link()


def refusal(read: Callable[[], object]) -> str | None:
    """Return what a StateError says; any other error is a defect."""
    try:
        read()
    except StateError as error:
        return str(error)
    return None


@given(st.data(), st.sampled_from([TEXT, LINK]))
def test_what_is_damaged_is_read_or_refused_by_the_one_error(
    data: st.DataObject, text: str
) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        length = data.draw(st.integers(0, 30))
        text = text[:at] + data.draw(st.text(max_size=5)) + text[at + length :]
    model = nnw.mlp([2, 3, 1], seed=9)
    weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    said = refusal(lambda: prepare(NetworkState.parse(text), model))
    assert said is None or 10 < len(said) < 1000  # says something, and does not repeat it all
    assert all(torch.equal(tensor, weights[name]) for name, tensor in model.state_dict().items())


@given(st.data())
def test_a_damaged_link_is_always_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(5, len(LINK) - 2))
    char = data.draw(st.sampled_from("AZaz09-_").filter(lambda char: char != LINK[at]))
    with pytest.raises(StateError):
        NetworkState.parse(LINK[:at] + char + LINK[at + 1 :])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


PLACES = places(json.loads(TEXT))[1:]


@given(st.sampled_from(PLACES), JSON)
def test_any_other_value_anywhere_is_read_or_refused(place: tuple[Any, ...], value: Any) -> None:
    state = json.loads(TEXT)
    inner = state
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    said = refusal(lambda: prepare(NetworkState.parse(json.dumps(state))))
    assert said is None or 10 < len(said) < 1000


@given(st.text())
def test_any_text_is_refused_by_the_one_error(text: str) -> None:
    with pytest.raises(StateError):
        NetworkState.parse(text)


def changed(**fields: Any) -> str:
    return json.dumps(json.loads(TEXT) | fields)


def bomb() -> str:
    packed = zlib.compress(b" " * (70 * 2**20), 9)
    return "nnw1." + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def many_lists() -> str:
    packed = zlib.compress(b"[" + b"[]," * 300_000 + b"[]]", 9)
    return "nnw1." + base64.urlsafe_b64encode(packed).decode().rstrip("=")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "begins with '{'"),
        ("hello", "got 5 characters: 'hello'"),
        ("[1, 2]", "state must be an object, got [1, 2]"),
        ("{}", "the state of an nnwidgets network"),
        ('{"cells": [], "nbformat": 4}', "this one has 'cells', 'nbformat'"),
        ("gASVPQAAAAAAAAB9lIwB", "begins with '{'"),  # a pickle in base64
        (TEXT[:-40], "JSON"),
        (LINK[:-40], "cut off"),
        (LINK + "AAAA", "added"),
        ("nnw2" + LINK[4:], "version nnw2; this nnwidgets reads nnw1"),
        (changed(format=2, nnwidgets="9.1"), "format 2, written by nnwidgets 9.1; this is"),
        (changed(format="1"), "state.format must be a whole number"),
        (changed(epoch=-1), "state.epoch must be a whole number in 0 .. 9007199254740991, got -1"),
        (changed(epoch=1.5), "got 1.5"),
        (changed(loss="bcee"), "Did you mean 'bce'"),
        (changed(loss="custom"), "pass loss="),
        (changed(more=1), "fields of no known meaning: 'more'"),
        (changed(values=3), "state.values must be an object, got 3"),
        (changed(frozen=None, data=None), "pass X and y"),
        (changed(structure={"version": 3}), "state.structure.version is 3"),
        (changed(loss="cross_entropy"), "does not fit together: loss 'cross_entropy' needs"),
        (TEXT.replace("[2,3,1]", "[2,4,1]"), "must be the 17 of an mlp (2, 4, 1)"),
        (TEXT.replace("[2,3,1]", "[2,3000000000,3000000000,1]"), "must be one fewer than layers"),
        (TEXT.replace('"0.bias"', '"0.weight"'), "must have each name once"),
        (TEXT.replace('"0.bias"', '"0.bios"'), "model lacks '0.bios'; the state lacks '0.bias'"),
        (re.sub('"crc32":[0-9]+', '"crc32":5', TEXT, count=1), "state.values is damaged"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("{" + "9" * 5000, "JSON"),
        ("[" + "[]," * 300_000 + "[]]", "far too many parts"),
        (many_lists(), "far too many parts"),
        (bomb(), "at most 67,108,864 bytes"),
        ("x" * (65 * 2**20), "at most 67,108,864 characters"),
        ('{"nnwidgets": NaN}', "NaN is no JSON number"),
    ],
)  # fmt: skip
def test_what_is_refused_is_named(text: str, says: str) -> None:
    with pytest.raises(StateError, match=re.escape(says)) as refused:
        prepare(NetworkState.parse(text))
    assert len(str(refused.value)) < 600


def test_no_string_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="text must be a str"):
        NetworkState.parse(b"{}")  # type: ignore[arg-type]


def test_weights_that_are_not_finite_come_back_too() -> None:
    problem = some()
    problem.parameters.write([0, 1, 2], [np.nan, np.inf, -0.0])
    assert bits(NetworkState.parse(text_of(problem)).values) == bits(problem.parameters.read())


def test_how_weights_are_drawn_comes_back() -> None:
    problem = nnw.Problem(nnw.mlp([2, 1], init="he"), [[0.0, 1.0]], [1])
    ready = prepare(NetworkState.parse(text_of(problem)))
    assert made_with(ready.model) == "kaiming"


def test_formulas_of_the_inputs_come_back() -> None:
    model = nnw.mlp([2, 3, 1], features=["x1", "x1*x2", "sin(3*x2)"], seed=0)
    text = text_of(nnw.Problem(model, *nnw.datasets.xor()))
    ready = prepare(NetworkState.parse(text))
    assert ready.model[0].features == ("x1", "x1*x2", "sin(3*x2)")
    X = torch.tensor([[0.5, -2.0]])
    torch.testing.assert_close(ready.model(X), model(X), rtol=0, atol=0)
    with pytest.raises(StateError, match="no x3"):
        NetworkState.parse(text.replace('"x1*x2"', '"x1*x3"'))


def test_slopes_and_what_is_not_trained_come_back() -> None:
    model = nnw.mlp([2, 3, 2, 1], ["leaky_relu", "elu"])
    model[1].negative_slope, model[3].alpha = -0.3, 0.7
    model[2].weight.requires_grad_(False)
    ready = prepare(NetworkState.parse(text_of(nnw.Problem(model, [[0.0, 1.0]], [1]))))
    ready.start()
    assert repr(ready.model) == repr(model)
    trained = [p.requires_grad for p in ready.model.parameters()]
    assert trained == [True, True, False, True, True, True]


class Mine(nn.Module):
    def __init__(self, units: int = 3, dtype: torch.dtype = torch.bfloat16) -> None:
        super().__init__()
        self.hidden = nn.Linear(2, units, dtype=dtype)
        self.norm = nn.BatchNorm1d(units, dtype=dtype)
        self.bend = nn.Tanh()
        self.out = nn.Linear(units, 1, dtype=dtype)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.bend(self.norm(self.hidden(x))))


def mine() -> tuple[nnw.Problem, str]:
    X, y = nnw.datasets.blobs4(n=12)
    problem = nnw.Problem(Mine(), X, y)
    problem.batch_loss(problem.Xt, problem.yt)  # the norm counts the batch
    return problem, text_of(problem)


def test_a_class_of_ones_own_gets_weights_buffers_and_activations() -> None:
    problem, _ = mine()
    problem.model.bend = nn.ReLU()
    problem.refresh()
    model = Mine()
    ready = prepare(NetworkState.parse(text_of(problem)), model)
    assert isinstance(model.bend, nn.Tanh)  # nothing has changed yet
    ready.start()
    assert ready.model is model
    assert isinstance(model.bend, nn.ReLU)
    assert model.norm.num_batches_tracked == 0  # the start
    for name, buffer in ready.state.buffers.items():
        assert torch.equal(buffer, dict(problem.model.named_buffers())[name])
    assert ready.state.buffers["norm.num_batches_tracked"] == 1
    assert bits(ready.state.values) == bits(problem.parameters.read())
    assert all(map(torch.equal, model.parameters(), problem.model.parameters()))


def test_names_of_any_length_are_shown_short() -> None:
    letters = "w" * 100_000
    with pytest.raises(StateError, match=r"lacks 'w{60}…'; the state lacks '0\.bias'") as caught:
        prepare(NetworkState.parse(TEXT.replace('"0.bias"', f'"{letters}"')))
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: None, "your own class 'Mine'.*pass model="),
        (lambda: Mine(4), r"'hidden.weight' is \(3, 2\) of bfloat16 in the state, and \(4, 2\)"),
        (lambda: Mine(dtype=torch.float32), "of bfloat16 in the state, and .* of float32"),
        (lambda: nn.Linear(2, 1), "the model lacks 'hidden.weight'.* the state lacks 'weight'"),
        (
            lambda: nn.Sequential(Mine(), nn.Identity()),
            "the state lacks '0.hidden.weight'",
        ),
    ],
)
def test_another_model_is_refused_by_its_names_and_shapes(
    make: Callable[[], nn.Module | None], says: str
) -> None:
    _, text = mine()
    with pytest.raises(StateError, match=says):
        prepare(NetworkState.parse(text), make())


def test_a_model_without_the_buffers_or_the_activation_is_refused() -> None:
    class Bent(Mine):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.tanh(super().forward(x))

    _, text = mine()
    less, bent = Mine(), Bent()
    less.norm = nn.BatchNorm1d(3, track_running_stats=False, dtype=torch.bfloat16)
    bent.bend = nn.Module()
    with pytest.raises(StateError, match=r"buffers: the model lacks 'norm\.running_mean'"):
        prepare(NetworkState.parse(text), less)
    with pytest.raises(StateError, match=r"hidden activations \['tanh'\]; model has \[\]"):
        prepare(NetworkState.parse(text), bent)


def test_a_state_that_cannot_be_read_again_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnwidgets.core.state._text.MAX_TEXT", 500)
    with pytest.raises(StateError, match=r"the most is 500: leave the data out"):
        text_of(some())


def test_pictures_and_ids_keep_their_shape() -> None:
    cnn = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))
    images = np.random.default_rng(0).random((4, 4, 4))
    words = nn.Sequential(nn.Embedding(5, 2), nn.Flatten(), nn.Linear(6, 2))
    for model, X, y in [(cnn, images, [0, 1, 2, 0]), (words, [[0, 4, 1], [2, 2, 3]], [0, 1])]:
        problem = nnw.Problem(model, X, y)
        ready = prepare(NetworkState.parse(text_of(problem)), model)
        again = nnw.Problem(model, **ready.arguments)
        assert again.row_shape == problem.row_shape
        assert again.data.shape == problem.data.shape
        assert torch.equal(again.Xt, problem.Xt)


def test_a_small_network_with_400_points_fits_a_link() -> None:
    X, y = nnw.datasets.blobs4(n=400)
    problem = nnw.Problem(nnw.mlp([2, 4, 1], seed=0), X, y)
    problem.parameters.write([0], [0.5])
    assert len(NetworkState.of(problem).to_link()) < 6000
    assert len(NetworkState.of(problem, data=False).to_link()) < 1000
