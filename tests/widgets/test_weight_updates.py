import numpy as np
import pytest
import torch
import traitlets
from torch import nn

import nnwidgets as nnw
from nnwidgets.training.history import History
from nnwidgets.widgets.weight_updates import BINS, Matrix, histograms, matrices, power_of_two
from tests.widgets.fakes import FakeClock, deliver


def fed(view: nnw.WeightUpdates) -> tuple[dict, list[bytes]]:
    sent = [
        (data["content"], buffers)
        for data, buffers in view.comm.sent
        if data["method"] == "custom" and data["content"]["type"] == "feed"
    ]
    return sent[-1]


def test_options_are_resolved(net: nnw.Network) -> None:
    view = nnw.WeightUpdates(net, layer="2", quantity="update", show="matrices")
    assert (view.layer, view.quantity, view.editable) == (1, "update", True)
    view.layer = -2
    assert view.layer == 0
    view.layer = None
    with pytest.raises(traitlets.TraitError, match="layer must be among 0, 2; got '1'"):
        view.layer = "1"
    with pytest.raises(traitlets.TraitError, match="layer must be from 0 to 1; got 2"):
        nnw.WeightUpdates(net, layer=2)
    with pytest.raises(traitlets.TraitError, match="None, an index or a name"):
        nnw.WeightUpdates(net, layer=True)
    with pytest.raises(traitlets.TraitError, match="quantity"):
        nnw.WeightUpdates(net, quantity="loss")


def test_any_module_has_matrices(clock: FakeClock) -> None:
    class Pictures(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 2)
            self.norm = nn.BatchNorm2d(4)
            self.out = nn.Linear(4, 1)
            self.scale = nn.Parameter(torch.tensor(2.0))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.norm(self.conv(x.reshape(-1, 1, 2, 2)))
            return self.scale * self.out(x.flatten(1))

    net = nnw.Network(Pictures(), np.random.default_rng(0).normal(size=(8, 4)), np.zeros(8))
    found = matrices(net._spec)
    # As js/src/scene/weight_matrices.ts has it; a scale of its own comes first in the model.
    names = {matrix.name: matrix.size for matrix in found}
    assert names == {"scale": 1, "conv": 16, "norm": 4, "norm.bias": 4, "out": 4}
    view = nnw.WeightUpdates(net, layer="conv")
    assert found[view.layer].name == "conv"


def test_a_page_that_comes_late_hears_of_the_epochs_so_far(
    net: nnw.Network, clock: FakeClock
) -> None:
    for epoch in range(1, 4):
        with torch.no_grad():
            net.run.problem.model[0].weight.mul_(2)
        net.record(epoch=epoch)
    view = nnw.WeightUpdates(net)
    deliver(view, {"method": "custom", "content": {"type": "hello"}})
    clock.advance(1)
    content, buffers = fed(view)
    recorded = net.run.history.epochs.tolist()
    assert content["epochs"] == recorded
    assert content["bins"] == BINS
    for m, name in enumerate(["0.weight", "2.weight"]):
        reach = content["range"][m]
        counts = np.frombuffer(buffers[m], np.float32).reshape(-1, BINS)
        index = net.run.problem.parameters.index(name)
        for row, epoch in enumerate(recorded):
            values = net.run.history.parameters(epoch)[index]
            expected, _ = np.histogram(values, BINS, (-reach, reach))
            assert counts[row].tolist() == expected.tolist()


def test_a_gradient_that_the_page_cannot_compute_is_fed(
    opaque: nnw.Network, clock: FakeClock
) -> None:
    view = nnw.WeightUpdates(opaque, quantity="gradient")
    deliver(view, {"method": "custom", "content": {"type": "hello"}})
    clock.advance(1)
    content, buffers = fed(view)
    assert content["gradient"] == {"n": 40, "of": 40}
    problem = opaque.run.problem
    X, y = (torch.tensor(array).float() for array in (problem.data.X, problem.data.y))
    loss = nn.functional.binary_cross_entropy_with_logits(problem.model(X), y.reshape(-1, 1))
    expected = torch.autograd.grad(loss, list(problem.model.parameters()))
    np.testing.assert_allclose(
        np.frombuffer(buffers[-1], np.float32),
        np.concatenate([each.numpy().ravel() for each in expected]),
        rtol=1e-4,
        atol=1e-7,
    )
    assert len(buffers) == len(matrices(opaque._spec)) + 1
    deliver(view, {"method": "custom", "content": {"type": "got", "serial": content["serial"]}})
    opaque.record(epoch=1)
    clock.advance(1)
    content, buffers = fed(view)
    assert len(buffers) == 1  # the epochs before were told once
    assert "epochs" not in content


def test_nothing_recorded_is_nothing_to_say() -> None:
    assert histograms(History(size=3), [Matrix("0", 0, 3)])[0] == []


def test_many_epochs_are_thinned_and_bad_numbers_left_out() -> None:
    history = History(size=2)
    for epoch in range(500):
        history.append(epoch, np.array([epoch / 100, np.nan]), loss=1.0)
    epochs, ranges, counts = histograms(history, [Matrix("0", 0, 2)])
    assert (epochs[0], epochs[-1]) == (0, 499)
    assert len(epochs) <= 96
    assert ranges == [8.0]
    assert (counts[0].sum(1) == 1).all()


def test_ranges_are_powers_of_two() -> None:
    assert [power_of_two(size) for size in (0, 1e-9, 0.3, 0.5, 1, 1.01, 5)] == [
        *(2**-10, 2**-10, 0.5, 0.5, 1, 2, 8)
    ]
