"""A trace against differences, hand formulas and autograd; and that it leaves no trace."""

import copy
import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

import nnwidgets as nnw
from nnwidgets.core.problem import Problem


def classifier(seed=0, dtype=torch.float64):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).to(dtype)


def batch(model, n=5, d=3, seed=1):
    torch.manual_seed(seed)
    return torch.randn(n, d, dtype=next(model.parameters()).dtype), torch.arange(n) % 2


def state_of(model):
    """All that could change, as bytes and objects."""
    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    return (
        {name: (id(t), t.dtype, t.detach().numpy().tobytes()) for name, t in tensors.items()},
        {name: None if p.grad is None else p.grad.clone() for name, p in model.named_parameters()},
        [module.training for module in model.modules()],
        [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules()],
        [p.requires_grad for p in model.parameters()],
    )


# Numbers


def test_the_worked_example_of_one_sigmoid_unit():
    """x = (0.5, 0.1), w = (0.3, 0.7), b = −0.2, t = 0.8 and ½(y − t)², by hand."""
    model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid()).double()
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([[0.3, 0.7]], dtype=torch.float64))
        model[0].bias.fill_(-0.2)
    y = 1 / (1 + math.exp(-0.02))
    delta = (y - 0.8) * y * (1 - y)

    t = nnw.trace(model, [0.5, 0.1], 0.8, loss="half_mse", optimizer=0.5)

    (layer,) = t.layers
    assert (layer.name, layer.kind, layer.activation) == ("0", "Linear", "sigmoid")
    assert layer.z[0, 0] == pytest.approx(0.02)
    assert layer.a[0, 0] == pytest.approx(y) == pytest.approx(0.504999833)
    assert t.loss == pytest.approx((y - 0.8) ** 2 / 2) == pytest.approx(0.0435125, abs=1e-7)
    assert layer.da[0, 0] == pytest.approx(y - 0.8)
    assert layer.dz[0, 0] == pytest.approx(delta) == pytest.approx(-0.0737428, abs=1e-6)
    np.testing.assert_allclose(layer.weight_grad, [[0.5 * delta, 0.1 * delta]])
    np.testing.assert_allclose(layer.weight_grad, [[-0.0369, -0.0074]], atol=5e-5)
    np.testing.assert_allclose(layer.bias_grad, [delta])
    np.testing.assert_allclose(layer.weight_update, -0.5 * layer.weight_grad)
    np.testing.assert_allclose(layer.bias_update, -0.5 * layer.bias_grad)
    np.testing.assert_array_equal(layer.input, [[0.5, 0.1]])
    np.testing.assert_allclose(t.input_gradient, [[0.3 * delta, 0.7 * delta]])


def test_gradients_are_differences_of_the_loss():
    model = classifier()
    X, y = batch(model)
    t = nnw.trace(model, X, y)

    def loss():
        return F.cross_entropy(model(X), y).item()

    assert t.loss_name == "cross_entropy"
    assert t.loss == pytest.approx(loss())
    for name, p in model.named_parameters():
        for i in range(p.numel()):
            entry = p.data.view(-1)
            here = entry[i].item()
            entry[i] = here + 1e-6
            above = loss()
            entry[i] = here - 1e-6
            below = loss()
            entry[i] = here
            wanted = (above - below) / 2e-6
            assert t.gradients[name].flat[i] == pytest.approx(wanted, abs=1e-8)


