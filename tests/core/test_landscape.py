"""Loss surfaces against a plain float64 loop over cells and samples."""

import copy
import math
import warnings

import numpy as np
import pytest
import torch
from torch import nn

import nnwidgets as nnw
from nnwidgets.core import datasets
from nnwidgets.core.landscape import surface as surface_module
from nnwidgets.core.landscape._module import ModuleEvaluator

RELATIVE = {"float32": 1e-6, "float64": 1e-12}


@pytest.fixture(params=["chosen", "generic"])
def evaluator(request, monkeypatch):
    """Run a test with the evaluator that is chosen, and with the one that knows any module."""
    if request.param == "generic":
        monkeypatch.setattr(surface_module, "choose", ModuleEvaluator)


def loop(model, inputs, y, axes, x_values, y_values, sample_loss):
    """Set two entries of a float64 copy, call it on one sample after another, add up exactly."""
    model = copy.deepcopy(model).double().eval()
    state = model.state_dict()
    z = np.empty((len(y_values), len(x_values)))
    for j, second in enumerate(y_values):
        for i, first in enumerate(x_values):
            for (name, place), value in zip(axes, (first, second), strict=True):
                state[name][place] = float(value)
            losses = []
            for row in range(len(y)):
                sample = [_sample(array, row) for array in inputs]
                with torch.no_grad():
                    losses.append(sample_loss(model(*sample)[0], y[row]))
            z[j, i] = math.fsum(losses) / len(losses)
    return z


def _sample(array, row):
    one = torch.as_tensor(array[row : row + 1])
    return one.double() if one.is_floating_point() else one


def squared(output, target):
    return float((output.item() - float(target)) ** 2)


def entropy(output, target):
    """Cross entropy by hand, with the largest logit taken out."""
    logits = output.tolist()
    top = max(logits)
    return top + math.log(math.fsum(math.exp(v - top) for v in logits)) - logits[int(target)]


def binary(output, target):
    """log(1 + e^v) − t v, the binary cross entropy of a logit."""
    v = output.item()
    return max(v, 0.0) + math.log1p(math.exp(-abs(v))) - float(target) * v


def stack(*sizes, bias=True, seed=0):
    return nnw.mlp(list(sizes), "tanh", bias=bias, seed=seed)


STACKS = {
    "1-1-1": (stack(1, 1, 1, bias=False), "mse", squared),
    "2-2-1": (stack(2, 2, 1), "bce", binary),
    "2-8-8-1": (stack(2, 8, 8, 1), "mse", squared),
    "2-4-3": (stack(2, 4, 3), "cross_entropy", entropy),
}


def toy(model, loss, n=37):
    generator = np.random.default_rng(3)
    X = generator.standard_normal((n, model[0].in_features)).astype(np.float32)
    if loss == "mse":
        return X, (2 * X[:, 0] + generator.standard_normal(n)).astype(np.float32)
    return X, generator.integers(0, 2 if loss == "bce" else 3, n)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", STACKS)
@pytest.mark.usefixtures("evaluator")
def test_stacks_agree_with_a_plain_loop(name, dtype):
    model, loss, sample_loss = STACKS[name]
    X, y = toy(model, loss)
    last = f"{len(model) - 1}.weight"
    axes = ("0.weight[0,0]", f"{last}[0,0]")

    grid = nnw.loss_surface(
        model, X, y, loss=loss, axes=axes, ranges=((-2, 2), (-3, 1)), resolution=5, dtype=dtype
    )

    entries = [("0.weight", (0, 0)), (last, (0, 0))]
    expected = loop(model, [X], y, entries, grid.x, grid.y, sample_loss)
    np.testing.assert_allclose(grid.z, expected, rtol=RELATIVE[dtype], atol=0)
    assert grid.z.dtype == np.float64
    assert np.ptp(grid.z) > 0.01


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.usefixtures("evaluator")
def test_directions_agree_with_a_plain_loop(dtype):
    """Two directions through all parameters of 2-8-8-1, added by hand, sample by sample."""
    model = STACKS["2-8-8-1"][0]
    X, y = toy(model, "mse")
    generator = np.random.default_rng(8)
    here = {name: p.detach().double().numpy() for name, p in model.named_parameters()}
    first, second = ({n: generator.standard_normal(p.shape) for n, p in here.items()} for _ in "12")

    grid = nnw.loss_surface(
        model,
        X,
        y,
        loss="mse",
        axes=(first, second),
        ranges=((-1, 1), (0, 2)),
        resolution=4,
        dtype=dtype,
    )

    of = copy.deepcopy(model).double()
    for j, b in enumerate(grid.y):
        for i, a in enumerate(grid.x):
            of.load_state_dict(
                {n: torch.tensor(p + a * first[n] + b * second[n]) for n, p in here.items()}
            )
            with torch.no_grad():
                losses = [squared(of(_sample(X, r))[0], y[r]) for r in range(len(y))]
            by_hand = math.fsum(losses) / len(losses)
            assert grid.z[j, i] == pytest.approx(by_hand, rel=RELATIVE[dtype])


