"""What bends is refused with a witness, what does not fit with a reason; and nothing is changed."""

import pickle
import threading
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

import nnwidgets as nnw
from tests.core.test_trace import state_of


def dense(bend, bias=0.0):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 4), bend, nn.Linear(4, 1)).double()
    model[0].bias.data += bias
    return model


def assert_witness(error, model):
    """The inputs show it in the model itself: its own numbers part, far beyond rounding."""
    x1, x2, t, between, straight = error.witness
    with torch.no_grad():
        y1, y2, y = (model(x[None])[0].double() for x in (x1, x2, t * x1 + (1 - t) * x2))
    gap = (y - (t * y1 + (1 - t) * y2)).abs().max()
    assert gap > 1e-4 * torch.stack([y1, y2, y]).abs().max()
    torch.testing.assert_close(y, between, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(t * y1 + (1 - t) * y2, straight, rtol=1e-4, atol=1e-5)
    assert error.witness.gap == pytest.approx(float(gap), rel=1e-2)
    assert 0 < t < 1


BENDS = [
    *(nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.GELU(), nn.SiLU(), nn.Softplus(), nn.ELU()),
    *(nn.LeakyReLU(0.01), nn.LeakyReLU(0.999), nn.Hardtanh(), nn.Softmax(1), nn.LayerNorm(4)),
    *(nn.GroupNorm(2, 4), nn.PReLU(), nn.ReLU(inplace=True), nn.Softsign(), nn.Hardshrink()),
]


@pytest.mark.parametrize("bend", BENDS, ids=repr)
def test_every_bend_is_named_and_shown(bend):
    model = dense(bend)

    with pytest.raises(nnw.NotAffine, match=r"'1' \(") as caught:
        nnw.collapse(model)

    assert isinstance(caught.value, ValueError)
    assert (caught.value.layer, caught.value.kind) == ("1", type(bend).__name__)
    if not (isinstance(bend, nn.LeakyReLU) and bend.negative_slope > 0.9):
        assert_witness(caught.value, model)


@pytest.mark.parametrize("bias", [1e2, 1e4, 1e6, 1e8, 1e14, 1e20])
def test_a_relu_that_bends_only_far_away_bends(bias):
    with pytest.raises(nnw.NotAffine) as caught:
        nnw.collapse(dense(nn.ReLU(), bias))

    assert caught.value.layer == "1"
    assert float(caught.value.witness.x1.abs().max()) > bias / 10


@pytest.mark.parametrize("size", [1e-20, 1e-9, 1e-6, 1e-3, 1e3, 1e6])
def test_a_bend_is_seen_at_every_size(size):
    model = dense(nn.Tanh())
    model[0].weight.data *= size

    with pytest.raises(nnw.NotAffine) as caught:
        nnw.collapse(model)

    assert_witness(caught.value, model)


def test_a_step_behind_huge_numbers():
    model = dense(nn.Tanh())
    model[0].weight.data *= 1e22
    model[0].bias.data *= 1e22

    with pytest.raises(nnw.NotAffine) as caught:
        nnw.collapse(model)

    assert_witness(caught.value, model)


POOLS = [nn.MaxPool2d(2), nn.AdaptiveMaxPool2d(2), nn.LPPool2d(2, 2), nn.FractionalMaxPool2d(2, 2)]


@pytest.mark.parametrize("pool", POOLS[:3], ids=repr)
def test_maximum_pooling_bends(pool):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), pool, nn.Flatten(), nn.LazyLinear(2))
    model(torch.zeros(1, 1, 8, 8))

    with pytest.raises(nnw.NotAffine) as caught:
        nnw.collapse(model, (1, 8, 8))

    assert (caught.value.layer, caught.value.kind) == ("1", type(pool).__name__)
    assert caught.value.witness.x1.shape == (1, 8, 8)
    assert caught.value.witness.x1.dtype == torch.float32
    assert_witness(caught.value, model)


