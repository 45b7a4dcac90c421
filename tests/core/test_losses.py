"""Losses against torch's functions, the lining up of targets, and what is refused."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

import nnwidgets as nnw
from nnwidgets.core.losses import resolve

CPU = torch.device("cpu")


def setup(loss, outputs, y, *, end=None, model=None):
    """Resolve a loss for fixed outputs; return it with the targets lined up."""
    if model is None:
        model = nn.Sequential(nn.Linear(2, 1), *([] if end is None else [end]))
    y = np.asarray(y)
    found = resolve(loss, model, y, outputs)
    return found, found.targets(y, outputs, CPU, outputs.dtype)


outputs_1 = st.lists(st.floats(-30, 30), min_size=1, max_size=8).map(
    lambda v: torch.tensor(v, dtype=torch.float64)[:, None]
)


@given(outputs_1, st.data())
def test_bce_is_torchs_on_logits_and_on_probabilities(logits, data):
    y = np.array([data.draw(st.floats(0, 1)) for _ in logits])
    expected = nn.BCEWithLogitsLoss()(logits, torch.tensor(y)[:, None])
    loss, targets = setup("bce", logits, y)
    assert torch.equal(loss(logits, targets), expected)
    probabilities = torch.sigmoid(logits)
    loss, targets = setup("bce", probabilities, y, end=nn.Sigmoid())
    assert torch.allclose(loss(probabilities, targets), nn.BCELoss()(probabilities, targets))


@given(st.integers(2, 5), st.integers(1, 6), st.data())
def test_cross_entropy_is_the_same_for_every_head(k, n, data):
    logits = torch.randn(n, k, dtype=torch.float64)
    y = np.array(data.draw(st.lists(st.integers(0, k - 1), min_size=n, max_size=n)))
    expected = -torch.log_softmax(logits, 1)[torch.arange(n), torch.tensor(y)].mean()
    for end, outputs in [
        (None, logits),
        (nn.Softmax(1), torch.softmax(logits, 1)),
        (nn.LogSoftmax(1), torch.log_softmax(logits, 1)),
    ]:
        loss, targets = setup("cross_entropy", outputs, y.astype(float), end=end)
        assert targets.dtype is torch.int64
        assert torch.allclose(loss(outputs, targets), expected)
        assert loss.accuracy(outputs, targets) == np.mean(logits.argmax(1).numpy() == y)


def test_mse_is_the_mean_square():
    outputs = torch.tensor([[1.0], [2.0]])
    loss, targets = setup("mse", outputs, [0.0, 4.0])
    assert loss(outputs, targets).item() == 2.5
    assert (loss.task, loss.accuracy(outputs, targets)) == ("regression", None)


def test_half_mse_is_half_of_it():
    outputs = torch.tensor([[1.0], [2.0]])
    loss, targets = setup("half_mse", outputs, [0.0, 4.0])
    assert loss(outputs, targets).item() == 1.25
    assert (loss.name, loss.task) == ("half_mse", "regression")


def test_a_surface_of_half_mse_is_half_of_that_of_mse():
    X, y = np.linspace(-1, 1, 6)[:, None], np.linspace(0, 2, 6)
    model = nnw.mlp([1, 2, 1], seed=0)
    axes = ("0.weight[0,0]", "2.weight[0,1]")
    whole, half = (
        nnw.loss_surface(model, X, y, loss=name, axes=axes, resolution=5).z
        for name in ("mse", "half_mse")
    )
    np.testing.assert_allclose(half, whole / 2, rtol=1e-6)


def test_probabilities_of_zero_keep_a_finite_loss_and_gradient():
    outputs = torch.tensor([[0.0, 1.0]], requires_grad=True)
    loss, targets = setup("cross_entropy", outputs, [0], end=nn.Softmax(1))
    value = loss(outputs, targets)
    value.backward()
    assert torch.isfinite(value)
    assert torch.isfinite(outputs.grad).all()


@pytest.mark.parametrize("end", [None, nn.Sigmoid()])
def test_a_diverged_model_has_a_nan_loss_and_no_exception(end):
    outputs = torch.full((2, 1), float("nan"))
    loss, targets = setup("bce", outputs, [0, 1], end=end)
    assert torch.isnan(loss(outputs, targets))


ROWS = torch.tensor([0.1, 0.9, 0.4, 0.7])
COLUMN = ROWS[:, None]
PAIRS = torch.tensor([[0.2, 0.8], [0.6, 0.4], [0.5, 0.5], [0.9, 0.1]])
LABELS = np.array([0, 1, 1, 0])


@pytest.mark.parametrize("loss", ["bce", "mse"])
@pytest.mark.parametrize("outputs", [ROWS, COLUMN])
@pytest.mark.parametrize("y", [LABELS, LABELS[:, None]])
def test_named_losses_line_rows_up_with_a_column(loss, outputs, y):
    found, targets = setup(loss, outputs, y)
    assert targets.shape == outputs.shape
    assert torch.equal(targets.reshape(-1), torch.tensor(LABELS, dtype=torch.float32))
    assert found(outputs, targets).ndim == 0


@pytest.mark.parametrize("loss", ["bce", "mse", F.mse_loss])
@pytest.mark.parametrize(
    ("outputs", "y"),
    [
        (COLUMN, np.ones((4, 2))),
        (ROWS, np.ones((4, 2))),
        (torch.rand(4, 3), np.ones(4)),
        (torch.rand(4, 3), np.ones((4, 1))),
        (torch.rand(4, 4), np.ones((4, 1))),
    ],
)
def test_nothing_is_broadcast(loss, outputs, y):
    with pytest.raises(ValueError, match=r"y must have shape \(4,.* like the model's outputs, got"):
        setup(loss, outputs, y)


@pytest.mark.parametrize(
    ("outputs", "y", "hint"),
    [(COLUMN, LABELS / 1, "y.reshape(-1, 1)"), (ROWS, LABELS[:, None], "y.reshape(-1)")],
)
def test_a_callable_gets_no_shapes_that_it_would_broadcast(outputs, y, hint):
    with pytest.raises(ValueError, match="callable loss would broadcast: pass " + re.escape(hint)):
        setup(nn.MSELoss(), outputs, y)


def test_a_batch_that_lost_its_rows_is_refused_and_not_broadcast():
    loss, targets = setup("mse", ROWS, LABELS)
    with pytest.raises(ValueError, match=r"outputs of shape \(\) and targets of shape \(1,\)"):
        loss(ROWS[:1].squeeze(), targets[:1])


def test_a_callable_is_called_with_outputs_and_targets():
    calls = []

    def loss(outputs, targets):
        calls.append((outputs, targets))
        return (outputs - targets).abs().mean()

    found, targets = setup(loss, COLUMN, LABELS[:, None])
    value = found(COLUMN, targets)
    assert calls[0][0] is COLUMN
    assert calls[0][1].dtype is torch.float32
    assert value.item() == pytest.approx(np.abs(COLUMN.numpy()[:, 0] - LABELS).mean())
    assert found.name == "custom"


def test_a_callable_may_take_class_indices():
    outputs = torch.randn(4, 3)
    weighted = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0]))
    loss, targets = setup(weighted, outputs, np.array([0, 2, 1, 1]))
    assert targets.dtype is torch.int64
    assert torch.equal(loss(outputs, targets), weighted(outputs, torch.tensor([0, 2, 1, 1])))
    assert loss.task == "multiclass"


@pytest.mark.parametrize(
    ("function", "end", "expected"),
    [
        (nn.BCEWithLogitsLoss(), None, 1.0),
        (F.binary_cross_entropy_with_logits, None, 1.0),
        (nn.BCELoss(), nn.Sigmoid(), 0.75),
        (nn.MSELoss(), None, None),
    ],
)
def test_a_callables_accuracy_is_given_where_it_is_known(function, end, expected):
    outputs = torch.tensor([[-1.0], [0.3], [0.7], [-0.2]]).clamp(min=0 if end else -1)
    loss, targets = setup(function, outputs, LABELS[:, None], end=end)
    assert loss.task == "binary"
    assert loss.accuracy(outputs, targets) == expected


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (lambda o, t: (o - t) ** 2, ValueError, "one number (a tensor without dimensions)"),
        (lambda o, t: 0.5, TypeError, "loss must return a tensor, got float"),
        (
            lambda o, t: (o > t).sum(),
            TypeError,
            "loss must return a floating tensor, got torch.int",
        ),
    ],
)
def test_a_callable_has_to_return_one_number(function, error, message):
    loss, targets = setup(function, COLUMN, LABELS[:, None])
    with pytest.raises(error, match=re.escape(message)):
        loss(COLUMN, targets)


@pytest.mark.parametrize(
    ("y", "outputs", "name"),
    [
        (LABELS, COLUMN, "bce"),
        (LABELS / 1, ROWS, "bce"),
        (LABELS.astype(bool)[:, None], COLUMN, "bce"),
        (np.array([0, 1, 2, 1]), COLUMN, "mse"),
        (LABELS / 2, COLUMN, "mse"),
        (LABELS, PAIRS, "cross_entropy"),
        (np.array([0, 1, 2, 1]), torch.rand(4, 3), "cross_entropy"),
        (np.zeros((4, 2)), PAIRS, "mse"),
        (LABELS / 1, PAIRS, "mse"),
    ],
)
def test_auto_goes_by_targets_and_outputs(y, outputs, name):
    assert resolve("auto", nn.Linear(1, 1), y, outputs).name == name


@pytest.mark.parametrize(("name", "alias"), [("bce", "bce_with_logits"), ("cross_entropy", "ce")])
def test_aliases(name, alias):
    assert resolve(alias, nn.Linear(1, 1), LABELS, PAIRS).name == name


def test_binary_accuracy_counts_outputs_one_by_one():
    outputs = torch.tensor([[1.0, -1.0], [2.0, 3.0]])
    loss, targets = setup("bce", outputs, [[1, 0], [0, 1]])
    assert loss.accuracy(outputs, targets) == 0.75


@pytest.mark.parametrize(
    ("loss", "outputs", "y", "end", "error", "message"),
    [
        ("hinge", COLUMN, LABELS, None, ValueError, "loss must be one of 'auto', 'bce'"),
        (3, COLUMN, LABELS, None, TypeError, "loss must be a name or a callable, got 3"),
        (nn.MSELoss, COLUMN, LABELS, None, TypeError, "make an instance: MSELoss()"),
        ("bce", COLUMN, LABELS * 2, None, ValueError, "y must lie in 0 .. 1 for loss 'bce', got 2"),
        ("bce", PAIRS, LABELS, nn.Softmax(1), ValueError, "ends in softmax: use"),
        ("ce", COLUMN, LABELS, None, ValueError, "two or more outputs (n, k), got"),
        ("ce", ROWS, LABELS, None, ValueError, "got outputs of shape (n,):"),
        ("ce", PAIRS, LABELS * 2, None, ValueError, "0 .. 1 (the model has 2 outputs), got 2"),
        ("ce", PAIRS, LABELS - 1, None, ValueError, "got -1"),
        ("ce", PAIRS, LABELS / 2, None, ValueError, "got 0.5"),
        ("ce", PAIRS, np.eye(4)[:, :2], None, ValueError, "y.argmax(1)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(loss, outputs, y, end, error, message):
    with pytest.raises(error, match=re.escape(message)):
        setup(loss, outputs, y, end=end)


def test_a_column_of_class_indices_is_a_row_of_them():
    loss, targets = setup("ce", PAIRS, LABELS[:, None])
    expected = nn.functional.cross_entropy(PAIRS, torch.from_numpy(LABELS).long())
    assert loss(PAIRS, targets).item() == expected.item()