def test_article_d_by_hand():
    """1 → tanh 1 → 1 with no biases: the formula itself, in Python's own floats."""
    model = stack(1, 1, 1, bias=False)
    generator = np.random.default_rng(0)
    X = generator.normal(1, 4.5, (50, 1))
    y = 7.3 * np.sin(X[:, 0])
    axes = ("0.weight[0,0]", "2.weight[0,0]")
    ranges = ((-2, 1.95), (-2, 1.95))

    grid = nnw.loss_surface(
        model, X, y, loss="mse", axes=axes, ranges=ranges, resolution=80, dtype="float64"
    )

    # The data as the float32 model has them.
    pairs = [(float(np.float32(a)), float(np.float32(b))) for a, b in zip(X[:, 0], y, strict=True)]
    for i, j in [(0, 0), (79, 0), (0, 79), (13, 57), (40, 40)]:
        w1, w2 = float(grid.x[i]), float(grid.y[j])
        by_hand = math.fsum((w2 * math.tanh(w1 * a) - b) ** 2 for a, b in pairs) / len(pairs)
        assert grid.z[j, i] == pytest.approx(by_hand, rel=1e-12)
    np.testing.assert_allclose(grid.x, np.arange(-2, 2, 0.05)[:80], atol=1e-12)


def test_rows_follow_the_second_axis():
    """The loss w² + b is no function of (b, w): no transposed surface passes."""
    model = nn.Linear(1, 1)

    def asymmetric(outputs, targets):
        zero, one = outputs[0, 0], outputs[1, 0]  # b and w + b
        return (one - zero) ** 2 + zero

    grid = nnw.loss_surface(
        model,
        [[0.0], [1.0]],
        [[0.0], [0.0]],
        loss=asymmetric,
        axes=("weight[0,0]", "bias[0]"),
        ranges=((1, 3), (10, 40)),
        resolution=(3, 4),
    )

    assert grid.names == ("weight[0,0]", "bias[0]")
    assert grid.z.shape == (4, 3)
    assert grid.x.tolist() == [1, 2, 3]
    assert grid.y.tolist() == [10, 20, 30, 40]
    np.testing.assert_allclose(grid.z[0], [11, 14, 19], rtol=1e-6)
    np.testing.assert_allclose(grid.z[:, 0], [11, 21, 31, 41], rtol=1e-6)


def digits_cnn():
    torch.manual_seed(1)
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(4, 6, 3), nn.Tanh(), nn.Flatten(), nn.Linear(24, 10)),
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.usefixtures("evaluator")
def test_a_digits_cnn_agrees_with_a_plain_loop(dtype):
    model = digits_cnn()
    data = datasets.digits()
    images = np.asarray(data.X, np.float32).reshape(-1, 1, 8, 8)[:30] / 16
    labels = np.asarray(data.y)[:30]
    grid = nnw.loss_surface(
        model,
        images,
        labels,
        axes=("0.weight[1,0,2,2]", "3.weight[2,1,0,1]"),
        ranges=((-2, 2), (-3, 1)),
        resolution=3,
        dtype=dtype,
    )
    entries = [("0.weight", (1, 0, 2, 2)), ("3.weight", (2, 1, 0, 1))]
    expected = loop(model, [images], labels, entries, grid.x, grid.y, entropy)
    np.testing.assert_allclose(grid.z, expected, rtol=RELATIVE[dtype], atol=0)


