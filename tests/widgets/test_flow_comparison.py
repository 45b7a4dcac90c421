"""GradientFlow.compare: real networks, trained, and their gradients as the page gets them."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import nnwidgets as nnw
from nnwidgets.core.initial import COMPARED, initialise
from tests.widgets.fakes import FakeClock, deliver


def data() -> tuple[Any, Any]:
    return nnw.datasets.moons(n=60, noise=0.2, seed=0)


def test_the_numbers_are_autograds(clock: FakeClock) -> None:
    X, y = data()
    own = nnw.mlp([2, 5, 1], seed=4)
    start = [p.detach().clone() for p in own.parameters()]
    view = nnw.GradientFlow.compare(
        X, y, {"own": own, "deep": ("tanh", "xavier")}, depth=3, width=6, epochs=2
    )
    assert view.recorders["deep"].layers == ("0", "2", "4", "6")
    assert view.recorders["own"].epochs.tolist() == [0, 1, 2]
    plain = nnw.mlp([2, 5, 1])
    nn.utils.vector_to_parameters(nn.utils.parameters_to_vector(start), plain.parameters())
    outputs = plain(torch.tensor(X, dtype=torch.float32))[:, 0]
    nn.BCEWithLogitsLoss()(outputs, torch.tensor(y, dtype=torch.float32).reshape(-1)).backward()
    want = [float(plain[i].weight.grad.double().square().mean().sqrt()) for i in (0, 2)]
    np.testing.assert_allclose(view.recorders["own"].gradient[0], want, rtol=1e-5)

    deliver(view, {"method": "custom", "content": {"type": "hello"}})
    clock.advance(1)
    content, buffers = next(
        (d["content"], b) for d, b in view.comm.sent if d.get("content", {}).get("type") == "feed"
    )
    first = content["candidates"][0]
    assert (first["name"], first["layers"], first["epochs"]) == ("own", ["0", "2"], 3)
    numbers = np.frombuffer(buffers[0])
    np.testing.assert_array_equal(numbers[:3], [0, 1, 2])
    np.testing.assert_array_equal(numbers[6:12].reshape(3, 2), view.recorders["own"].gradient)
    np.testing.assert_array_equal(numbers[15:18], view.trainers["own"].history.loss)


def test_what_a_lesson_compares(clock: FakeClock) -> None:
    view = nnw.GradientFlow.compare(*data(), epochs=2, width_px=700)
    assert view.width == 700
    assert list(view.recorders) == list(COMPARED)
    verdicts = {name: flow.verdict for name, flow in view.flows(0).items()}
    assert verdicts == {
        "sigmoid, Xavier": "vanishing",
        "tanh, Xavier": "even",
        "ReLU, Xavier": "even",
        "ReLU, Kaiming": "even",
        "tanh, too small": "vanishing",
        "ReLU, too large": "exploding",
    }
    assert view.trainers["ReLU, too large"].run.status.state == "diverged"
    pytest.importorskip("pandas")
    frame = view.to_dataframe()
    assert frame.loc[("tanh, Xavier", 2, "0"), "gradient"] > 0
    view.train(1)
    assert view.recorders["tanh, Xavier"].epochs[-1] == 3


def test_classes_and_targets_have_their_outputs(clock: FakeClock) -> None:
    X = np.random.default_rng(0).normal(size=(30, 2))
    few = {"one": ("tanh", "xavier")}
    for y, outputs in [(np.arange(30) % 3, 3), (X[:, 0], 1), (X, 2)]:
        view = nnw.GradientFlow.compare(X, y, few, depth=1, width=3, epochs=0)
        assert view.net.run.problem.outputs == outputs


def test_initial_weights_have_the_spread_that_is_said() -> None:
    torch.manual_seed(0)
    state = torch.get_rng_state()
    for init, spread in {"xavier": 0.1, "kaiming": 2**-0.5 / 5, "small": 0.01, "large": 1}.items():
        linear = nn.Linear(100, 100)
        torch.set_rng_state(state)
        initialise(linear, init, seed=3)
        assert torch.equal(torch.get_rng_state(), state)
        assert linear.weight.std().item() == pytest.approx(spread, rel=0.05)
        assert not linear.bias.any()
    linear = nn.Linear(3, 3)
    torch.manual_seed(3)
    fresh = nn.Linear(3, 3)
    initialise(linear, "torch", seed=3)
    assert torch.equal(fresh.weight, linear.weight)
    assert torch.equal(fresh.bias, linear.bias)


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ({"candidates": 3}, TypeError, "candidates must be a dict"),
        ({"candidates": {}}, TypeError, "candidates must be a dict"),
        ({"candidates": {"a": "tanh"}}, TypeError, "candidate 'a' must be"),
        ({"candidates": {"a": ("tanh", "xaver")}}, ValueError, "Did you mean 'xavier'"),
        ({"candidates": {"a": ("tan", "xavier")}}, ValueError, "activation must be one of"),
        ({"depth": 0}, ValueError, "depth must be an integer of at least 1"),
        ({"epochs": -1}, ValueError, "epochs must be an integer"),
        ({"hight": 3}, TypeError, "did you mean 'height'"),
    ],
)
def test_bad_arguments(given: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        nnw.GradientFlow.compare(*data(), **{"epochs": 0, **given})