@given(
    hidden=st.lists(st.integers(1, 6), min_size=1, max_size=3),
    name=st.sampled_from(list(nnw.ACTIVATIONS)),
    n=st.integers(1, 5),
    seed=st.integers(0, 2**31),
)
def test_the_chain_rule_holds_from_layer_to_layer(hidden, name, n, seed):
    """δ = dL/da · f′(z); dL/dW = δᵀ·input; dL/db = Σ δ; dL/da of the layer before = δ·W."""
    model = nnw.mlp([3, *hidden, 2], name, seed=seed, dtype=torch.float64)
    X, y = batch(model, n, seed=seed)
    t = nnw.trace(model, X, y)
    derivative = nnw.ACTIVATIONS[name].derivative

    assert len(t.layers) == len(hidden) + 1
    before, before_da = X.numpy(), t.input_gradient
    for layer in t.layers:
        slope = derivative(torch.from_numpy(layer.z)).numpy() if layer.activation else 1.0
        np.testing.assert_array_equal(layer.input, before)
        np.testing.assert_allclose(layer.z, before @ layer.weight.T + layer.bias, atol=1e-12)
        np.testing.assert_allclose(layer.dz, layer.da * slope, atol=1e-12)
        np.testing.assert_allclose(layer.weight_grad, layer.dz.T @ layer.input, atol=1e-12)
        np.testing.assert_allclose(layer.bias_grad, layer.dz.sum(0), atol=1e-12)
        np.testing.assert_allclose(before_da, layer.dz @ layer.weight, atol=1e-12)
        before, before_da = layer.a, layer.da
    p = torch.softmax(torch.from_numpy(t.outputs), 1).numpy()
    np.testing.assert_allclose(before_da, (p - np.eye(2)[y]) / n, atol=1e-12)


# In place, by functions, more than once


class Functional(nn.Module):
    def __init__(self, inplace):
        super().__init__()
        self.one, self.two = nn.Linear(3, 4), nn.Linear(4, 2)
        self.inplace = inplace

    def forward(self, x):
        z = self.one(x)
        if self.inplace == "ignored":
            z.relu_()
            return self.two(z)
        return self.two(F.relu(z, inplace=self.inplace))


@pytest.mark.parametrize("inplace", [False, True, "ignored"])
def test_an_activation_in_place_or_by_a_function_is_seen_as_a_module_is(inplace):
    torch.manual_seed(0)
    model = Functional(inplace).double()
    plain = nn.Sequential(model.one, nn.ReLU(), model.two)
    X, y = batch(model)
    for ours, theirs in zip(
        nnw.trace(model, X, y).layers, nnw.trace(plain, X, y).layers, strict=True
    ):
        assert ours.activation == theirs.activation
        for part in ("input", "z", "a", "dz", "da", "weight_grad", "bias_grad"):
            np.testing.assert_array_equal(getattr(ours, part), getattr(theirs, part))


def test_modules_in_place_keep_their_z():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(inplace=True), nn.Linear(4, 2)).double()
    first = nnw.trace(model, *batch(model)).layers[0]
    assert (first.z < 0).any()
    np.testing.assert_array_equal(first.a, np.maximum(first.z, 0))
    np.testing.assert_array_equal(first.dz, np.where(first.z > 0, first.da, 0))


class Twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3)

    def forward(self, x):
        return self.layer(torch.tanh(self.layer(x)))


def test_a_module_called_twice_is_two_layers_with_one_gradient():
    torch.manual_seed(0)
    model = Twice().double()
    X = torch.randn(4, 3, dtype=torch.float64)
    t = nnw.trace(model, X, torch.zeros(4, 3), loss="mse")
    one, two = t.layers
    assert (one.name, one.activation, two.name) == ("layer", "tanh", "layer (2)")
    both = one.dz.T @ one.input + two.dz.T @ two.input
    np.testing.assert_allclose(one.weight_grad, both)
    np.testing.assert_array_equal(one.weight_grad, two.weight_grad)


def test_a_sum_that_is_activated_is_a_layer_of_its_own():
    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Linear(3, 3)

        def forward(self, x):
            return F.gelu(x + self.inner(x))

    torch.manual_seed(0)
    model = Residual().double()
    X = torch.randn(2, 3, dtype=torch.float64)
    inner, total = nnw.trace(model, X, torch.zeros(2, 3), loss="mse").layers
    assert (total.name, total.activation) == ("gelu", "gelu")
    np.testing.assert_array_equal(total.z, X.numpy() + inner.a)
    np.testing.assert_array_equal(total.dz, inner.dz)


# Other modules