class Siamese(nn.Module):
    """Two inputs through one shared layer, and indices for an embedding as a third."""

    def __init__(self):
        super().__init__()
        self.shared = nn.Linear(3, 4)
        self.table = nn.Embedding(5, 4)
        self.out = nn.Linear(4, 1)
        self.tied = self.shared  # a second name for the same weights

    def forward(self, left, right, index):
        joint = torch.tanh(self.shared(left)) * torch.sigmoid(self.tied(right))
        return self.out(joint + self.table(index))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_several_inputs_and_shared_weights_agree_with_a_plain_loop(dtype):
    torch.manual_seed(2)
    model = Siamese()
    generator = np.random.default_rng(5)
    left, right = generator.standard_normal((2, 21, 3)).astype(np.float32)
    index = torch.from_numpy(generator.integers(0, 5, 21))
    y = generator.standard_normal(21).astype(np.float32)

    grid = nnw.loss_surface(
        model,
        (left, right, index),
        y,
        loss="mse",
        axes=("tied.weight[1,2]", "table.weight[3,0]"),
        ranges=((-2, 2), (-2, 2)),
        resolution=4,
        dtype=dtype,
    )

    entries = [("shared.weight", (1, 2)), ("table.weight", (3, 0))]
    expected = loop(model, [left, right, index], y, entries, grid.x, grid.y, squared)
    np.testing.assert_allclose(grid.z, expected, rtol=RELATIVE[dtype], atol=0)
    assert grid.names[0] == "shared.weight[1,2]"


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_parts_of_the_samples_weigh_as_much_as_they_are_long(size, monkeypatch):
    """A short last batch is no batch: outputs are joined before the loss is taken."""
    monkeypatch.setattr("nnwidgets.core.landscape._module._BYTES", 8 * size)
    model = nn.Sequential(nn.Linear(2, 3), Half(), nn.Linear(3, 1))
    X, y = toy(model, "mse", n=23)
    axes = ("0.weight[0,0]", "2.bias[0]")
    grid = nnw.loss_surface(model, X, y, loss="mse", axes=axes, resolution=3, dtype="float64")
    entries = [("0.weight", (0, 0)), ("2.bias", (0,))]
    expected = loop(model, [X], y, entries, grid.x, grid.y, squared)
    np.testing.assert_allclose(grid.z, expected, rtol=1e-12, atol=0)


class Half(nn.Module):
    """No activation of the table, so that the model is no stack."""

    def forward(self, x):
        return x / (1 + x * x)


@pytest.mark.parametrize(
    ("loss", "factor"),
    [(nn.L1Loss(), 1), (nn.L1Loss(reduction="sum"), 37), (lambda o, t: (o - t).abs().sum(), 37)],
    ids=["mean", "sum", "function"],
)
@pytest.mark.usefixtures("evaluator")
def test_a_callable_has_its_own_reduction(loss, factor):
    model = stack(2, 2, 1)
    X, y = toy(model, "mse")
    grid = nnw.loss_surface(
        model,
        X,
        y.reshape(-1, 1),
        loss=loss,
        axes=("0.weight[1,0]", "2.bias[0]"),
        resolution=3,
        dtype="float64",
    )

    def absolute(output, target):
        return abs(output.item() - float(target))

    entries = [("0.weight", (1, 0)), ("2.bias", (0,))]
    expected = factor * loop(model, [X], y, entries, grid.x, grid.y, absolute)
    np.testing.assert_allclose(grid.z, expected, rtol=1e-12)


def test_a_loss_with_weights_of_its_own_follows_the_dtype():
    model = stack(2, 4, 3)
    X, y = toy(model, "cross_entropy")
    weight = torch.tensor([1.0, 2.0, 0.5])
    grid = nnw.loss_surface(
        model,
        X,
        y,
        loss=nn.CrossEntropyLoss(weight=weight, reduction="sum"),
        axes=("0.weight[0,0]", "2.bias[0]"),
        resolution=3,
        dtype="float64",
    )
    per_sample = {k: float(weight[k]) for k in range(3)}

    def weighted(output, target):
        return per_sample[int(target)] * entropy(output, target)

    entries = [("0.weight", (0, 0)), ("2.bias", (0,))]
    expected = len(y) * loop(model, [X], y, entries, grid.x, grid.y, weighted)
    np.testing.assert_allclose(grid.z, expected, rtol=1e-12)
    assert weight.dtype == torch.float32


@pytest.mark.usefixtures("evaluator")
def test_an_overflow_is_infinite_where_it_is():
    model = stack(1, 1, 1, bias=False)
    model[1] = nn.Identity()
    grid = nnw.loss_surface(
        model,
        [[1.0], [-1.0]],
        [0.0, 0.0],
        loss="mse",
        axes=("0.weight[0,0]", "2.weight[0,0]"),
        ranges=((-1e200, 1e200), (0, 1e200)),
        resolution=3,
        dtype="float64",  # float32 may be computed with more range than it has
    )
    inf = np.inf
    np.testing.assert_array_equal(grid.z, [[0, 0, 0], [inf, 0, inf], [inf, 0, inf]])
    assert grid.minimum[2] == 0
    assert "4 not finite" in repr(grid)


class Logarithm(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(2))

    def forward(self, x):
        return x * self.w[0].log() + self.w[1]


def test_a_loss_that_is_no_number_is_kept():
    grid = nnw.loss_surface(
        Logarithm(),
        [[1.0]],
        [0.0],
        loss="mse",
        axes=("w[0]", "w[1]"),
        ranges=((-1, 1), (0, 1)),
        resolution=(3, 2),
    )
    nan = np.nan
    np.testing.assert_array_equal(grid.z, [[nan, np.inf, 0], [nan, np.inf, 1]])
    assert grid.minimum == (1, 0, 0)


