"""Collapsed maps against the models, and against formulas that know nothing of either."""

import copy
import math
from itertools import pairwise, product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

import nnwidgets as nnw

CLOSE = {"rtol": 1e-10, "atol": 1e-10}
few = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 2**16)


def rows(shape, n=16, seed=9, scale=1.0):
    generator = torch.Generator().manual_seed(seed)
    return scale * torch.randn(n, *shape, dtype=torch.float64, generator=generator)


def seeded(seed, make):
    """Make a model in float64, all of its parameters of a usual size."""
    torch.manual_seed(seed)
    model = make().double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter) / max(1, parameter[0].numel()) ** 0.5)
    return model


def assert_equal(flat, model, scale=1.0):
    """Hold map and model against each other to 1e-10, and the map against what it says."""
    x = rows(flat.input_shape, scale=scale)
    with torch.no_grad():
        wanted = model(x)
    assert flat.output_shape == tuple(wanted.shape[1:])
    np.testing.assert_allclose(flat(x), wanted, rtol=1e-10, atol=1e-10 * scale)
    by_hand = x.reshape(len(x), -1).numpy() @ flat.W.numpy().T + flat.b.numpy()
    np.testing.assert_allclose(
        by_hand.reshape(wanted.shape), wanted, rtol=1e-10, atol=1e-10 * scale
    )
    assert flat.W.dtype == flat.b.dtype == torch.float64
    if any(True for _ in model.parameters()):  # else it is tried out in float32
        size = max(1, float(wanted.abs().max()))
        assert flat.residual < 1e-10 * size
        assert flat.mse < 1e-20 * size**2
    assert flat.r2 > 1 - 1e-12


def assert_steps(flat):
    """The steps, multiplied by NumPy, are the whole."""
    W, b = np.eye(flat.W.shape[1]), np.zeros(flat.W.shape[1])
    for step in flat.steps:
        W, b = step.W.numpy() @ W, step.W.numpy() @ b + step.b.numpy()
    np.testing.assert_allclose(W, flat.W, **CLOSE)
    np.testing.assert_allclose(b, flat.b, **CLOSE)


# Dense layers


@few
@given(sizes=st.lists(st.integers(1, 9), min_size=2, max_size=8), bias=st.booleans(), seed=seeds)
def test_dense_layers_are_the_product_of_their_matrices(sizes, bias, seed):
    model = seeded(
        seed, lambda: nn.Sequential(*(nn.Linear(*pair, bias) for pair in pairwise(sizes)))
    )

    flat = nnw.collapse(model)

    W, b = np.eye(sizes[0]), np.zeros(sizes[0])
    for layer in model:
        weight = layer.weight.detach().numpy()
        W, b = weight @ W, weight @ b + (layer.bias.detach().numpy() if bias else 0)
    np.testing.assert_allclose(flat.W, W, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(flat.b, b, rtol=1e-10, atol=1e-12)
    assert (flat.by, flat.unproven, flat.kind) == ("structure", (), "Sequential")
    assert_equal(flat, model)
    assert [step.name for step in flat.steps] == [str(i) for i in range(len(sizes) - 1)]
    assert_steps(flat)


def test_the_algebra_of_a_2_2_1_network():
    model = nn.Sequential(nn.Linear(2, 2), nn.Identity(), nn.Linear(2, 1)).double()
    with torch.no_grad():
        for parameter, value in zip(
            model.parameters(), ([[1, 2], [3, -1]], [0.5, -2], [[2, -1]], [4]), strict=True
        ):
            parameter.copy_(torch.tensor(value))

    flat = nnw.collapse(model)

    # 2 (x1 + 2 x2 + 0.5) - (3 x1 - x2 - 2) + 4 = -x1 + 5 x2 + 7
    assert flat.W.tolist() == [[-1.0, 5.0]]
    assert flat.b.tolist() == [7.0]
    assert flat([1, 1]).tolist() == [11.0]
    assert flat([[1, 1], [0, 0]]).tolist() == [[11.0], [7.0]]
    assert "y = −1 x₁ + 5 x₂ + 7" in repr(flat)
    assert [step.name for step in flat.steps] == ["0", "2"]


@given(
    pairs=st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=1, max_size=8),
)
@few
def test_a_chain_of_slopes_and_intercepts(pairs):
    model = nn.Sequential(*(nn.Linear(1, 1) for _ in pairs)).double()
    slope, intercept = 1.0, 0.0
    for layer, (beta, bias) in zip(model, pairs, strict=True):
        layer.weight.data.fill_(beta)
        layer.bias.data.fill_(bias)
        slope, intercept = beta * slope, beta * intercept + bias

    flat = nnw.collapse(model)

    assert flat.W.item() == pytest.approx(slope, rel=1e-10, abs=1e-12)
    assert slope == pytest.approx(math.prod(beta for beta, _ in pairs), rel=1e-12)
    assert flat.b.item() == pytest.approx(intercept, rel=1e-10, abs=1e-12)