def test_convolutions_normalisation_pooling_and_flattening():
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3),
        nn.BatchNorm2d(2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(18, 3),
    )
    t = nnw.trace(model, torch.randn(4, 1, 8, 8), [0, 1, 2, 0], training=True, optimizer=0.1)
    assert [layer.kind for layer in t.layers] == [
        *("Conv2d", "BatchNorm2d", "MaxPool2d", "Flatten", "Linear")
    ]
    assert t["1"].activation == "relu"
    np.testing.assert_allclose(t["1"].z.mean((0, 2, 3)), 0, atol=1e-6)  # of this batch
    assert model[1].num_batches_tracked == 0
    evaluated = nnw.trace(model, torch.randn(1, 1, 8, 8), [2])
    assert not np.allclose(evaluated["1"].z.mean((0, 2, 3)), 0, atol=1e-3)


@pytest.mark.parametrize("need", [True, False])
def test_attention_says_its_weights_whether_it_is_asked_or_not(need):
    class Attending(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = nn.MultiheadAttention(8, 2, batch_first=True)

        def forward(self, x):
            out, weights = self.attention(x, x, x, need_weights=need)
            assert (weights is None) is not need
            assert weights is None or weights.shape == (3, 5, 5)  # the mean of the heads
            return out

    torch.manual_seed(0)
    model = Attending()
    x = torch.randn(3, 5, 8)
    t = nnw.trace(model, x, torch.zeros(3, 5, 8), loss="mse")
    wanted, weights = model.attention(x, x, x, average_attn_weights=False)
    np.testing.assert_allclose(t.outputs, wanted.detach(), atol=1e-6)
    np.testing.assert_allclose(t["attention"].attention, weights.detach(), atol=1e-6)


def test_a_transformer_and_tokens():
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    model = nn.Sequential(nn.Embedding(10, 8), nn.TransformerEncoder(layer, 2))
    tokens = torch.randint(10, (2, 6))
    t = nnw.trace(model, tokens, target := torch.zeros(2, 6, 8), loss="mse")
    assert t.input_gradient is None
    assert [found.attention.shape for found in t.layers if found.kind == "MultiheadAttention"] == [
        (2, 2, 6, 6)
    ] * 2
    loss = F.mse_loss(model.eval()(tokens), target)
    for (name, _), wanted in zip(
        model.named_parameters(), torch.autograd.grad(loss, list(model.parameters())), strict=True
    ):
        np.testing.assert_allclose(t.gradients[name], wanted, atol=1e-6)


def test_several_inputs_and_outputs():
    class Pair(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.two = nn.Linear(2, 1), nn.Linear(3, 1)

        def forward(self, a, b):
            return self.one(a), self.two(b)

    torch.manual_seed(0)
    model = Pair()
    a, b = torch.randn(4, 2), torch.randn(4, 3)
    t = nnw.trace(model, (a, b), np.ones(4), loss=lambda out, y: (out[0] * out[1]).mean())
    assert [value.shape for value in t.x] == [(4, 2), (4, 3)]
    assert [value.shape for value in t.outputs] == [(4, 1), (4, 1)]
    np.testing.assert_allclose(t["one"].dz, t.outputs[1] / 4, rtol=1e-6)
    written = json.loads(json.dumps(t.to_dict()))
    assert written["outputs"] == [value.tolist() for value in t.outputs]
    assert written["x"] == [a.tolist(), b.tolist()]
    with pytest.raises(TypeError, match="returned a tuple, which a loss by name cannot take"):
        nnw.trace(model, (a, b), np.ones(4), loss="mse")


def test_a_recurrent_layer_counts_with_its_outputs():
    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm, self.out = nn.LSTM(2, 4, batch_first=True), nn.Linear(4, 1)

        def forward(self, x):
            return self.out(self.lstm(x)[0][:, -1])

    t = nnw.trace(Last(), torch.randn(3, 7, 2), [0.0, 1.0, 1.0])
    assert t.loss_name == "bce"
    assert t["lstm"].z.shape == t["lstm"].dz.shape == (3, 7, 4)
    assert not t["lstm"].dz[:, :-1].any()  # only the last step's output is read


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_as_it_is_and_in_float64(dtype):
    model = classifier(dtype=dtype)
    X = torch.randn(5, 3)
    coarse = nnw.trace(model, X, [0, 1, 0, 1, 1])
    fine = nnw.trace(model, X.to(dtype), [0, 1, 0, 1, 1], dtype="float64")
    assert fine["0"].z.dtype == np.float64
    assert next(model.parameters()).dtype is dtype
    np.testing.assert_allclose(coarse["0"].z, fine["0"].z, atol=0.05)
    wanted = copy.deepcopy(model).double()
    F.cross_entropy(wanted(X.to(dtype).double()), torch.tensor([0, 1, 0, 1, 1])).backward()
    np.testing.assert_allclose(fine["0"].weight_grad, wanted[0].weight.grad)


# The optimizer

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.01),
    "adam": lambda p: torch.optim.Adam(p, 0.01),
    "adamw": lambda p: torch.optim.AdamW(p, 0.01),
    "rmsprop": lambda p: torch.optim.RMSprop(p, 0.01),
    "lbfgs": lambda p: torch.optim.LBFGS(p, 0.1, max_iter=3),
}


