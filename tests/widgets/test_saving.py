"""Networks kept as text."""

import json
import operator
import re
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nnwidgets as nnw
from tests.widgets.fakes import FakeClock, Opaque, Page


def trained(net: nnw.Network) -> nnw.Network:
    net.freeze("2.bias", "0.weight[0,1]")
    nnw.Trainer(net, "momentum", lr=0.02, batch_size=8, seed=3, l1=1e-3, l2=0.01).fit(
        4, progress=False
    )
    return net


def everything(net: nnw.Network) -> Any:
    return json.loads(net.to_json())


def test_all_of_a_network_comes_back(net: nnw.Network) -> None:
    trained(net).run.trainer.speed = 12
    for text in (net.to_json(), net.permalink(), net.permalink("https://example.org/a?b=c")):
        again = nnw.Network.from_json(text)
        assert everything(again) == everything(net)
        assert again.epoch == 4
        assert again.loss == net.loss
        assert again.frozen == net.frozen == ["0.weight[0,1]", "2.bias"]
        trainer = again.run.trainer
        assert trainer is not None
        assert (trainer.lr, trainer.speed, trainer.seed) == (0.02, 12, 3)
        assert (trainer.l1, trainer.l2, again.run.status.batch_size) == (1e-3, 0.01, 8)
        assert list(again.history.epochs) == [0, 4]


def test_a_reset_goes_back_to_the_same_start_and_trains_the_same(net: nnw.Network) -> None:
    again = nnw.Network.from_json(trained(net).to_json())
    for one in (net, again):
        one.reset()
        one.run.trainer.fit(3, progress=False)
    assert again.to_json() == net.to_json()
    assert np.array_equal(again.history.parameters(0), net.history.parameters(0))


def test_names_and_language_come_back(clock: FakeClock) -> None:
    net = nnw.Network(
        nnw.mlp([2, 2, 1]),
        [[0.0, 1], [1, 0]],
        [0, 1],
        feature_names=["länge", "宽"],
        class_names=["no", "yes"],
        lang="zh",
        test=([[0.5, 0.5]], [1]),
    )
    net.weights = {"0.bias": [1, 2]}
    again = nnw.Network.from_json(net.permalink())
    assert everything(again) == everything(net)
    assert again.lang == "zh"
    assert again.epoch == 0
    assert again.run.problem.class_names == ("no", "yes")
    assert again.evaluate("test") == net.evaluate("test")


def test_other_data_take_the_place_of_the_states(net: nnw.Network) -> None:
    text = net.to_json(data=False)
    with pytest.raises(nnw.StateError, match="pass X and y"):
        nnw.Network.from_json(text)
    moons = nnw.datasets.moons(n=10)
    for again in (
        nnw.Network.from_json(text, X=moons),
        nnw.Network.from_json(net.to_json(), X=moons.X, y=moons.y),
    ):
        assert np.array_equal(again.X, moons.X.astype(np.float32))
        assert np.array_equal(again.weights["0.weight"], net.weights["0.weight"])
    with pytest.raises(nnw.StateError, match="X must have 2 columns"):
        nnw.Network.from_json(text, X=[[1.0, 2, 3]], y=[0])


def test_a_model_and_a_loss_of_ones_own_are_passed(clock: FakeClock) -> None:
    def loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return ((outputs - targets) ** 4).mean()

    X, y = nnw.datasets.blobs4(n=40)
    net = nnw.Network(Opaque(), X, y.reshape(-1, 1).astype(float), loss=loss)
    nnw.Trainer(net, lambda p: torch.optim.SGD(p, lr=0.1)).fit(2, progress=False)
    model = Opaque()
    before = model.inner.weight.clone()
    for wrong in (lambda o, t: "no", lambda o, t: o):
        with pytest.raises(nnw.StateError, match="does not fit together"):
            nnw.Network.from_json(net.to_json(), model, loss=wrong)
        assert torch.equal(model.inner.weight, before)
    again = nnw.Network.from_json(net.to_json(), model, loss=loss)
    assert again.run.problem.model is model
    assert torch.equal(model.inner.weight, net.run.problem.model.inner.weight)
    assert again.epoch == 2
    assert again.run.trainer is None  # its optimizer was a function, which a text cannot hold


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("lang", "klingon", "state.lang must be one of 'en', 'zh', got 'klingon'"),
        ("optimizer", "adamm", "state.trainer: optimizer must be one of"),
        ("lr", -1, "state.trainer.lr must be a number of at least 0, got -1"),
        ("batch_size", 0, "state.trainer.batch_size must be a whole number in 1"),
        ("speed", 0, "state.trainer: speed"),
    ],
)
def test_wrong_settings_are_refused(net: nnw.Network, field: str, value: Any, says: str) -> None:
    state = everything(trained(net))
    (state if field in state else state["trainer"])[field] = value
    with pytest.raises(nnw.StateError, match=re.escape(says)):
        nnw.Network.from_json(json.dumps(state))