def test_maximum_pooling_by_hand():
    """max(1, 0) = max(0, 1) = 1, and halfway max(½, ½) = ½ and not 1."""
    with pytest.raises(nnw.NotAffine) as caught:
        nnw.collapse(nn.Sequential(nn.MaxPool1d(2)), (1, 2))

    x1, x2, t = caught.value.witness[:3]
    wanted = (t * x1 + (1 - t) * x2).max() - t * x1.max() - (1 - t) * x2.max()
    assert caught.value.witness.gap == pytest.approx(abs(float(wanted)), rel=1e-5)


class Block(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.line = nn.Linear(3, 3)
        self.function = function

    def forward(self, x):
        return x + self.function(self.line(x))


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (F.relu, "relu"),
        (torch.tanh, "tanh"),
        (lambda z: z * z, "mul"),
        (lambda z: z**2, "pow"),
        (lambda z: z.abs(), "abs"),
        (lambda z: z.clamp(-1, 1), "clamp"),
        (lambda z: z / z.norm(dim=1, keepdim=True), "norm"),
        (lambda z: z.sort(1)[0], "sort"),
        (lambda z: z.round(), "round"),
        (lambda z: torch.div(z, 0.1, rounding_mode="floor"), "div"),
        (lambda z: torch.where(z > 0, z, 0.5 * z), "where"),
        (lambda z: z.long().double(), "double"),
    ],
)
def test_functions_in_a_forward_are_named(function, name):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 3), Block(function)).double()

    with pytest.raises(nnw.NotAffine) as caught:
        nnw.collapse(model)

    assert caught.value.layer == f"1.{name}"
    assert caught.value.kind == f"the function {name}"
    assert_witness(caught.value, model)


def test_the_first_that_bends_is_named():
    model = nn.Sequential(nn.Linear(2, 2), nn.LeakyReLU(1.0), nn.Linear(2, 2), nn.Tanh(), nn.ReLU())

    with pytest.raises(nnw.NotAffine) as caught:
        nnw.collapse(model)

    assert caught.value.layer == "3"


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_recurrent_layers_of_torch_bend(kind):
    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = kind(2, 3, batch_first=True)

        def forward(self, x):
            return self.rnn(x)[0][:, -1]

    torch.manual_seed(0)
    model = Last()

    with pytest.raises(nnw.NotAffine) as caught:
        nnw.collapse(model, (4, 2))

    assert (caught.value.layer, caught.value.kind) == ("rnn", kind.__name__)
    assert_witness(caught.value, model)


def test_attention_bends():
    model = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True).eval()

    with pytest.raises(nnw.NotAffine) as caught:
        nnw.collapse(model, (3, 4))

    assert caught.value.layer == "self_attn"


def test_a_forward_that_decides_by_its_input():
    class Decides(nn.Module):
        def forward(self, x):
            rows = [row if row.sum() > 0 else -row for row in x]
            return torch.stack(rows)

    with pytest.raises(nnw.NotAffine):
        nnw.collapse(Decides(), 3)


def test_what_cannot_be_told_is_said(monkeypatch):
    monkeypatch.setattr("nnwidgets.core.collapse._map.is_map_of", lambda *_, **__: False)

    with pytest.raises(ValueError, match="cannot be told: it rounds") as caught:
        nnw.collapse(nn.Linear(2, 1))

    assert not isinstance(caught.value, nnw.NotAffine)


def test_the_refusal_can_be_sent_elsewhere():
    with pytest.raises(nnw.NotAffine) as caught:
        nnw.collapse(dense(nn.ReLU()))

    again = pickle.loads(pickle.dumps(caught.value))

    assert str(again) == str(caught.value)
    assert again.layer == "1"
    assert torch.equal(again.witness.x1, caught.value.witness.x1)


@settings(max_examples=30, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 6), min_size=3, max_size=6),
    at=st.integers(0, 4),
    bend=st.sampled_from([nn.ReLU, nn.Tanh, nn.Sigmoid, nn.Softplus, nn.GELU]),
    seed=st.integers(0, 2**16),
)
def test_one_bend_among_straight_layers_is_found(sizes, at, bend, seed):
    torch.manual_seed(seed)
    layers = [nn.Linear(*pair) for pair in pairwise(sizes)]
    at = 1 + at % (len(layers) - 1)
    model = nn.Sequential(*layers[:at], bend(), *layers[at:]).double()

    with pytest.raises(nnw.NotAffine) as caught:
        nnw.collapse(model)

    assert caught.value.layer == str(at)
    assert_witness(caught.value, model)