def test_hooks_of_an_optimizer_do_not_run():
    model = classifier()
    optimizer, steps = torch.optim.SGD(model.parameters(), 0.1), []
    optimizer.register_step_post_hook(lambda *_: steps.append(1))
    X, y = batch(model)
    assert nnw.trace(model, X, y, optimizer=optimizer).updates
    assert steps == []


@pytest.mark.parametrize("name", list(OPTIMIZERS))
@pytest.mark.parametrize("steps", [0, 3])
def test_the_update_is_the_optimizers_next_step(name, steps):
    model = classifier()
    X, y = batch(model)
    optimizer = OPTIMIZERS[name](model.parameters())
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5)

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), y)
        loss.backward()
        return loss

    for _ in range(steps):
        optimizer.step(closure)
        scheduler.step()
    before, inside = state_of(model), copy.deepcopy(optimizer.state_dict())

    t = nnw.trace(model, X, y, optimizer=optimizer)

    assert str(state_of(model)) == str(before)
    assert str(optimizer.state_dict()) == str(inside)
    old = {key: p.detach().clone() for key, p in model.named_parameters()}
    optimizer.step(closure)
    for key, p in model.named_parameters():
        np.testing.assert_allclose(t.updates[key], (p - old[key]).detach(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("optimizer", ["adam", "momentum", "adamw", "rmsprop", "sgd", "factory"])
@pytest.mark.parametrize("epochs", [0, 2])
def test_a_trainers_next_step(optimizer, epochs):
    model = nnw.mlp([2, 4, 1], seed=0)
    X, y = nnw.datasets.moons(n=40)
    net = nnw.Network(model, X, y)
    given = (lambda p: torch.optim.Adagrad(p, 0.1)) if optimizer == "factory" else optimizer
    trainer = nnw.Trainer(net, given, batch_size=None)
    trainer.step(epochs)
    net.freeze("0.bias", "0.weight[0,1]")

    t = nnw.trace(net)

    old = net.weights
    trainer.step()
    for name, value in net.weights.items():
        np.testing.assert_allclose(t.updates[name], value - old[name], rtol=1e-4, atol=1e-6)
    assert not t["0"].bias_update.any()
    assert t["0"].weight_update[0, 1] == 0
    assert t["0"].weight_update[0, 0] != 0


def test_parameters_that_are_not_trained_have_no_gradient_and_do_not_move():
    model = classifier()
    model[0].weight.requires_grad_(False)
    optimizer = torch.optim.SGD([model[2].weight], 0.1)
    t = nnw.trace(model, *batch(model), optimizer=optimizer)
    assert t["0"].weight_grad is None
    assert t["0"].dz is not None
    assert set(t.gradients) == {"0.bias", "2.weight", "2.bias"}
    moved = {name for name, value in t.updates.items() if value.any()}
    assert moved == {"2.weight"}


# What it leaves alone


def test_everything_is_as_it_was():
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Linear(4, 2)
    ).double()
    model[2].eval()
    X, y = batch(model)
    F.cross_entropy(model(X), y).backward()
    optimizer = torch.optim.Adam(model.parameters())
    optimizer.step()
    rows = X.clone()
    before, random = state_of(model), torch.get_rng_state()

    for training in (False, True):
        nnw.trace(model, X, y, optimizer=optimizer, training=training)

    assert str(state_of(model)) == str(before)
    assert torch.equal(torch.get_rng_state(), random)
    assert torch.equal(X, rows)
    assert not X.requires_grad


def test_dropout_is_what_torch_would_draw_next():
    model = nn.Sequential(nn.Linear(3, 50), nn.Dropout(0.5))
    x = torch.randn(2, 3)
    t = nnw.trace(model, x, training=True)
    assert (t.outputs == 0).any()
    np.testing.assert_array_equal(t.outputs, model(x).detach())


def test_a_parametrised_layer_and_hooks_count():
    torch.manual_seed(0)
    model = nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(3, 2)), nn.Tanh())
    model[0].register_forward_hook(lambda module, args, out: 2 * out)
    x = torch.randn(4, 3)
    t = nnw.trace(model, x, torch.zeros(4, 2), loss="mse")
    np.testing.assert_allclose(t.outputs, model(x).detach(), rtol=1e-6)
    assert t.layers[0].activation == "tanh"
    assert {name.rsplit(".", 1)[-1] for name in t.gradients} == {"bias", "original0", "original1"}


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_weight_that_torch_computed_in_a_hook_is_copied():
    torch.manual_seed(0)
    model = nn.utils.weight_norm(nn.Linear(3, 2))
    x = torch.randn(4, 3)
    wanted = model(x)  # leaves its weight behind as a tensor that no deepcopy takes
    np.testing.assert_allclose(nnw.trace(model, x).outputs, wanted.detach(), rtol=1e-6)


