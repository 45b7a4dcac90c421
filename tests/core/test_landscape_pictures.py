"""Networks on pictures, in every layout, against float64 copies called on one picture at a time."""

import copy
import pickle

import numpy as np
import pytest
import torch
from torch import nn

import nnwidgets as nnw
from nnwidgets.core.landscape import _convolution
from nnwidgets.core.landscape._choose import choose
from nnwidgets.core.landscape._convolution import ConvolutionEvaluator
from nnwidgets.core.landscape._dense import DenseEvaluator
from nnwidgets.core.landscape._module import ModuleEvaluator
from nnwidgets.core.landscape._task import of_arrays
from nnwidgets.core.landscape.plane import Plane
from nnwidgets.core.parameters import Parameters


@pytest.fixture(autouse=True)
def _no_layout_is_known(monkeypatch):
    monkeypatch.setattr(_convolution, "_known", {})


def network(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3),
        nn.Tanh(),
        nn.Flatten(),
        nn.Linear(24, 3),
    )


def pictures(n=40, size=8):
    rng = np.random.default_rng(1)
    return rng.normal(size=(n, 1, size, size)).astype(np.float32), rng.integers(0, 3, n)


def random_plane(model):
    origin = Parameters(model).read().astype(np.float64)
    directions = np.random.default_rng(2).normal(size=(2, origin.size)) * 0.1
    return Plane(origin, directions, ("x", "y"), (0.0, 0.0))


POINTS = np.array([[0.0, 0.0], [1.0, 0.5], [-2.0, 1.0], [0.3, -1.5]])


def one_by_one(model, plane, X, y):
    """Return the cross entropy by hand of a float64 copy, picture after picture."""
    model = copy.deepcopy(model).double().eval()
    losses = []
    for x, y_ in POINTS:
        vector = torch.from_numpy(plane.point(x, y_))
        nn.utils.vector_to_parameters(vector, model.parameters())
        each = []
        for picture, label in zip(X, y, strict=True):
            with torch.no_grad():
                z = model(torch.from_numpy(picture)[None].double())[0].numpy()
            each.append(np.logaddexp.reduce(z) - z[label])
        losses.append(np.mean(each))
    return np.array(losses)


@pytest.mark.parametrize("layout", _convolution._LAYOUTS)
@pytest.mark.parametrize("rows", [7, 512])
def test_every_layout_agrees_with_a_plain_loop(layout, rows, monkeypatch):
    monkeypatch.setattr(_convolution, "_LAYOUTS", {layout: _convolution._LAYOUTS[layout]})
    monkeypatch.setattr(_convolution, "_ROWS", rows)
    model, (X, y) = network(), pictures()
    plane = random_plane(model)
    evaluator = choose(of_arrays(model, X, y, "cross_entropy", None), plane)
    assert isinstance(evaluator, ConvolutionEvaluator)
    assert layout in evaluator.how
    expected = one_by_one(model, plane, X, y)
    np.testing.assert_allclose(evaluator.losses(POINTS), expected, rtol=1e-6)
    again = pickle.loads(pickle.dumps(evaluator))
    np.testing.assert_array_equal(again.losses(POINTS), evaluator.losses(POINTS))


def test_float64():
    model, (X, y) = network(), pictures()
    plane = random_plane(model)
    evaluator = choose(of_arrays(model, X, y, "cross_entropy", torch.float64), plane)
    expected = one_by_one(model, plane, X, y)
    np.testing.assert_allclose(evaluator.losses(POINTS), expected, rtol=1e-12)


def test_a_layout_that_fails_or_is_wrong_is_left_out(monkeypatch):
    def fails(batch):
        raise RuntimeError("not in this layout")

    layouts = {"plain": lambda b: b, "broken": fails, "wrong": lambda b: b[:, :, :, :] * 1.01}
    monkeypatch.setattr(_convolution, "_LAYOUTS", layouts)
    model, (X, y) = network(), pictures()
    task = of_arrays(model, X, y, "cross_entropy", None)
    assert "plain" in ConvolutionEvaluator(task, random_plane(model)).how


def test_layouts_are_tried_once_for_equal_networks(monkeypatch):
    trials = []
    fastest = _convolution._fastest
    monkeypatch.setattr(_convolution, "_fastest", lambda *of: trials.append(1) or fastest(*of))
    X, y = pictures()
    for seed in (0, 1):
        task = of_arrays(network(seed), X, y, "cross_entropy", None)
        ConvolutionEvaluator(task, random_plane(task.model))
    assert len(trials) == 1


def test_a_known_layout_that_is_wrong_for_a_network_is_left_out(monkeypatch):
    wrong = {"wrong": lambda batch: batch * 1.01, "plain": _convolution._plain}
    monkeypatch.setattr(_convolution, "_LAYOUTS", wrong)
    model, (X, y) = network(), pictures()
    task = of_arrays(model, X, y, "cross_entropy", None)
    plane = random_plane(model)
    ConvolutionEvaluator(task, plane)
    (key,) = _convolution._known
    _convolution._known[key] = "wrong"
    assert "plain" in ConvolutionEvaluator(task, plane).how


def test_the_model_keeps_its_layout():
    model, (X, y) = network(), pictures()
    before = {name: (p.stride(), p.clone()) for name, p in model.named_parameters()}
    nnw.loss_surface(model, X, y, loss="cross_entropy", axes="random", resolution=3)
    for name, parameter in model.named_parameters():
        assert parameter.stride() == before[name][0]
        assert torch.equal(parameter, before[name][1])


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (nn.Sequential(nn.Flatten(), nn.Linear(64, 3)), DenseEvaluator),
        (nn.Sequential(nn.Linear(8, 3), nn.Flatten(), nn.Linear(24, 3)), ModuleEvaluator),
    ],
)
def test_pictures_for_dense_layers(model, kind):
    """A network that flattens pictures first is dense; one that does so later is not."""
    X, y = pictures()
    plane = random_plane(model)
    evaluator = choose(of_arrays(model, X, y, "cross_entropy", None), plane)
    assert type(evaluator) is kind
    expected = one_by_one(model, plane, X, y)
    np.testing.assert_allclose(evaluator.losses(POINTS), expected, rtol=1e-6)