def state_of(model):
    """Everything of a model that a surface must not touch, as bytes and flags."""
    return (
        {name: value.clone() for name, value in model.state_dict().items()},
        {name: (id(p), p.data_ptr(), p.requires_grad) for name, p in model.named_parameters()},
        {name: None if p.grad is None else p.grad.clone() for name, p in model.named_parameters()},
        {name: module.training for name, module in model.named_modules()},
        torch.get_rng_state(),
        torch.get_num_threads(),
    )


def assert_same(before, after):
    for a, b in zip(before, after, strict=True):
        if not isinstance(a, dict):
            assert torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b
            continue
        assert a.keys() == b.keys()
        for key, value in a.items():
            same = (
                torch.equal(value, b[key]) if isinstance(value, torch.Tensor) else value == b[key]
            )
            assert same, key


def busy_model():
    """Dropout and batch norm in training mode, one frozen parameter, gradients, a hook."""
    torch.manual_seed(0)
    model = nn.Sequential(
        *(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Tanh(), nn.Linear(4, 1))
    )
    model[0].bias.requires_grad_(False)
    model[4].eval()
    model(torch.randn(8, 2)).sum().backward()
    return model


@pytest.mark.parametrize("axes", ["random", ("0.weight[0,0]", "4.weight[0,0]")])
def test_the_model_is_as_it_was(axes):
    model = busy_model()
    calls = []
    model[0].register_forward_hook(lambda *_: calls.append(1))
    X, y = toy(model, "mse")
    before = state_of(model)

    with pytest.warns(UserWarning, match="training mode"):
        nnw.loss_surface(model, X, y, loss="mse", axes=axes, resolution=3)

    assert_same(before, state_of(model))
    assert not calls


def test_a_stack_is_as_it_was():
    model = stack(2, 8, 1)
    model(torch.randn(8, 2)).sum().backward()
    X, y = toy(model, "mse")
    before = state_of(model)
    nnw.loss_surface(model, X, y, loss="mse", axes="random", resolution=3)
    assert_same(before, state_of(model))


def test_training_mode_is_noticed_once_and_evaluated_in_evaluation_mode():
    model = busy_model()
    X, y = toy(model, "mse")
    axes = ("0.weight[0,0]", "4.weight[0,0]")
    with pytest.warns(UserWarning, match=r"BatchNorm1d '1', Dropout '2'") as caught:
        grid = nnw.loss_surface(model, X, y, loss="mse", axes=axes, resolution=3, dtype="float64")
    assert len(caught) == 1
    assert caught[0].filename == __file__
    entries = [("0.weight", (0, 0)), ("4.weight", (0, 0))]
    expected = loop(model, [X], y, entries, grid.x, grid.y, squared)  # in evaluation mode
    np.testing.assert_allclose(grid.z, expected, rtol=1e-12)


def test_evaluation_mode_needs_no_notice():
    model = busy_model().eval()
    X, y = toy(model, "mse")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nnw.loss_surface(model, X, y, loss="mse", axes="random", resolution=2)


class Noisy(nn.Module):
    """Draws random numbers in its forward, whatever the mode."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, x):
        return self.linear(x) + torch.randn_like(x)


def test_a_model_that_draws_has_the_same_noise_everywhere_and_others_keep_theirs():
    model = Noisy()
    X, y = np.zeros((50, 1), np.float32), np.zeros(50, np.float32)
    before = torch.get_rng_state()
    axes = ("linear.weight[0,0]", "linear.bias[0]")
    grid = nnw.loss_surface(
        model, X, y, loss="mse", axes=axes, ranges=((-1, 1), None), resolution=3
    )
    assert torch.equal(before, torch.get_rng_state())
    # The inputs are zero: only the bias matters, and the noise, which is one and the same.
    assert np.ptp(grid.z, axis=1).tolist() == [0, 0, 0]
    assert np.ptp(grid.z, axis=0).min() > 0.1


def test_hooks_that_make_a_weight_are_kept():
    """Pruned and spectrally normalised layers compute their weight before each forward."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    nn.utils.prune.l1_unstructured(model[0], "weight", amount=3)
    mask = model[0].weight_mask.numpy()
    i, j = np.argwhere(mask == 0)[0]
    k, l = np.argwhere(mask == 1)[0]  # noqa: E741
    X, y = toy(model, "mse")
    axes = (f"0.weight_orig[{i},{j}]", f"0.weight_orig[{k},{l}]")
    grid = nnw.loss_surface(model, X, y, loss="mse", axes=axes, resolution=3)
    assert np.ptp(grid.z, axis=1).tolist() == [0, 0, 0]  # what is pruned has no say
    assert np.ptp(grid.z, axis=0).min() > 1e-3