# Networks, rows, forms of the result


def test_rows_of_a_networks_data():
    X, y = nnw.datasets.moons(n=20)
    net = nnw.Network(nnw.mlp([2, 3, 1]), X, y)
    for source in (net, net.run.problem):
        one = nnw.trace(source, 7)
        np.testing.assert_allclose(one.x, net.X[7:8])
        assert float(one.target[0, 0]) == net.y[7]
        assert nnw.trace(source).loss == pytest.approx(net.loss)
        assert len(nnw.trace(source, slice(3)).x) == 3
        np.testing.assert_allclose(nnw.trace(source, -1).x, net.X[19:])
        with pytest.raises(IndexError, match=r"row 0 \.\. 19 of the data, got 20"):
            nnw.trace(source, 20)
    assert nnw.trace(net, [0.5, 0.25], 1).x.shape == (1, 2)
    assert nnw.trace(net, 3, 1 - net.y[3]).target[0, 0] == 1 - net.y[3]


def test_rows_of_pictures_and_of_tokens():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2))
    X = np.random.default_rng(0).normal(size=(6, 1, 4, 4))
    problem = Problem(model, X, [0, 1, 0, 1, 1, 0])
    wanted = nnw.trace(problem, 2)
    assert wanted.x.shape == (1, 1, 4, 4)
    for x in (X[2], X[2:3], X[2].reshape(-1)):
        np.testing.assert_array_equal(nnw.trace(problem, x).outputs, wanted.outputs)
    words = nn.Sequential(nn.Embedding(5, 3), nn.Flatten(), nn.Linear(6, 1))
    ids = [[0, 1], [2, 3], [4, 0]]
    problem = Problem(words, ids, [0, 1, 1])
    assert nnw.trace(problem, 1).x.tolist() == nnw.trace(problem, [2, 3]).x.tolist() == [[2, 3]]
    assert nnw.trace(problem, 1)["0"].weight_grad[2:4].any(axis=1).all()


def test_without_a_target_only_forward():
    model = classifier()
    t = nnw.trace(model, [1.0, 2.0, 3.0])
    assert (t.loss, t.gradients, t.updates, t.layers[0].dz) == (None, {}, {}, None)
    assert t.outputs.shape == (1, 2)
    assert [nnw.trace(model, torch.eye(3), training=of).training for of in (True, False)] == [
        True,
        False,
    ]


