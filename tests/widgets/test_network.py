import gc
import threading
import weakref
from typing import Any

import numpy as np
import pytest
import torch
import traitlets
from torch import nn

import nnwidgets as nnw
from tests.widgets.fakes import FakeClock, Opaque

# Article A, as printed: Keras kernels are (in, out).
ARTICLE_A = [
    np.array([[-3.2753847, 3.2302036], [3.3264563, -3.2554653]]),
    np.array([1.5562934, 1.5492057]),
    np.array([[2.625529], [2.670275]]),
    np.array([-2.0918093]),
]


def same_as_module(net: nnw.Network, model: nn.Module) -> bool:
    state = model.state_dict()
    return list(net.weights) == list(state) and all(
        np.array_equal(net.weights[name], tensor.numpy()) for name, tensor in state.items()
    )


def test_weights_read_what_the_module_has_now(net: nnw.Network, model: nn.Sequential) -> None:
    assert same_as_module(net, model)
    with torch.no_grad():
        model[0].bias += 1
    assert same_as_module(net, model)
    net.weights["0.bias"][:] = 99  # a copy: the module does not mind
    assert same_as_module(net, model)
    assert model[0].bias.max() < 99


def test_assigning_writes_into_the_same_tensors(net: nnw.Network, model: nn.Sequential) -> None:
    before = dict(model.named_parameters())
    storage = model[0].weight.data_ptr()
    net.weights = {"0.weight": [[1, 2], [3, 4]], "2.bias": np.array([0.5])}
    assert all(parameter is before[name] for name, parameter in model.named_parameters())
    assert model[0].weight.data_ptr() == storage
    assert model[0].weight.tolist() == [[1, 2], [3, 4]]
    assert model[2].bias.tolist() == [0.5]


def test_an_optimizer_made_earlier_still_works(clock: FakeClock) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    X, y = nnw.datasets.blobs4(n=40)
    net = nnw.Network(model, X, y, loss="bce")
    net.weights = {"0.bias": [0.25, -0.25]}
    inputs, targets = torch.tensor(X), torch.tensor(y, dtype=torch.float32)[:, None]
    loss = nn.functional.binary_cross_entropy_with_logits(model(inputs), targets)
    loss.backward()
    wanted = torch.tensor([0.25, -0.25]) - 0.5 * model[0].bias.grad
    optimizer.step()
    np.testing.assert_allclose(net.weights["0.bias"], wanted.numpy(), rtol=1e-6)


@pytest.mark.parametrize(
    ("weights", "error", "words"),
    [
        ({"0.weigth": np.zeros((2, 2))}, ValueError, "0.weight"),
        ({"0.weight": np.zeros((2, 3))}, ValueError, r"\(2, 2\)"),
        ({"0.bias": [0.0, np.nan]}, ValueError, "0.bias"),
        ({"0.bias": np.array([1, 2])}, TypeError, "floating"),
        ({"0.bias": [1.0, 2.0], "2.bias": "x"}, TypeError, "2.bias"),
        (3, TypeError, "weights"),
    ],
)
def test_bad_weights_change_nothing(
    net: nnw.Network, model: nn.Sequential, weights: Any, error: type[Exception], words: str
) -> None:
    before = net.weights
    with pytest.raises(error, match=words):
        net.weights = weights
    after = net.weights
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_the_articles_weights_give_the_articles_result(clock: FakeClock) -> None:
    X, y = nnw.datasets.blobs4()
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    net = nnw.Network(model, X, y, loss="bce")
    net.set_weights(ARTICLE_A, layout="keras")
    # Unit 1 is a column of the kernel: -3.275 x1 + 3.326 x2 + 1.556.
    np.testing.assert_allclose(net.weights["0.weight"][0], [-3.2753847, 3.3264563], rtol=1e-6)
    assert net.accuracy == 1.0
    assert 0.11 <= net.loss <= 0.12
    hidden = np.tanh(X @ ARTICLE_A[0] + ARTICLE_A[1])
    logits = (hidden @ ARTICLE_A[2] + ARTICLE_A[3])[:, 0]
    by_hand = np.mean(np.logaddexp(0, logits) - y * logits)
    assert net.loss == pytest.approx(by_hand, rel=1e-5)


