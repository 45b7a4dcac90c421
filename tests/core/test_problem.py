"""A problem: model, data and loss together, against torch by hand."""

import re
import threading

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from nnwidgets.core.data import Data
from nnwidgets.core.problem import Problem, Score
from nnwidgets.core.structure import mlp, set_activation

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 2))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)


def state(model):
    """Everything a model is: parameters and buffers, their identity, and every module's mode."""
    return (
        {name: value.clone() for name, value in model.state_dict().items()},
        [id(p) for p in model.parameters()],
        [(id(m), m.training) for m in model.modules()],
    )


def same(a, b):
    """Whether two states are one."""
    return a[1:] == b[1:] and all(torch.equal(a[0][name], b[0][name]) for name in b[0])


def noisy():
    """A model that computes otherwise in training mode, with modes of its own choice."""
    model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 1))
    model[1].eval()
    return model


def test_the_score_is_torchs_in_evaluation_mode():
    model = noisy()
    problem = Problem(model, X, Y, test=(X[:7], Y[:7]))
    before = state(model)
    for which, rows in (("train", slice(None)), ("test", slice(7))):
        score = problem.evaluate(which)
        assert same(state(model), before)
        model.eval()
        with torch.no_grad():
            logits = model(torch.tensor(X[rows], dtype=torch.float32))
        expected = F.binary_cross_entropy_with_logits(logits[:, 0], torch.tensor(Y[rows]).float())
        right = (logits[:, 0] > 0).numpy() == Y[rows]
        assert score == Score(pytest.approx(expected.item()), pytest.approx(right.mean()))
        for module, training in before[2]:
            next(m for m in model.modules() if id(m) == module).training = training


def test_the_batch_loss_has_a_graph_and_is_of_training_mode():
    model = mlp([2, 3, 1], seed=0)
    problem = Problem(model.eval(), X, Y)
    loss = problem.batch_loss(problem.Xt[4:9], problem.yt[4:9])
    assert model.training
    loss.backward()
    gradient = model[0].weight.grad.clone()
    model.zero_grad()
    logits = model(torch.tensor(X[4:9], dtype=torch.float32))
    expected = nn.BCEWithLogitsLoss()(logits, torch.tensor(Y[4:9, None]).float())
    expected.backward()
    assert torch.equal(loss, expected)
    assert torch.equal(model[0].weight.grad, gradient)


def test_outputs_anywhere_have_two_dimensions():
    flat = nn.Sequential(nn.Linear(2, 1), nn.Dropout(0.5), nn.Flatten(0))
    problem = Problem(flat, X, Y)
    assert problem.yt.shape == (40,)
    found = problem.outputs_at([[1, 2], [3, 4], [5, 6]])
    expected = flat.eval()(torch.tensor([[1.0, 2], [3, 4], [5, 6]]))
    assert found.shape == (3, 1)
    assert np.array_equal(found[:, 0], expected.detach().numpy())
    assert problem.outputs_at(np.zeros((0, 2))).shape == (0, 1)
    many = RNG.normal(size=((1 << 16) + 3, 2)).astype(np.float32)  # more than one chunk
    assert np.allclose(problem.outputs_at(many)[:, 0], flat(torch.tensor(many)).detach(), atol=1e-6)
    with pytest.raises(ValueError, match=r"X must have shape \(n, 2\), got \(3,\)"):
        problem.outputs_at([1.0, 2.0, 3.0])


def test_double_precision_stays_throughout():
    model = mlp([2, 3, 1], dtype=torch.float64)
    problem = Problem(model, X.tolist(), Y / 1)
    assert {problem.data.X.dtype, problem.data.y.dtype} == {np.dtype(np.float64)}
    assert {problem.Xt.dtype, problem.yt.dtype} == {torch.float64}
    assert problem.outputs_at(X).dtype == problem.initial.dtype == np.float64
    assert problem.batch_loss(problem.Xt, problem.yt).dtype == torch.float64


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_the_tensors_follow_a_model_that_changes_its_dtype(dtype):
    model = mlp([2, 3, 1])
    problem = Problem(model, X, Y, test=(X, Y))
    model.to(dtype)
    assert problem.evaluate().loss == problem.evaluate("test").loss
    assert problem.Xt.dtype == problem.yt.dtype == problem.test_tensors[0].dtype == dtype