def test_a_large_bias_does_not_round_the_slope():
    model = nn.Linear(2, 1).double()
    model.weight.data.copy_(torch.tensor([[0.1, 1e-6]]))
    model.bias.data.fill_(1e8)

    flat = nnw.collapse(model)

    np.testing.assert_allclose(flat.W, model.weight.detach(), rtol=1e-15)
    assert flat.b.item() == 1e8


# Convolutions: out[o, p] = b[o] + Σ w[o, c, k] x[c, stride p + dilation k - padding]

MODES = {"zeros": "constant", "circular": "wrap", "reflect": "reflect", "replicate": "edge"}


def convolved(x, layer):
    """The formula as it is written, by loops over one sample (channels, ...) of NumPy numbers."""
    weight, bias = layer.weight.detach().numpy(), layer.bias
    size, d = weight.shape[2:], weight.ndim - 2
    sides = [(0, 0)] * d
    if layer.padding == "same":
        total = [layer.dilation[i] * (size[i] - 1) for i in range(d)]
        sides = [(n // 2, n - n // 2) for n in total]
    elif layer.padding != "valid":
        sides = [(p, p) for p in layer.padding]
    x = np.pad(x, [(0, 0), *sides], mode=MODES[layer.padding_mode])
    span = [layer.dilation[i] * (size[i] - 1) for i in range(d)]
    shape = [(x.shape[1 + i] - span[i] - 1) // layer.stride[i] + 1 for i in range(d)]
    out = np.zeros((len(weight), *shape))
    per_group = len(weight) // layer.groups
    channels = weight.shape[1]
    for o, *place in product(*map(range, out.shape)):
        start = o // per_group * channels
        for c, *k in product(*map(range, weight.shape[1:])):
            at = [layer.stride[i] * place[i] + layer.dilation[i] * k[i] for i in range(d)]
            out[(o, *place)] += weight[(o, c, *k)] * x[(start + c, *at)]
    return out if bias is None else out + bias.detach().numpy().reshape(-1, *[1] * d)


@st.composite
def convolutions(draw):
    d = draw(st.sampled_from([1, 2]))
    groups = draw(st.sampled_from([1, 1, 2]))
    size = [draw(st.integers(4, 6)) for _ in range(d)]
    kernel = [draw(st.integers(1, 3)) for _ in range(d)]
    dilation = [draw(st.integers(1, 2)) if k < 3 else 1 for k in kernel]
    padding = draw(st.sampled_from(["same", "valid", "numbers"]))
    stride = [1 if padding == "same" else draw(st.integers(1, 3)) for _ in range(d)]
    if padding == "numbers":
        padding = tuple(draw(st.integers(0, 2)) for _ in range(d))
    kind = {1: nn.Conv1d, 2: nn.Conv2d}[d]
    make = lambda: kind(  # noqa: E731
        groups * draw(st.integers(1, 2)),
        groups * draw(st.integers(1, 2)),
        tuple(kernel),
        stride=tuple(stride),
        padding=padding,
        dilation=tuple(dilation),
        groups=groups,
        bias=draw(st.booleans()),
        padding_mode=draw(st.sampled_from(sorted(MODES))),
    )
    layer = seeded(draw(seeds), make)
    return layer, (layer.in_channels, *size)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@few
@given(convolutions())
def test_convolutions_of_every_kind(layer_and_shape):
    layer, shape = layer_and_shape

    flat = nnw.collapse(layer, shape)

    assert flat.by == "structure"
    assert_equal(flat, layer)
    x = rows(shape, n=1)[0].numpy()
    np.testing.assert_allclose(flat(x), convolved(x, layer), **CLOSE)


def test_scipys_convolution():
    signal = pytest.importorskip("scipy.signal")
    layer = seeded(3, lambda: nn.Conv2d(1, 1, (3, 5)))
    kernel = layer.weight.detach().numpy()[0, 0]
    x = rows((1, 9, 8), n=1)[0]

    flat = nnw.collapse(layer, (1, 9, 8))

    wanted = signal.correlate2d(x[0].numpy(), kernel, mode="valid") + layer.bias.item()
    np.testing.assert_allclose(flat(x)[0], wanted, **CLOSE)


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_a_transposed_convolution_is_the_transposed_matrix(stride):
    down = seeded(1, lambda: nn.Conv2d(3, 2, 3, stride=stride, padding=1, bias=False))
    up = nn.ConvTranspose2d(2, 3, 3, stride=stride, padding=1, bias=False).double()
    up.weight = down.weight
    shape = (3, 7, 7)
    maps = nnw.collapse(down, shape)

    flat = nnw.collapse(up, maps.output_shape)

    assert flat.output_shape == shape
    np.testing.assert_allclose(flat.W, maps.W.T, **CLOSE)


def test_a_map_is_laid_out_as_flatten_does():
    layer = seeded(0, lambda: nn.Conv1d(1, 2, 2))

    flat = nnw.collapse(layer, (1, 3))

    a, b = layer.weight.detach()[:, 0].tolist()
    wanted = [[a[0], a[1], 0], [0, a[0], a[1]], [b[0], b[1], 0], [0, b[0], b[1]]]
    assert flat.W.tolist() == wanted
    np.testing.assert_allclose(flat.b, layer.bias.detach().repeat_interleave(2))


# Pooling, normalisation, and what only moves numbers


def test_average_pooling_by_hand():
    flat = nnw.collapse(nn.AvgPool1d(2), (1, 4))

    assert flat.W.tolist() == [[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]]
    assert flat.b.tolist() == [0, 0]


STRAIGHT = {
    "average pooling": (lambda: nn.AvgPool2d(2), (2, 6, 4)),
    "of padded maps": (lambda: nn.AvgPool2d(3, 2, 1, ceil_mode=True), (2, 6, 5)),
    "not counting the padding": (lambda: nn.AvgPool2d(3, 2, 1, count_include_pad=False), (2, 6, 5)),
    "in one dimension": (lambda: nn.AvgPool1d(3, 2, 1), (2, 7)),
    "in three": (lambda: nn.AvgPool3d(2), (1, 4, 2, 4)),
    "adaptive, 1d": (lambda: nn.AdaptiveAvgPool1d(3), (2, 7)),
    "adaptive, 2d": (lambda: nn.AdaptiveAvgPool2d((3, 2)), (2, 7, 5)),
    "adaptive to one": (lambda: nn.AdaptiveAvgPool2d(1), (2, 7, 5)),
    "flatten": (nn.Flatten, (2, 3, 2)),
    "unflatten": (lambda: nn.Unflatten(1, (2, 3)), (6,)),
    "identity": (nn.Identity, (3,)),
    "nothing": (nn.Sequential, (3,)),
    "shuffled pixels": (lambda: nn.PixelShuffle(2), (4, 3, 3)),
    "padding by a number": (lambda: nn.ConstantPad2d(1, 3.0), (1, 2, 3)),
    "reflected": (lambda: nn.ReflectionPad2d(1), (1, 3, 3)),
    "in circles": (lambda: nn.CircularPad1d(2), (1, 3)),
    "nearest": (lambda: nn.Upsample(scale_factor=2), (1, 3, 2)),
    "bilinear": (lambda: nn.Upsample(scale_factor=2, mode="bilinear"), (1, 3, 2)),
    "unfolded": (lambda: nn.Unfold(2), (1, 3, 3)),
    "a slope of one": (lambda: nn.LeakyReLU(1.0), (3,)),
    "an affine slope": (lambda: nn.Sequential(nn.Linear(3, 3), nn.LeakyReLU(1.0)), (3,)),
    "locally transposed": (lambda: nn.ConvTranspose1d(2, 3, 3, 2, 1, 1), (2, 4)),
    "weight norm": (lambda: nn.utils.parametrizations.weight_norm(nn.Linear(3, 2)), (3,)),
    "spectral norm": (
        lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(3, 2)).eval(),
        (3,),
    ),
}


@pytest.mark.parametrize("name", STRAIGHT)
def test_what_is_straight_by_itself(name):
    make, shape = STRAIGHT[name]
    torch.manual_seed(0)
    model = make().double()

    flat = nnw.collapse(model, shape)

    assert flat.by == "structure"
    assert_equal(flat, model)
    assert_equal(flat, model, scale=1e4)


@pytest.mark.parametrize("affine", [True, False])
def test_batch_normalisation_by_its_formula(affine):
    model = nn.BatchNorm1d(3, affine=affine).double()
    for _ in range(5):
        model(rows((3,)) * 3 + 2)
    if affine:
        model.weight.data.copy_(torch.tensor([1, -2, 0.5]))
        model.bias.data.copy_(torch.tensor([0.1, 0.2, 0.3]))
    model.eval()

    flat = nnw.collapse(model)

    scale = 1 / (model.running_var + model.eps).sqrt()
    scale = scale * model.weight.detach() if affine else scale
    shift = model.bias.detach() if affine else 0
    np.testing.assert_allclose(flat.W, torch.diag(scale), **CLOSE)
    np.testing.assert_allclose(flat.b, shift - scale * model.running_mean, **CLOSE)


@few
@given(seed=seeds, depth=st.integers(1, 3), size=st.integers(4, 7))
def test_convolutional_networks(seed, depth, size):
    def make():
        layers = []
        for i in range(depth):
            layers += [nn.Conv2d(2 if i else 1, 2, 3, padding="same"), nn.BatchNorm2d(2)]
        layers += [nn.AvgPool2d(2), nn.Dropout(0.5), nn.Flatten(), nn.LazyLinear(3)]
        model = nn.Sequential(*layers)
        model(torch.randn(8, 1, size, size))
        return model

    model = seeded(seed, make).eval()

    flat = nnw.collapse(model, (1, size, size))

    assert flat.by == "structure"
    assert_equal(flat, model)
    assert_steps(flat)
    kept = (nn.Conv2d, nn.BatchNorm2d, nn.AvgPool2d, nn.Linear)
    assert [step.name for step in flat.steps] == [
        name for name, part in model.named_modules() if isinstance(part, kept)
    ]


# A forward of their own


class Residual(nn.Module):
    def __init__(self, d, in_place=False):
        super().__init__()
        self.first, self.second = nn.Linear(d, 4), nn.Linear(4, d)
        self.in_place = in_place

    def forward(self, x):
        out = self.second(self.first(x))
        if self.in_place:
            out += x
            return out
        return out + x


@few
@given(seed=seeds, d=st.integers(1, 6), blocks=st.integers(1, 4), in_place=st.booleans())
def test_residual_sums(seed, d, blocks, in_place):
    model = seeded(
        seed,
        lambda: nn.Sequential(*(Residual(d, in_place) for _ in range(blocks)), nn.Linear(d, 2)),
    )

    flat = nnw.collapse(model, d)

    assert flat.by == "structure"
    assert_equal(flat, model)
    W = np.eye(d)
    for block in model[:-1]:
        W = (np.eye(d) + (block.second.weight @ block.first.weight).detach().numpy()) @ W
    np.testing.assert_allclose(flat.W, model[-1].weight.detach().numpy() @ W, **CLOSE)
    assert [step.name for step in flat.steps] == [str(i) for i in range(blocks + 1)]
    assert_steps(flat)


class Recurrent(nn.Module):
    """h = W h + U x over the steps of a sequence, and a sum of the last h."""

    def __init__(self, d, hidden, out, start="float32"):
        super().__init__()
        self.U, self.W = nn.Linear(d, hidden), nn.Linear(hidden, hidden, bias=False)
        self.V = nn.Linear(hidden, out)
        self.start = getattr(torch, start)

    def forward(self, x):
        h = torch.zeros(len(x), self.W.in_features, dtype=x.dtype if self.training else self.start)
        for step in x.unbind(1):
            h = self.W(h) + self.U(step)
        return self.V(h)


@few
@given(seed=seeds, steps=st.integers(1, 12), d=st.integers(1, 4), hidden=st.integers(1, 5))
def test_a_linear_recurrence_is_a_sum_of_powers(seed, steps, d, hidden):
    model = seeded(seed, lambda: Recurrent(d, hidden, 2))

    flat = nnw.collapse(model, (steps, d))

    U, W, V = (layer.weight.detach().numpy() for layer in (model.U, model.W, model.V))
    powers = [np.linalg.matrix_power(W, steps - 1 - t) for t in range(steps)]
    np.testing.assert_allclose(flat.W, np.hstack([V @ power @ U for power in powers]), **CLOSE)
    b = V @ sum(powers) @ model.U.bias.detach().numpy() + model.V.bias.detach().numpy()
    np.testing.assert_allclose(flat.b, b, **CLOSE)
    assert_equal(flat, model)
    assert [step.name for step in flat.steps] == ["model"]


def test_a_forward_that_begins_in_float32():
    model = seeded(0, lambda: Recurrent(2, 3, 1)).eval().float()

    flat = nnw.collapse(model, (4, 2))

    assert flat.by == "structure"
    assert flat.residual < 1e-5
    x = rows((4, 2)).float()
    np.testing.assert_allclose(flat(x), model(x).detach(), atol=1e-6)


class Odds(nn.Module):
    """What people write: einsum, casts, slices written to, plain tensors, functions."""

    def __init__(self):
        super().__init__()
        self.A = torch.arange(6.0).reshape(2, 3)
        self.more = [torch.tensor([1.0, -1.0])]
        self.mix = nn.Parameter(torch.randn(4, 4))

    def forward(self, x):
        y = F.linear(x, self.A) + x @ self.A.T * self.more[0]
        kept = torch.zeros(len(x), 4)
        kept[:, 1:3] = y.float()
        kept = torch.einsum("ij,nj->ni", self.mix, kept) - kept.flip(1) / 3
        return torch.cat([kept, kept[:, [0, 2]].cumsum(1), x.mean(1, keepdim=True)], dim=1)


def test_a_forward_of_many_functions():
    torch.manual_seed(0)
    model = Odds()

    flat = nnw.collapse(model, 3)

    assert flat.by == "structure"
    x = rows((3,)).float()
    np.testing.assert_allclose(flat(x), model(x).detach(), atol=1e-5)
    assert flat.residual < 1e-4


class Frozen(nn.Module):
    def __init__(self, mode):
        super().__init__()
        self.line, self.mode = nn.Linear(3, 2), mode

    def forward(self, x):
        with self.mode():
            return self.line(x)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_a_forward_without_a_graph(mode):
    model = Frozen(mode).double()

    flat = nnw.collapse(model)

    assert torch.equal(flat.W, model.line.weight)
    assert [step.name for step in flat.steps] == ["line"]


class Detached(nn.Module):
    """Straight in its numbers, with gradients that say something else."""

    def forward(self, x):
        return (3 * x - x.detach())[:, :2]


def test_gradients_that_are_not_the_numbers():
    flat = nnw.collapse(Detached(), 3)

    assert flat.by == "structure"
    assert flat.W.tolist() == [[2, 0, 0], [0, 2, 0]]


def test_many_inputs_to_few_outputs():
    model = nn.Sequential(nn.Conv2d(3, 4, 3, stride=2), nn.AvgPool2d(4), nn.Flatten())
    model.append(nn.Linear(4 * 7 * 7, 2))

    flat = nnw.collapse(model, (3, 64, 64))

    assert flat.W.shape == (2, 3 * 64 * 64)
    assert flat.residual < 1e-5
    wide = nnw.collapse(nn.Sequential(nn.AvgPool1d(16_384), nn.Flatten()), (1, 32_768))
    assert wide.check(n=4).residual < 1e-6
    assert wide._usual.n == 512


def test_another_default_device():
    model = seeded(0, lambda: Recurrent(2, 3, 1))

    with torch.device("meta"):
        flat = nnw.collapse(model, (4, 2))

    assert flat.W.device.type == "cpu"
    assert_equal(flat, model)


# Where structure does not tell


class Both(nn.Module):
    """x = relu(x) - relu(-x)."""

    def forward(self, x):
        return F.relu(x) - F.relu(-x)


class Cut(nn.Module):
    """The gradient says 2, the numbers say 3."""

    def forward(self, x):
        return 2 * torch.relu(x) - 2 * torch.relu(-x) + x.detach()


class Numpy(nn.Module):
    def forward(self, x):
        return torch.from_numpy(2 * x.detach().numpy() + 1)


def test_bends_that_undo_each_other_are_measured():
    flat = nnw.collapse(nn.Sequential(nn.Linear(3, 3).double(), Both()), 3)

    assert flat.by == "jacobian"
    assert flat.unproven == ("1",)
    assert flat.residual < 1e-12
    assert flat.steps == ()
    assert "measured and not proven (1)" in repr(flat)


def test_a_cut_gradient_does_not_mislead():
    flat = nnw.collapse(Cut(), 2)

    assert flat.by == "differences"
    np.testing.assert_allclose(flat.W, 3 * np.eye(2), **CLOSE)


def test_a_model_that_leaves_torch():
    flat = nnw.collapse(Numpy(), 2)

    np.testing.assert_allclose(flat.W, 2 * np.eye(2), **CLOSE)
    np.testing.assert_allclose(flat.b, [1, 1], **CLOSE)


def test_a_sparse_matrix():
    class Sparse(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("A", torch.tensor([[0.0, 2], [3, 0]]).to_sparse())

        def forward(self, x):
            return torch.sparse.mm(self.A, x.T).T

    assert nnw.collapse(Sparse(), 2).W.tolist() == [[0, 2], [3, 0]]


def test_a_straight_through_estimate_is_no_step():
    class Hidden(nn.Module):
        def forward(self, x):
            return x + (torch.from_numpy(np.round(x.detach().numpy())) - x).detach()

    with pytest.raises(nnw.NotAffine):
        nnw.collapse(Hidden(), 2)


def test_a_unit_of_no_weight_is_constant():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)).double()
    model[0].weight.data.zero_()

    flat = nnw.collapse(model)

    assert flat.W.tolist() == [[0, 0]]
    assert flat.r2 == 1
    assert flat.unproven == ("1",)


# What it says of itself


@pytest.mark.parametrize(("dtype", "residual"), [("float64", 1e-13), ("float32", 1e-5)])
def test_the_residual_is_the_models_own_rounding(dtype, residual):
    torch.manual_seed(0)
    model = nn.Sequential(*(nn.Linear(64, 64) for _ in range(5))).to(getattr(torch, dtype))

    flat = nnw.collapse(model)

    assert 0 < flat.residual < residual
    assert flat.r2 > 1 - 1e-9
    assert [check.scale for check in flat.checks] == [1, 0.01, 100]
    assert flat.checks[2].residual < 100 * residual
    x = torch.randn(1024, 64, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
    x = x.to(model[0].weight.dtype)
    wanted = model(x).detach().double()
    error = ((wanted - flat(x)) ** 2).numpy()
    check = flat.check(seed=5)
    assert check.mse == pytest.approx(error.mean())
    assert check.residual == pytest.approx(error.max() ** 0.5)
    r2 = 1 - error.sum(0) / ((wanted - wanted.mean(0)) ** 2).sum(0).numpy()
    assert check.r2 == pytest.approx(r2.mean(), abs=1e-15)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_collapsed_in_double(dtype):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)).to(dtype)

    flat = nnw.collapse(model)

    twin = copy.deepcopy(model).double()
    np.testing.assert_allclose(flat.W, (twin[1].weight @ twin[0].weight).detach(), **CLOSE)
    assert 1e-6 < flat.residual < 0.1