def test_a_keras_dict_is_transposed_too(net: nnw.Network) -> None:
    kernel = np.array([[1.0, 2.0], [3.0, 4.0]])
    net.set_weights({"0.weight": kernel}, layout="keras")
    np.testing.assert_array_equal(net.weights["0.weight"], kernel.T)


def test_observers_hear_of_assignments_at_once(net: nnw.Network) -> None:
    changes: list[Any] = []
    net.observe(changes.append, names="weights")
    before = net.weights["0.bias"]
    net.weights = {"0.bias": [3.0, 4.0]}
    assert len(changes) == 1
    assert changes[0].name == "weights"
    assert changes[0].owner is net
    np.testing.assert_array_equal(changes[0].old["0.bias"], before)
    np.testing.assert_array_equal(changes[0].new["0.bias"], [3, 4])
    net.weights = {"0.bias": [3.0, 4.0]}
    assert len(changes) == 1


def test_observers_hear_of_a_background_thread_at_sixty_a_second_and_of_the_last(
    net: nnw.Network, clock: FakeClock
) -> None:
    heard: list[float] = []
    net.observe(lambda change: heard.append(float(change.new["2.bias"][0])), names="weights")

    def write() -> None:
        for value in range(100):
            net.run.write([8], [float(value)])

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert heard == []  # not in a thread the observer did not ask for
    clock.advance(1)
    assert heard == [99.0]


def test_every_trait_is_observable(net: nnw.Network) -> None:
    names: list[str] = []
    wanted = ["weights", "activation", "epoch", "loss", "accuracy", "X", "y"]
    net.observe(lambda change: names.append(change.name), names=wanted)
    net.record(epoch=3, loss=0.25, accuracy=0.125)
    assert set(names) == {"epoch", "loss", "accuracy"}
    names.clear()
    net.activation = "relu"
    assert "activation" in names
    names.clear()
    net.X = net.X + 1
    assert "X" in names
    assert "y" not in names


def test_an_observer_that_raises_is_shown_and_stops_nothing(net: nnw.Network) -> None:
    def fail(change: Any) -> None:
        raise RuntimeError("observer at fault")

    net.observe(fail, names="weights")
    net.weights = {"2.bias": [1.5]}
    assert net.weights["2.bias"] == [1.5]
    assert "observer at fault" in net.run.status.message


def test_epoch_loss_and_accuracy_are_read_only(net: nnw.Network) -> None:
    for name in ("epoch", "loss", "accuracy"):
        with pytest.raises(traitlets.TraitError, match=name):
            setattr(net, name, 1)


def test_the_activation_is_swapped_in_the_module(net: nnw.Network, model: nn.Sequential) -> None:
    assert net.activation == "tanh"
    net.activation = "relu"
    assert isinstance(model[1], nn.ReLU)
    assert net._spec["layers"][0]["activation"]["name"] == "relu"
    with pytest.raises(ValueError, match="swish"):
        net.activation = "swish"
    assert isinstance(model[1], nn.ReLU)


def test_activations_that_differ_are_a_list(clock: FakeClock) -> None:
    X, y = nnw.datasets.blobs4(n=8)
    net = nnw.Network(nnw.mlp([2, 2, 2, 1]), X, y)
    net.activation = ["relu", "tanh"]
    assert net.activation == ["relu", "tanh"]


def test_data_can_be_replaced_and_is_refused_where_it_does_not_fit(
    net: nnw.Network, clock: FakeClock
) -> None:
    net.y = 1 - net.y
    net.set_data([[0.0, 1.0], [1.0, 1.0]], [0, 1])
    assert net.X.shape == (2, 2)
    clock.advance(1)
    assert net._data["n"] == 2
    assert np.frombuffer(net._data["X"], np.float32).tolist() == [0, 1, 1, 1]
    with pytest.raises(ValueError, match="X"):
        net.X = [[0.0, 1.0, 2.0]] * 2
    with pytest.raises(ValueError, match="y"):
        net.y = [1]
    assert net.X.shape == (2, 2)