def test_the_model_is_left_as_it_was():
    model = noisy()
    before, generator = state(model), torch.get_rng_state()
    problem = Problem(model, X, Y)
    problem.evaluate()
    problem.outputs_at(X)
    assert same(state(model), before)
    assert torch.equal(torch.get_rng_state(), generator)
    assert all(p.grad is None for p in model.parameters())
    assert problem.model is model


def test_a_model_that_needs_no_gradient_is_understood():
    model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid()).requires_grad_(False)
    with torch.no_grad():
        assert Problem(model, X, Y).loss.head == "sigmoid"


class Functional(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = mlp([2, 3, 1], seed=0)

    def forward(self, x):
        return torch.sigmoid(self.inner(x)).squeeze(1)


def test_a_sigmoid_within_forward_is_found():
    model = Functional()
    problem = Problem(model, X, Y)
    assert problem.stack is None
    expected = F.binary_cross_entropy(model(problem.Xt), torch.tensor(Y).float())
    assert problem.evaluate().loss == pytest.approx(expected.item())


def test_the_structure_is_read_again_on_request():
    model = mlp([2, 3, 1])
    problem = Problem(model, X, Y)
    set_activation(model, "relu")
    problem.refresh()
    assert problem.stack.layers[0].activation == {"name": "relu"}
    assert (problem.inputs, problem.outputs) == (2, 1)


def test_freezing_marks_entries_and_takes_all_or_nothing():
    problem = Problem(mlp([2, 2, 1]), X, Y)
    problem.freeze("0.bias", "2.weight[0,1]")
    assert np.flatnonzero(problem.frozen).tolist() == [4, 5, 7]
    problem.unfreeze("0.bias[0]")
    assert np.flatnonzero(problem.frozen).tolist() == [5, 7]
    with pytest.raises(ValueError, match="no parameter 'nonsense'"):
        problem.freeze("0.weight", "nonsense")
    assert np.flatnonzero(problem.frozen).tolist() == [5, 7]
    assert not problem.held.any()


def test_the_initial_state_comes_back_with_its_buffers_and_the_same_objects():
    model = noisy().train()
    problem = Problem(model, X, Y)
    before = state(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        problem.batch_loss(problem.Xt, problem.yt).backward()
        optimizer.step()
    assert not same(state(model), before)
    problem.restore_initial()
    assert same(state(model), before)
    assert model[1].num_batches_tracked.item() == 0


def test_another_start_can_be_marked():
    problem = Problem(nn.Linear(2, 1), X, Y)
    problem.parameters.write([0, 1, 2], [1.0, 2.0, 3.0])
    problem.mark_initial()
    problem.parameters.write([0], [9.0])
    problem.restore_initial()
    assert problem.parameters.read().tolist() == problem.initial.tolist() == [1, 2, 3]


def test_data_are_replaced_if_they_fit():
    problem = Problem(nn.Linear(2, 3), X, np.arange(40) % 3)
    replaced = problem.data.add([5.0, 6.0], 2).delete(0)
    problem.replace_data(replaced)
    assert problem.Xt[-1].tolist() == [5, 6]
    assert problem.yt.tolist() == [*(np.arange(1, 40) % 3), 2]
    logits = problem.model(problem.Xt)
    assert problem.evaluate().loss == pytest.approx(F.cross_entropy(logits, problem.yt).item())
    old = problem.data
    for wrong, message in [
        (replaced.label(0, 3), r"class indices 0 .. 2 .*got 3"),
        (replaced.label(0, 0.5), "got 0.5"),
        (Data.check(X[:, :1], Y, np.float32), "X must have 2 columns"),
        (Data(np.full((1, 2), np.nan), np.zeros(1)), "X must be finite"),
    ]:
        with pytest.raises(ValueError, match=message):
            problem.replace_data(wrong)
    assert problem.data is old
    assert len(problem.Xt) == 40


def test_everything_waits_for_its_turn():
    problem = Problem(mlp([2, 2, 1]), X, Y)
    done = threading.Event()
    thread = threading.Thread(target=lambda: (problem.evaluate(), done.set()))
    with problem.turn:
        thread.start()
        assert not done.wait(0.05)
    assert done.wait(5)


def test_features_have_names():
    assert Problem(nn.Linear(2, 1), X, Y).feature_names == ("x₁", "x₂")
    frame = pd.DataFrame(X, columns=["height", "weight"])
    assert Problem(nn.Linear(2, 1), frame, Y).feature_names == ("height", "weight")
    named = Problem(nn.Linear(2, 1), frame, Y, feature_names=["a", "b"], class_names=["no", "yes"])
    assert (named.feature_names, named.class_names) == (("a", "b"), ("no", "yes"))


class Pair(nn.Linear):
    def forward(self, x):
        return super().forward(x), x


class Labels(nn.Linear):
    def forward(self, x):
        return super().forward(x).argmax(1)


class Squeezed(nn.Linear):
    def forward(self, x):
        return super().forward(x).squeeze()


LINEAR = mlp([2, 2, 1], seed=0)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((LINEAR, X[:, 0], Y), {}, ValueError, "X must be 2-D (n, d), got shape (40,)"),
        ((LINEAR, X[:, :1], Y), {}, ValueError, "X must have 2 columns, as many as the model's"),
        ((LINEAR, X, Y[:3]), {}, ValueError, "y must have as many rows as X (40), got 3"),
        ((LINEAR, X, np.eye(40)), {}, ValueError, "y must have shape (40, 1) like the model's"),
        ((LINEAR, X, Y), {"loss": nn.MSELoss()}, ValueError, "a callable loss would broadcast"),
        ((LINEAR, X, Y), {"loss": "hinge"}, ValueError, "loss must be one of"),
        ((LINEAR, X, Y), {"test": X}, TypeError, "test must be a pair (X, y), got ndarray"),
        ((LINEAR, X, Y), {"test": (X, Y[:2])}, ValueError, "test y must have as many rows"),
        ((LINEAR, X, Y), {"test": (X[:, :1], Y)}, ValueError, "test X must have 2 columns"),
        ((LINEAR, X, Y), {"feature_names": ["a"]}, ValueError, "feature_names must have 2 names"),
        ((LINEAR, X, Y), {"feature_names": "ab"}, TypeError, "feature_names must be a list of str"),
        ((LINEAR, X, Y), {"class_names": ["a"]}, ValueError, "class_names must have 2 names"),
        ((LINEAR, X, Y), {"class_names": 2}, TypeError, "class_names must be a list of str, got 2"),
        ((LINEAR, torch.tensor(X).int(), Y), {}, TypeError, "pass X.float()"),
        ((LINEAR, np.full_like(X, np.nan), Y), {}, ValueError, "X must be finite, got X[0, 0]"),
        ((Pair(2, 1), X, Y), {}, TypeError, "must return one tensor, got a tuple of 2: wrap the"),
        ((Labels(2, 2), X, Y), {}, TypeError, "must return a floating tensor, got torch.int64"),
        ((Squeezed(2, 1), X[:1], Y[:1]), {}, ValueError, "must return shape (1,) or (1, k) for 1"),
        ((nn.Unflatten(1, (1, 2)), X, Y), {}, ValueError, "model must have parameters"),
        ((nn.Conv2d(1, 1, 1), X, Y), {}, ValueError, "called on X of shape (40, 2) and dtype"),
        ((nn.Tanh(), X, Y), {}, ValueError, "model must have parameters, got Tanh with none"),
        ((nn.Linear, X, Y), {}, TypeError, "got the class Linear; make an instance of it"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_model_unchanged(arguments, options, error, message):
    before = None if arguments[0] is nn.Linear else state(arguments[0])
    with pytest.raises(error, match=re.escape(message)):
        Problem(*arguments, **options)
    assert before is None or same(state(arguments[0]), before)


def test_what_only_half_precision_cannot_hold_is_refused():
    half = nn.Linear(2, 1).half()
    large = np.where(np.arange(80).reshape(40, 2) == 5, 7e4, X)
    with pytest.raises(ValueError, match=r"X must be .* X\[2, 1\] = 70000.0, which torch.float16"):
        Problem(half, large, Y)
    with pytest.raises(ValueError, match="test X must be finite"):
        Problem(half, X, Y, test=(large, Y))
    problem = Problem(half, X, np.linspace(0, 1, 40), loss="mse")
    with pytest.raises(ValueError, match=r"y must be finite, got y\[0\] = -100000"):
        problem.replace_data(Data.check(X, np.full(40, -1e5), np.float32))
    assert np.array_equal(problem.data.y, np.linspace(0, 1, 40, dtype=np.float32))
    assert np.isfinite(problem.evaluate().loss)


def test_a_score_needs_data():
    problem = Problem(LINEAR, X, Y)
    assert problem.test_tensors is None
    with pytest.raises(ValueError, match=r"no test data: pass test=\(X, y\)"):
        problem.evaluate("test")
    with pytest.raises(ValueError, match="which must be 'train' or 'test', got 'all'"):
        problem.evaluate("all")