# Arguments that do not fit


def test_training_modes_are_refused_with_what_to_do():
    normed = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    with pytest.raises(ValueError, match=r"BatchNorm1d '1' is in training mode.*model\.eval\(\)"):
        nnw.collapse(normed)
    assert nnw.collapse(normed.eval()).by == "structure"

    dropping = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5))
    with pytest.raises(ValueError, match=r"Dropout '1' is in training mode.*model\.eval\(\)"):
        nnw.collapse(dropping)
    assert nnw.collapse(dropping.eval()).by == "structure"
    assert nnw.collapse(nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.0))).by == "structure"

    with pytest.raises(ValueError, match="no running statistics"):
        nnw.collapse(nn.BatchNorm1d(3, track_running_stats=False).eval())


class Drops(nn.Module):
    def forward(self, x):
        return F.dropout(x, 0.5, self.training)


def test_random_numbers_in_a_forward():
    with pytest.raises(ValueError, match=r"random numbers \(then call model\.eval\(\) first\)"):
        nnw.collapse(Drops(), 50)
    assert nnw.collapse(Drops().eval(), 50).by == "structure"


def test_a_state_between_calls():
    class Remembers(nn.Module):
        def __init__(self):
            super().__init__()
            self.h = torch.zeros(1)

        def forward(self, x):
            self.h = self.h + x.sum()
            return x + self.h

    model = Remembers()
    with pytest.raises(ValueError, match="keeps a state"):
        nnw.collapse(model, 2)
    assert model.h.item() == 0


def test_samples_must_be_apart():
    class Centred(nn.Module):
        def forward(self, x):
            return x - x.mean(0)

    with pytest.raises(ValueError, match=r"depends on the others of its batch.*batch_first=True"):
        nnw.collapse(Centred(), 2)


class Two(nn.Module):
    def forward(self, x, h):
        return x + h


class Pair(nn.Module):
    def forward(self, x):
        return x, x


class Sum(nn.Module):
    def forward(self, x):
        return x.sum()


class Count(nn.Module):
    def forward(self, x):
        return x.argmax(1)


@pytest.mark.parametrize(
    ("model", "shape", "error", "message"),
    [
        (nn.Linear(2, 1), (3,), ValueError, r"inputs of input_shape \(3,\): RuntimeError"),
        (nn.Conv2d(1, 1, 3), (4, 1, 8, 8), ValueError, "the shape of one input, without the batch"),
        (nn.Conv2d(1, 1, 3), None, ValueError, "input_shape must be given for this model"),
        (nn.Sequential(), None, ValueError, "input_shape must be given for this model"),
        (nn.Linear(2, 1), (), ValueError, "input_shape must be one or more positive numbers"),
        (nn.Linear(2, 1), (0,), ValueError, "input_shape must be one or more positive numbers"),
        (nn.Linear(2, 1), (True,), ValueError, "input_shape must be one or more positive numbers"),
        (nn.Linear(2, 1), "two", TypeError, "input_shape must be whole numbers"),
        (nn.Linear(2, 1), [(2,), (2,)], TypeError, "input_shape must be whole numbers"),
        (nn.Linear(2, 1), 2.5, TypeError, "input_shape must be whole numbers"),
        (Two(), (2,), TypeError, r"must take one tensor, its forward takes \(x, h\)"),
        (nn.Bilinear(2, 2, 1), (2,), TypeError, "must take one tensor"),
        (Pair(), (2,), TypeError, "must return one tensor, got a tuple of 2"),
        (nn.RNN(2, 3), (4, 2), TypeError, "must return one tensor, got a tuple of 2"),
        (Sum(), (2,), ValueError, r"something for each sample.* returned shape \(\)"),
        (Count(), (2,), TypeError, "must return floating numbers, got torch.int64"),
        (nn.Embedding(3, 2), (2,), ValueError, "nn.Embedding reads whole numbers"),
        (nn.LazyLinear(2), (2,), ValueError, "weight has no shape yet: call the model once"),
        (nn.Linear(2, 2, device="meta"), None, ValueError, "on the meta device"),
        (nn.Linear(2, 2, dtype=torch.complex64), None, ValueError, "weight is complex"),
        (nn.Module(), (2,), TypeError, "has no forward"),
        (nn.Linear, (2,), TypeError, "got the class Linear; make an instance"),
        (lambda x: x, (2,), TypeError, "model must be a torch.nn.Module"),
        (nn.Identity(), 1 << 14, ValueError, "would have 16384 × 16384 numbers"),
    ],
)
@pytest.mark.filterwarnings("ignore:Initializing zero-element")
def test_what_does_not_fit(model, shape, error, message):
    with pytest.raises(error, match=message) as caught:
        nnw.collapse(model, shape)
    assert not isinstance(caught.value, nnw.NotAffine)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite(value):
    model = nn.Linear(2, 1)
    model.weight.data.fill_(value)

    with pytest.raises(ValueError, match="NaN or infinity: are all of its weights finite"):
        nnw.collapse(model)