def test_an_address_has_no_fragment_yet(net: nnw.Network) -> None:
    with pytest.raises(ValueError, match="address must have no '#'"):
        net.permalink("https://example.org/#top")


def test_a_state_is_put_into_a_network_that_is_there(net: nnw.Network, page: Page) -> None:
    other = trained(
        nnw.Network(nnw.mlp([2, 5, 3, 1], ["relu", "elu"], seed=4), *moons(), loss="bce")
    )
    model, revision = net.run.problem.model, net._spec["revision"]
    nnw.Trainer(net).fit(1, progress=False)
    heard: list[str] = []
    net.observe(lambda change: heard.append(change["name"]), names=["activation", "X", "epoch"])
    net.load_json(other.permalink())
    assert everything(net) == everything(other)
    assert net.run.problem.model is model
    assert net.loss == other.loss
    assert net._spec["revision"] == revision + 1
    assert [len(row) for row in net._spec["layers"]]
    assert {"activation", "X"} <= set(heard)
    assert net._data["n"] == 30
    assert list(net.history.epochs) == [0, 4]
    for one in (net, other):
        one.reset()
        one.run.trainer.fit(2, progress=False)
    assert net.to_json() == other.to_json()


def moons() -> tuple[Any, Any]:
    made = nnw.datasets.moons(n=30)
    return made.X, made.y


def test_the_same_units_stay_the_same_parameters(net: nnw.Network) -> None:
    model = net.run.problem.model
    parameters = list(model.parameters())
    before = net.to_json(data=False)
    trained(net).weights = {"0.bias": [3, 4]}
    net.unfreeze()
    net.activation = "relu"
    net.load_json(before)
    assert net.to_json(data=False) != before  # it has a trainer now
    assert net.activation == "tanh"
    assert net.epoch == 0
    assert all(map(operator.is_, model.parameters(), parameters))
    assert len(net.X) == 40


@given(damage=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_state_changes_nothing(net: nnw.Network, damage: st.DataObject) -> None:
    other = nnw.Network(nnw.mlp([2, 3, 1], seed=4), *moons(), loss="bce")
    text = damage.draw(st.sampled_from([other.to_json(), other.permalink()]))
    at = damage.draw(st.integers(0, len(text) - 1))
    spoilt = text[:at] + damage.draw(st.text(max_size=3)) + text[at + 1 :]
    before = net.to_json()
    try:
        net.load_json(spoilt)
    except nnw.StateError:
        assert net.to_json() == before
    else:
        net.load_json(before)


def test_a_state_of_another_kind_is_refused(net: nnw.Network, opaque: nnw.Network) -> None:
    X, y = nnw.datasets.blobs4(n=40)
    others = {
        "the loss mse, and the network bce": nnw.Network(nnw.mlp([2, 2, 1]), X, y, loss="mse"),
        "number of inputs 3, and the network 2": nnw.Network(
            nnw.mlp([3, 2, 1]), np.c_[X, y], y, loss="bce"
        ),
        "dtype torch.float64": nnw.Network(
            nnw.mlp([2, 2, 1], dtype=torch.float64), X, y, loss="bce"
        ),
        "'inner.weight'": opaque,
    }
    before = net.to_json()
    for says, other in others.items():
        with pytest.raises(nnw.StateError, match=re.escape(says)):
            net.load_json(other.to_json())
        assert net.to_json() == before
    with pytest.raises(nnw.StateError, match=r"lacks '0\.weight'"):
        opaque.load_json(before)


def test_training_is_paused_for_another_state(net: nnw.Network) -> None:
    before = net.to_json(data=False)
    trainer = nnw.Trainer(net)
    trainer.play()
    with pytest.raises(nnw.StateError):
        net.load_json("no state")
    assert trainer.playing
    net.load_json(before)
    assert not trainer.playing
    assert net.epoch == 0
    assert trainer.wait(20)
