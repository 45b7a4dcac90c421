"""The probe against calling the modules by hand, on models that are no dense stacks."""

import threading

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parametrizations, prune

from nnwidgets.core.activations import Sine
from nnwidgets.core.probe import Probe, ProbedLayer
from nnwidgets.core.problem import Problem


class Residual(nn.Module):
    """Branches, one activation module used twice, and a sum no module computes."""

    def __init__(self, features=3):
        super().__init__()
        self.wide = nn.Linear(features, 4)
        self.act = nn.Tanh()
        self.back = nn.Linear(4, features, bias=False)
        self.drop = nn.Dropout(0.5)
        self.out = nn.Linear(features, 2)

    def forward(self, x):
        h = self.act(self.wide(x))
        h = self.act(self.drop(self.back(h)))
        return self.out(x + h)


class Picture(nn.Module):
    """A small convolutional network on 4 × 4 pictures given as rows."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.relu = nn.ReLU(inplace=True)
        self.flat = nn.Flatten()
        self.norm = nn.BatchNorm1d(8)
        self.fc = nn.Linear(8, 3)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x):
        h = self.flat(self.relu(self.conv(x.view(-1, 1, 4, 4))))
        return self.softmax(self.fc(self.norm(h)))


def rows(n, d, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


def problem_of(model, n=7, d=3):
    return Problem(model, rows(n, d), np.zeros((n, 2), np.float32), loss="mse")


def picture_problem(n=6):
    torch.manual_seed(0)
    model = Picture()
    model.norm.running_mean.normal_()
    model.norm.running_var.uniform_(0.5, 2)
    return Problem(model, rows(n, 16), np.arange(n) % 3, loss="cross_entropy")


def assert_close(array, tensor):
    assert array.dtype == np.float32
    np.testing.assert_allclose(array, tensor.detach().numpy(), rtol=1e-5, atol=1e-6)


# Layers and activations


def test_residual_layers_are_found_in_order_with_their_activations_folded():
    linear, tanh = {"name": "linear"}, {"name": "tanh"}
    assert Probe(problem_of(Residual())).layers == (
        ProbedLayer("wide", 4, "wide.weight", "wide.bias", -1, tanh),
        ProbedLayer("back", 3, "back.weight", None, 0, tanh),
        ProbedLayer("out", 2, "out.weight", "out.bias", None, linear),
    )


def test_residual_activations_are_those_of_its_modules_called_by_hand():
    problem = problem_of(Residual())
    probe, model, X = Probe(problem), problem.model, torch.tensor(problem.data.X)
    z0 = model.wide(X)
    z1 = model.back(torch.tanh(z0))
    z2 = model.out(X + torch.tanh(z1))
    for layer, (z, a) in enumerate([(z0, z0.tanh()), (z1, z1.tanh()), (z2, z2)]):
        probed_z, probed_a = probe.activations(layer)
        assert_close(probed_z, z)
        assert_close(probed_a, a)


def test_convolution_with_flatten_layers():
    linear = {"name": "linear"}
    assert Probe(picture_problem()).layers == (
        ProbedLayer("flat", 8, None, None, None, linear),
        ProbedLayer("norm", 8, None, None, 0, linear),
        ProbedLayer("fc", 3, "fc.weight", "fc.bias", 1, None),  # Softmax is not in the table
    )


def test_convolution_with_flatten_activations():
    problem = picture_problem()
    probe, model, X = Probe(problem), problem.model, torch.tensor(problem.data.X)
    model.eval()
    flat = torch.relu(model.conv(X.view(-1, 1, 4, 4))).reshape(len(X), -1)
    mean, var = model.norm.running_mean, model.norm.running_var
    normed = (flat - mean) / torch.sqrt(var + model.norm.eps)
    logits = nn.functional.linear(normed, model.fc.weight, model.fc.bias)
    for layer, (z, a) in enumerate(
        [(flat, flat), (normed, normed), (logits, torch.softmax(logits, 1))]
    ):
        probed_z, probed_a = probe.activations(layer)
        assert_close(probed_z, z)
        assert_close(probed_a, a)


def test_an_activation_in_place_leaves_z_as_it_was():
    class InPlace(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.relu, self.last = (
                nn.Linear(3, 5),
                nn.ReLU(inplace=True),
                nn.Linear(5, 2),
            )

        def forward(self, x):
            return self.last(self.relu(self.first(x)))

    problem = problem_of(InPlace())
    z, a = Probe(problem).activations(0)
    expected = problem.model.first(torch.tensor(problem.data.X))
    assert (z < 0).any()
    assert_close(z, expected)
    assert_close(a, expected.relu())


def test_branches_keep_their_own_activations():
    class Branches(nn.Module):
        def __init__(self):
            super().__init__()
            self.left, self.right = nn.Linear(3, 2), nn.Linear(3, 2)
            self.sine, self.elu = Sine(), nn.ELU(alpha=0.5)

        def forward(self, x):
            left, right = self.left(x), self.right(x)  # both before either activation
            return self.sine(left) * self.elu(right)

    probe = Probe(problem_of(Branches()))
    assert [(layer.name, layer.activation, layer.reads) for layer in probe.layers] == [
        ("left", {"name": "sine"}, -1),
        ("right", {"name": "elu", "alpha": 0.5}, -1),
    ]


def test_a_second_activation_on_the_same_layer_is_a_layer_of_its_own():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc, self.tanh, self.sigmoid = nn.Linear(3, 2), nn.Tanh(), nn.Sigmoid()

        def forward(self, x):
            return self.sigmoid(self.tanh(self.fc(x))) + 0

    problem = problem_of(Twice())
    probe = Probe(problem)
    assert [layer.name for layer in probe.layers] == ["fc", "sigmoid"]
    z = problem.model.fc(torch.tensor(problem.data.X))
    assert_close(probe.activations(1)[1], z.tanh().sigmoid())


def test_a_layer_called_twice_is_two_layers():
    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            self.step, self.tanh, self.out = nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 2)

        def forward(self, x):
            return self.out(self.tanh(self.step(input=self.tanh(self.step(x)))))

    problem = problem_of(Recurrent())
    probe = Probe(problem)
    assert [(layer.name, layer.reads) for layer in probe.layers] == [
        ("step", -1),
        ("step (2)", 0),
        ("out", 1),
    ]
    step, X = problem.model.step, torch.tensor(problem.data.X)
    assert_close(probe.activations(1)[0], step(step(X).tanh()))


@pytest.mark.parametrize("in_place", [False, True])
def test_a_layer_that_reads_a_sum_reads_no_layer(in_place):
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.block, self.out = nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 2)
            self.tanh = nn.Tanh()

        def forward(self, x):
            h = self.tanh(self.first(x))
            inner = self.tanh(self.block(h))
            return self.out(inner.add_(1.0) if in_place else h + inner)

    probe = Probe(problem_of(Residual()))
    assert [(layer.name, layer.reads) for layer in probe.layers] == [
        ("first", -1),
        ("block", 0),
        ("out", None),
    ]


def test_a_model_without_parts_is_one_layer():
    class Bare(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.randn(3, 2))

        def forward(self, x):
            return torch.sin(x @ self.w)

    problem = problem_of(Bare())
    probe = Probe(problem)
    assert probe.layers == (ProbedLayer("model", 2, None, None, -1, {"name": "linear"}),)
    assert_close(probe.activations(0)[1], torch.sin(torch.tensor(problem.data.X) @ problem.model.w))


@pytest.mark.parametrize(
    "wrap",
    [
        lambda linear: prune.l1_unstructured(linear, "weight", 1),
        lambda linear: prune.l1_unstructured(linear, "bias", 1),
        parametrizations.weight_norm,
    ],
)
def test_a_linear_of_other_parameters_is_a_layer_without_names(wrap):
    problem = problem_of(nn.Sequential(wrap(nn.Linear(3, 3)), nn.Tanh(), nn.Linear(3, 2)), n=3)
    probe = Probe(problem)
    assert [(layer.units, layer.weight, layer.bias) for layer in probe.layers] == [
        (3, None, None),
        (2, "2.weight", "2.bias"),
    ]
    assert_close(probe.activations(0)[0], problem.model[0](torch.tensor(problem.data.X)))


def test_tied_weights_go_by_their_first_name():
    model = nn.Sequential(nn.Linear(3, 3), nn.Hardtanh(), nn.Linear(3, 3), nn.Linear(3, 2))
    model[2].weight = model[0].weight
    layers = Probe(problem_of(model)).layers
    assert [(layer.weight, layer.bias) for layer in layers] == [
        ("0.weight", "0.bias"),
        ("0.weight", "2.bias"),
        ("3.weight", "3.bias"),
    ]


def test_long_data_come_in_chunks_and_edits_of_the_data_are_seen():
    problem = problem_of(Residual(), n=9001)
    probe = Probe(problem)
    z, _ = probe.activations(0)
    assert_close(z, problem.model.wide(torch.tensor(problem.data.X)))
    problem.replace_data(problem.data.move(0, [5.0, 6.0, 7.0]))
    z, _ = probe.activations(0)
    assert_close(z[:1], problem.model.wide(torch.tensor([[5.0, 6.0, 7.0]])))


# What must not happen


def test_the_model_is_left_as_it_was():
    problem = picture_problem()
    problem.model.train()
    state = {name: tensor.clone() for name, tensor in problem.model.state_dict().items()}
    probe = Probe(problem)
    probe.activations(0)
    probe.field((0, 1), (0, 1, 0, 1), (3, 3), np.zeros(16))
    assert all(module.training for module in problem.model.modules())
    assert all(
        not module._forward_hooks and not module._forward_pre_hooks
        for module in problem.model.modules()
    )
    for name, tensor in problem.model.state_dict().items():
        assert torch.equal(tensor, state[name])


def test_hooks_go_even_when_the_model_raises(monkeypatch):
    problem = problem_of(Residual())
    probe = Probe(problem)
    monkeypatch.setattr(problem.model.out, "forward", lambda x: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        probe.activations(0)
    assert not any(module._forward_hooks for module in problem.model.modules())
    assert not problem.turn.mine


def test_a_call_from_another_thread_meanwhile_is_not_noted():
    problem = problem_of(Residual())
    probe = Probe(problem)
    X = torch.tensor(problem.data.X)

    def intrude(module, args, output):
        if threading.current_thread() is threading.main_thread():
            other = threading.Thread(target=problem.model, args=(X + 1,))
            other.start()
            other.join()

    handle = problem.model.wide.register_forward_hook(intrude)
    z, _ = probe.activations(1)
    handle.remove()
    assert_close(z, problem.model.back(problem.model.wide(X).tanh()))


def test_other_layers_than_before_are_noticed():
    problem = problem_of(Residual())
    probe = Probe(problem)
    problem.model.act = nn.ReLU()
    with pytest.raises(RuntimeError, match="the model has other layers now: make a new Probe"):
        probe.activations(0)
    assert Probe(problem).layers[0].activation == {"name": "relu"}


# Fields


@settings(max_examples=30, deadline=None)
@given(
    axes=st.permutations(range(3)).map(lambda order: tuple(order[:2])),
    size=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    fixed=st.lists(st.floats(-3, 3, width=32), min_size=3, max_size=3),
)
def test_field_is_the_model_called_sample_by_sample(axes, size, fixed):
    problem = problem_of(Residual())
    x0, x1, y0, y1 = extent = (-1.0, 2.0, -3.0, 0.5)
    nx, ny = size
    field = Probe(problem).field(axes, extent, size, fixed)
    assert field.shape == (2, ny, nx)
    assert field.dtype == np.float32
    problem.model.eval()
    for row in range(ny):
        for column in range(nx):
            point = list(fixed)
            point[axes[0]] = x0 + (x1 - x0) * column / max(nx - 1, 1)
            point[axes[1]] = y0 + (y1 - y0) * row / max(ny - 1, 1)
            assert_close(field[:, row, column], problem.model(torch.tensor([point]))[0])


def test_field_of_one_axis_and_of_outputs_without_columns():
    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(2, 1)

        def forward(self, x):
            return self.fc(x).squeeze(1)  # shape (n,)

    problem = Problem(Sum(), rows(5, 2), np.zeros(5), loss="mse")
    field = Probe(problem).field((1,), (0, 1, 0, 0), (4, 1), [0.5, 9.0])
    points = torch.tensor([[0.5, 0.0], [0.5, 1 / 3], [0.5, 2 / 3], [0.5, 1.0]])
    assert field.shape == (1, 1, 4)
    assert_close(field[0, 0], problem.model(points))


def test_field_of_a_convolution():
    problem = picture_problem()
    field = Probe(problem).field((3, 0), (-1, 1, -2, 2), (2, 2), problem.data.X[1])
    problem.model.eval()
    corner = torch.tensor(problem.data.X[1:2].copy())
    corner[0, 3], corner[0, 0] = 1.0, -2.0
    assert_close(field[:, 0, 1], problem.model(corner)[0])


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"axes": (0, 0)}, ValueError, "axes must be one or two different features in 0 .. 2"),
        ({"axes": (0, 3)}, ValueError, "axes must be"),
        ({"axes": (-1,)}, ValueError, "axes must be"),
        ({"axes": ()}, ValueError, "axes must be"),
        ({"axes": (0, 1, 2)}, ValueError, "axes must be"),
        ({"axes": (0, 1.0)}, TypeError, "axes must be whole numbers"),
        ({"extent": (0, 1)}, ValueError, "extent must be four finite numbers"),
        ({"extent": (0, np.inf, 0, 1)}, ValueError, "extent must be four finite numbers"),
        ({"size": (3,)}, ValueError, r"size must be two numbers \(nx, ny\)"),
        ({"size": (3, 0)}, ValueError, "size must be two numbers"),
        ({"size": (2.5, 2)}, TypeError, "size must be whole numbers"),
        ({"fixed": [0, 0]}, ValueError, "fixed must be 3 finite numbers"),
        ({"fixed": [0, 0, np.nan]}, ValueError, "fixed must be 3 finite numbers"),
    ],
)
def test_bad_arguments_of_field_are_named(changed, error, words):
    arguments = {"axes": (0, 1), "extent": (0, 1, 0, 1), "size": (2, 2), "fixed": [0, 0, 0]}
    with pytest.raises(error, match=words):
        Probe(problem_of(Residual())).field(**{**arguments, **changed})


@pytest.mark.parametrize("layer", [-1, 3])
def test_a_layer_that_is_not_there_is_refused(layer):
    with pytest.raises(IndexError, match=rf"layer must be in 0 .. 2, got {layer}"):
        Probe(problem_of(Residual())).activations(layer)