def test_a_map_refuses_other_shapes():
    flat = nnw.collapse(nn.Conv1d(1, 1, 2), (1, 4))

    with pytest.raises(ValueError, match=r"x must have shape \(1, 4\) or \(n, 1, 4\), got \(4,\)"):
        flat(np.zeros(4))
    assert flat(np.zeros((0, 1, 4))).shape == (0, 1, 3)


# Nothing is changed


@pytest.mark.parametrize("bends", [False, True])
def test_the_model_and_torch_are_left_as_they_were(bends):
    torch.manual_seed(0)
    model = nn.Sequential(
        *(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Dropout(0.3)),
        *(nn.ReLU() if bends else nn.Identity(), nn.Flatten(), nn.Linear(72, 2)),
    )
    model(torch.randn(4, 1, 8, 8)).sum().backward()
    model.eval()
    model[0].train()
    model[5].weight.requires_grad_(False)
    calls = []
    model[0].register_forward_hook(lambda *_: calls.append("forward"))
    model[5].register_forward_pre_hook(lambda *_: calls.append("before"))
    before, random = state_of(model), torch.get_rng_state()

    try:
        flat = nnw.collapse(model, (1, 8, 8))
        assert not bends
        assert flat.checks
        assert flat.steps
        repr(flat)
    except nnw.NotAffine:
        assert bends

    assert repr(state_of(model)) == repr(before)
    assert torch.equal(torch.get_rng_state(), random)
    assert calls == []
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() is torch.float32


def test_a_map_stays_what_it_was():
    model = nn.Linear(2, 1)
    flat = nnw.collapse(model)
    W = flat.W.clone()

    model.weight.data += 1

    assert torch.equal(flat.W, W)
    assert flat.residual < 1e-6
    assert torch.equal(flat.steps[0].W, W)


@pytest.mark.parametrize("context", [torch.no_grad, torch.inference_mode, torch.enable_grad])
def test_it_may_be_called_anywhere(context):
    with context():
        model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
        flat = nnw.collapse(model)
        assert flat.by == "structure"
        assert len(flat.steps) == 2
    assert not flat.W.requires_grad


def test_while_another_thread_trains():
    model = nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 1))
    net = nnw.Network(model, np.zeros((8, 4), np.float32), np.zeros(8, np.float32), loss="mse")
    trainer = nnw.Trainer(net, lr=0.01)
    done = threading.Event()

    def train():
        trainer.fit(20, progress=False)
        done.set()

    thread = threading.Thread(target=train)
    thread.start()
    found = [nnw.collapse(net)]
    while not done.is_set():
        found.append(nnw.collapse(net))
    thread.join()

    assert all(flat.by == "structure" and flat.residual < 1e-5 for flat in found)