def test_checks_can_be_chosen():
    flat = nnw.collapse(nn.Linear(2, 1))

    assert flat.check(n=8, seed=1) == flat.check(n=8, seed=1) != flat.check(n=8, seed=2)
    with pytest.raises(ValueError, match="n must be at least 2, got 1"):
        flat.check(n=1)
    with pytest.raises(ValueError, match="scale must be positive and finite, got 0"):
        flat.check(scale=0)


def test_outputs_without_a_dimension():
    flat = nnw.collapse(nn.Sequential(nn.Linear(2, 1), nn.Flatten(0)))

    assert flat.output_shape == ()
    assert flat.W.shape == (1, 2)
    assert flat([0, 0]).shape == ()
    assert flat([[0, 0]]).shape == (1,)


def test_wide_networks():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(128, 1024), nn.Linear(1024, 1024), nn.Linear(1024, 64))

    flat = nnw.collapse(model)

    assert flat.W.shape == (64, 128)
    assert flat.mse < 1.8e-14  # the article's, of a regression
    assert flat.r2 > 0.999999999


def test_a_network_brings_its_shape():
    pictures = np.zeros((4, 1, 5, 5), np.float32)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(18, 1))
    net = nnw.Network(model, pictures, [0, 1, 0, 1])

    flat = nnw.collapse(net)

    assert flat.input_shape == (1, 5, 5)
    assert flat.residual < 1e-5