def test_it_reads_as_a_table_and_as_json():
    model = classifier()
    t = nnw.trace(model, *batch(model), optimizer=0.1)
    text = repr(t)
    assert text.startswith("Trace of 5 samples, cross_entropy loss 0.")
    assert "0: Linear → tanh" in text
    assert text.count("\n") == 3
    html = t._repr_html_()
    assert html.count("<tr>") == 3
    assert "ΔW" in html
    assert json.loads(json.dumps(t.to_dict()))["layers"][0]["z"] == t.layers[0].z.tolist()
    assert repr(t["2"]) == "LayerTrace('2', Linear, z (5, 2))"
    with pytest.raises(KeyError, match="there is no layer 'x'; there are: '0', '2'"):
        t["x"]


# Bad input


@pytest.mark.parametrize(
    ("error", "words", "arguments"),
    [
        (TypeError, "x must be a sample", {}),
        (ValueError, "got one number .a row's number needs a Network", {"x": 3}),
        (ValueError, "could not be called on x of shape .1, 2.", {"x": [1.0, 2.0]}),
        (
            ValueError,
            "could not be called on x of shape .1, 3. .torch.int64",
            {"x": torch.arange(3)},
        ),
        (TypeError, "x must be an array of real numbers", {"x": "abc"}),
        (ValueError, "target must be given for a loss", {"x": [1.0, 2, 3], "loss": "mse"}),
        (ValueError, "target and loss: y must hold class indices 0 .. 1", {"target": [5]}),
        (ValueError, "loss must be one of", {"target": [1], "loss": "hinge"}),
        (TypeError, "target must be an array", {"target": "abc"}),
        (ValueError, "dtype must be 'float32'", {"dtype": "int8"}),
        (TypeError, "optimizer must be a torch optimizer", {"optimizer": "adam"}),
        (ValueError, "learning rate must be finite", {"optimizer": float("nan")}),
        (
            ValueError,
            "must move parameters of this model",
            {
                "target": [1],
                "optimizer": torch.optim.SGD(nn.Linear(1, 1).parameters(), 0.1),
            },
        ),
        (
            ValueError,
            "the loss depends neither",
            {
                "target": [1],
                "loss": lambda out, y: out.detach().sum(),
            },
        ),
        (ValueError, "without dimensions", {"target": [1], "loss": lambda out, y: out}),
    ],
)
def test_what_does_not_fit_is_refused(error, words, arguments):
    model = classifier()
    before = state_of(model)
    x = [[1.0, 2.0, 3.0]]
    with pytest.raises(error, match=words):
        nnw.trace(
            model,
            **({"x": x} if set(arguments) & {"target", "dtype", "optimizer"} else {}),
            **arguments,
        )
    assert str(state_of(model)) == str(before)


def test_what_is_no_model_is_refused():
    with pytest.raises(TypeError, match="a Network or a Problem, got str"):
        nnw.trace("model", [1.0])
    with pytest.raises(TypeError, match="make an instance of it"):
        nnw.trace(nn.Linear, [1.0])


def test_one_sample_has_no_batch_statistics():
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    with pytest.raises(ValueError, match=r"need several samples: pass more, or training=False"):
        nnw.trace(model, [1.0, 2.0], training=True)
    assert nnw.trace(model, [1.0, 2.0]).outputs.shape == (1, 3)


def test_a_problem_may_train_meanwhile():
    X, y = nnw.datasets.moons(n=20)
    problem = Problem(nnw.mlp([2, 3, 1]), X, y)
    assert nnw.trace(problem).loss == pytest.approx(problem.evaluate().loss)
    assert not problem.turn.mine


def test_a_dict_of_outputs_is_kept_by_name():
    class Named(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(2, 1)

        def forward(self, x):
            return {"score": self.linear(x), "rows": (x.sum(1), len(x))}

    model, x = Named(), torch.randn(4, 2, generator=torch.Generator().manual_seed(0))
    outputs = nnw.trace(model, x).outputs
    with torch.no_grad():
        np.testing.assert_array_equal(outputs["score"], model.linear(x).numpy())
    np.testing.assert_array_equal(outputs["rows"][0], x.sum(1).numpy())
    assert outputs["rows"][1] == 4