def test_frozen_parameters_are_named_and_cannot_be_assigned(net: nnw.Network) -> None:
    net.freeze("0.bias", "0.weight[0,1]")
    assert net.frozen == ["0.weight[0,1]", "0.bias"]
    assert net._frozen == [1, 4, 5]
    before = net.weights
    with pytest.raises(ValueError, match=r"0\.bias"):
        net.weights = {"0.bias": [7.0, 7.0], "2.bias": [1.0]}
    assert all(np.array_equal(before[name], array) for name, array in net.weights.items())
    net.unfreeze()
    assert net.frozen == []
    net.weights = {"0.bias": [7.0, 7.0]}


def test_a_snapshot_stays_as_it_was(net: nnw.Network) -> None:
    first = net.snapshot()
    kept = first.parameters["2.bias"].copy()
    net.weights = {"2.bias": [9.0]}
    second = net.snapshot()
    np.testing.assert_array_equal(first.parameters["2.bias"], kept)
    assert second.serial > first.serial
    assert (first.epoch, first.activation) == (0, "tanh")


def test_reset_goes_back_to_the_first_weights(net: nnw.Network) -> None:
    before = net.weights
    net.weights = {"0.bias": [7.0, 7.0]}
    net.record(epoch=5)
    net.reset()
    assert net.epoch == 0
    assert all(np.array_equal(before[name], array) for name, array in net.weights.items())


def test_what_reset_goes_back_to_can_be_marked(
    net: nnw.Network, model: nn.Sequential, clock: FakeClock
) -> None:
    trainer = nnw.Trainer(net)
    trainer.fit(3, progress=False)
    marked = net.weights
    net.mark_initial()
    assert (net.epoch, len(net.history)) == (3, 4)  # a mark is no epoch, and ends none
    clock.advance(2)
    shown = np.frombuffer(net._initial, np.float32)
    np.testing.assert_array_equal(shown, np.concatenate([a.ravel() for a in marked.values()]))
    trainer.fit(2, progress=False)
    assert net.weights != marked
    net.reset()
    assert net.weights == marked
    assert same_as_module(net, model)
    assert (net.epoch, len(net.history)) == (0, 1)
    np.testing.assert_array_equal(net.history.parameters(0), shown)


def test_weights_marked_before_training_are_epoch_0(net: nnw.Network) -> None:
    heard: list[str] = []
    net.weights = {"2.bias": [1.5]}
    net.run.subscribe(heard.append)
    net.mark_initial()
    assert heard == ["epoch"]  # what is drawn from the history is drawn anew
    assert net.history.parameters(0)[8] == 1.5
    assert net.history[0]["loss"] == net.evaluate().loss
    trainer = nnw.Trainer(net, seed=0)
    first = [trainer.fit(2, progress=False).loss.copy(), net.weights]
    net.reset()
    assert [trainer.fit(2, progress=False).loss.tolist(), net.weights] == [
        first[0].tolist(),
        first[1],
    ]


def test_the_repr_says_what_there_is(net: nnw.Network, opaque: nnw.Network) -> None:
    assert repr(net) == "Network(2-2-1 tanh, 40 points, bce, epoch 0)"
    assert repr(opaque) == "Network(Opaque, 40 points, bce, epoch 0)"


def test_the_state_is_what_the_wire_says(net: nnw.Network, model: nn.Sequential) -> None:
    spec = net._spec
    assert (spec["kind"], spec["inputs"], spec["outputs"], spec["size"]) == ("stack", 2, 1, 9)
    assert spec["dtype"] == "float32"
    flat = np.frombuffer(net._values, np.float32)
    for layer, module in zip(spec["layers"], (model[0], model[2]), strict=True):
        shape = (layer["units"], layer["inputs"])
        weight = flat[layer["weight"] :][: shape[0] * shape[1]].reshape(shape)
        np.testing.assert_array_equal(weight, module.weight.detach())
        np.testing.assert_array_equal(flat[layer["bias"] :][: shape[0]], module.bias.detach())
    assert [layer["reads"] for layer in spec["layers"]] == [-1, 0]
    assert [entry["name"] for entry in spec["params"]] == list(model.state_dict())
    data = net._data
    assert (data["n"], data["d"], data["k"]) == (40, 2, 1)
    np.testing.assert_array_equal(np.frombuffer(data["X"], np.float32).reshape(40, 2), net.X)
    np.testing.assert_array_equal(np.frombuffer(data["y"], np.float32), net.y)
    assert net._status["state"] == "idle"


def test_an_opaque_module_says_so_and_lists_its_layers(opaque: nnw.Network) -> None:
    spec = opaque._spec
    assert spec["kind"] == "opaque"
    assert [(la["name"], la["units"], la["reads"]) for la in spec["layers"]] == [
        ("inner", 3, -1),
        ("outer", 1, None),
    ]


def test_a_float64_model_travels_in_float64(clock: FakeClock) -> None:
    X, y = nnw.datasets.blobs4(n=8)
    model = nnw.mlp([2, 2, 1], dtype=torch.float64)
    net = nnw.Network(model, X, y)
    net.weights = {"2.bias": [0.1]}
    assert net._spec["dtype"] == "float64"
    assert np.frombuffer(net._values, np.float64)[-1] == 0.1


def test_the_page_cannot_write_our_state(net: nnw.Network) -> None:
    values = net._values
    net.set_state({"_values": b"nonsense", "_spec": {}, "uplink": None, "tooltip": "mine"})
    assert net._values == values
    assert net._spec["size"] == 9
    assert net.uplink is not None
    assert net.tooltip == "mine"


def test_weights_of_two_networks_can_be_linked(net: nnw.Network, clock: FakeClock) -> None:
    X, y = nnw.datasets.blobs4(n=8)
    other = nnw.Network(nnw.mlp([2, 2, 1], seed=1), X, y)
    assert net.weights != other.weights
    traitlets.link((net, "weights"), (other, "weights"))
    assert net.weights == other.weights
    other.weights = {"2.bias": [4.0]}
    assert net.weights["2.bias"] == [4.0]


def test_nothing_outlives_a_closed_network(clock: FakeClock) -> None:
    X, y = nnw.datasets.blobs4(n=8)
    net = nnw.Network(Opaque(), X, y, loss="bce")
    run = net.run
    gone = weakref.ref(net)
    net.close()
    del net
    gc.collect()
    assert gone() is None
    run.record(loss=0.5)  # whoever trains on does not mind


@pytest.mark.parametrize("name", ["X", "y"])
def test_one_of_x_and_y_with_other_rows_is_named(net: nnw.Network, name: str) -> None:
    value = getattr(net, name)[:4]
    with pytest.raises(ValueError, match=rf"{name} must have 40 rows.*set_data"):
        setattr(net, name, value)


def test_what_nobody_observes_is_looked_at_once_a_second(
    net: nnw.Network, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, reads = net._announcer._read, []
    monkeypatch.setattr(net._announcer, "_read", lambda net: (reads.append(1), read(net))[1])
    for _ in range(500):
        net.record()
        clock.advance(0.01)
    assert 4 <= len(reads) <= 6
    heard: list[int] = []
    net.observe(lambda change: heard.append(change.new), names="epoch")
    for _ in range(500):
        net.record()
        clock.advance(0.01)
    assert 200 <= len(heard) <= 301
    net.record()
    clock.advance(0.1)
    assert heard[-1] == net.epoch


def test_views_may_be_made_while_training_looks_for_who_observes() -> None:
    net = nnw.Network(nnw.mlp([2, 2, 1], seed=0), nnw.datasets.blobs4(n=20))
    trainer = nnw.Trainer(net, lr=0.01, seed=0)
    trainer.play()
    views = [nnw.TrainingBar(net) for _ in range(60)]
    trainer.pause()
    assert {*views} == {*net._views}
    assert net.run.status.message == ""
