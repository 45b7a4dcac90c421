"""The page's trainer against torch.optim: the same batches, the same weights."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray
from torch import nn

from tests.js_process import Browser
from tests.test_js_backward import CASES
from tests.test_js_forward import Stack, make_stack, plain_specs

ENTRY = "train-cli"

#: What issue 6 promises.
CLOSE = 1e-4
EPOCHS = 100

OPTIMIZERS = {
    "sgd": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
}


@dataclass
class Training:
    """A network, its targets, and how it is trained."""

    stack: Stack
    case: str
    y: torch.Tensor
    optimizer: str
    lr: float
    batches: list[list[int]]
    l1: float = 0.0
    l2: float = 0.0
    pinned: list[int] = field(default_factory=list)
    rates: dict[int, float] = field(default_factory=dict)

    def ours(self, browser: Browser) -> dict[str, Any]:
        """Train in the page."""
        stack, name = self.stack, CASES[self.case][1]
        offset, params = 0, []
        for parameter in stack.model.parameters():
            shape, size = list(parameter.shape), parameter.numel()
            params.append({"name": "", "shape": shape, "offset": offset, "size": size})
            offset += size
        y = self.y.reshape(len(self.y), -1)
        return browser.ask(
            "train",
            spec=stack.spec | {"loss": name, "params": params},
            params=stack.params.tolist(),
            X=stack.X.double().flatten().tolist(),
            y=y.double().flatten().tolist(),
            n=len(y),
            k=y.shape[1],
            settings={
                "optimizer": self.optimizer,
                "lr": self.lr,
                "l1": self.l1,
                "l2": self.l2,
            },
            pinned=self.pinned,
            batches=self.batches,
            rates={str(batch): rate for batch, rate in self.rates.items()},
        )

    def theirs(self, dtype: torch.dtype, nudge: float = 0.0) -> NDArray[np.float64]:
        """Train with torch, and with nothing of ours; the weights, flat."""
        model = deepcopy(self.stack.model).to(dtype)
        for parameter in model.parameters():
            parameter.data *= 1 + nudge
        loss, parameters = CASES[self.case][2], list(model.parameters())
        X = self.stack.X.to(dtype)
        y = self.y.to(dtype) if self.y.is_floating_point() else self.y
        optimizer = OPTIMIZERS[self.optimizer](parameters, self.lr)
        pinned = torch.zeros(sum(p.numel() for p in parameters), dtype=torch.bool)
        pinned[self.pinned] = True
        for batch, rows in enumerate(self.batches):
            optimizer.param_groups[0]["lr"] = self.rates.get(batch, optimizer.param_groups[0]["lr"])
            before = nn.utils.parameters_to_vector(parameters).detach().clone()
            optimizer.zero_grad()
            value = loss(model(X[rows]), y[rows])
            for p in parameters:
                if p.ndim > 1:
                    value = value + self.l1 * p.abs().sum() + self.l2 / 2 * (p * p).sum()
            value.backward()
            optimizer.step()
            after = nn.utils.parameters_to_vector(parameters).detach()
            nn.utils.vector_to_parameters(torch.where(pinned, before, after), parameters)
        return nn.utils.parameters_to_vector(parameters).detach().double().numpy()


@st.composite
def trainings(draw: st.DrawFn, optimizer: str, dtype: torch.dtype) -> Training:
    """Draw a small net with all that can be said of how to train it, and 100 epochs of batches."""
    case = draw(st.sampled_from(list(CASES)), label="loss")
    head, _, _, targets, outputs = CASES[case]
    hidden = draw(st.lists(st.integers(1, 6), max_size=2), label="hidden units")
    last = draw(st.integers(outputs[0], min(outputs[1], 3)), label="outputs")
    sizes = [draw(st.integers(1, 3), label="inputs"), *hidden, last]
    depth, n = len(sizes) - 1, draw(st.integers(1, 12), label="rows")
    stack = make_stack(
        sizes,
        draw(st.lists(st.booleans(), min_size=depth, max_size=depth), label="biases"),
        draw(st.lists(plain_specs, min_size=depth, max_size=depth), label="activations"),
        *(head, dtype, n, 2.0, draw(st.integers(0, 2**31), label="seed")),
    )
    with torch.no_grad():
        y = targets(stack.model(stack.X))
    rows = draw(st.integers(-(-n // 3), n), label="batch size")
    batches = [batch.tolist() for _ in range(EPOCHS) for batch in torch.randperm(n).split(rows)]
    size = stack.spec["size"]
    return Training(
        *(stack, case, y, optimizer),
        lr=draw(st.sampled_from(RATES[optimizer]), label="lr"),
        batches=batches,
        l1=draw(st.sampled_from([0.0, 0.01]), label="l1"),
        l2=draw(st.sampled_from([0.0, 0.1]), label="l2"),
        pinned=draw(st.lists(st.integers(0, size - 1), max_size=size // 2), label="frozen"),
        rates=draw(st.sampled_from([{}, {len(batches) // 2: 0.003}]), label="another rate"),
    )


# Up to where training of every such net stays stable: beyond, torch parts from itself.
RATES = {
    "sgd": (0.1, 0.01),
    "momentum": (0.02, 0.005),
    "adam": (0.05, 0.005),
    "adamw": (0.05, 0.005),
    "rmsprop": (0.01, 0.001),
}


def furthest(a: ArrayLike, b: ArrayLike) -> float:
    return float(np.abs(np.asarray(a, float) - np.asarray(b, float)).max())


def assert_agrees(training: Training, ours: list[float], theirs: NDArray[np.float64]) -> None:
    """Hold ours against torch's, unless torch parts from itself when its last digits are others.

    An optimizer that divides by the gradient's own size goes to and fro around a minimum, by steps
    as large as its rate: which way is then decided by rounding.
    """
    apart = furthest(ours, theirs)
    if apart > CLOSE:
        nudged = training.theirs(training.stack.X.dtype, nudge=1e-14)
        assume(furthest(nudged, theirs) < CLOSE / 100)
    assert apart <= CLOSE


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
@given(data=st.data())
@settings(max_examples=8)
def test_a_hundred_epochs_end_at_the_weights_of_torch(browser, optimizer, data) -> None:
    training = data.draw(trainings(optimizer, torch.float64))
    theirs = training.theirs(torch.float64)
    assume(np.isfinite(theirs).all())
    answer = training.ours(browser)
    assert answer["finite"]
    assert_agrees(training, answer["params"], theirs)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@given(data=st.data())
@settings(max_examples=6)
def test_single_precision_agrees_where_torch_agrees_with_itself(browser, optimizer, data) -> None:
    """One rounding can decide on which side of a kink a unit ends: ask torch whether it does."""
    training = data.draw(trainings(optimizer, torch.float32))
    single = training.theirs(torch.float32)
    assume(furthest(single, training.theirs(torch.float64)) < CLOSE / 5)
    answer = training.ours(browser)
    assert furthest(answer["params"], single) <= CLOSE
    assert answer["params"] == np.float32(answer["params"]).tolist()


def xor(optimizer: str, lr: float, epochs: int = EPOCHS) -> Training:
    """Return what every export shows: 160 points, 2-2-1 tanh, batches of 16, float32."""
    tanh = [{"name": "tanh"}, {"name": "linear"}]
    stack = make_stack([2, 2, 1], [True, True], tanh, "linear", torch.float32, 160, 1.0, 0)
    stack.X = torch.randint(2, (160, 2)) + 0.1 * torch.randn(160, 2)
    y = ((stack.X[:, :1] > 0.5) == (stack.X[:, 1:] > 0.5)).float()
    batches = [batch.tolist() for _ in range(epochs) for batch in torch.randperm(160).split(16)]
    return Training(stack, "bce with logits", y, optimizer, lr, batches)


@pytest.mark.parametrize(("optimizer", "lr"), [("sgd", 0.5), ("momentum", 0.1), ("adam", 0.05)])
def test_a_lesson_ends_at_the_weights_of_torch(browser, optimizer, lr) -> None:
    training = xor(optimizer, lr)
    assert furthest(training.ours(browser)["params"], training.theirs(torch.float32)) <= CLOSE


def test_what_is_frozen_stays_to_the_last_bit(browser) -> None:
    training = xor("adam", 0.05, epochs=2)
    training.pinned = [0, 5, 8]
    before, after = training.stack.params, training.ours(browser)["params"]
    still = [i for i in range(len(after)) if after[i] == before[i]]
    assert still == [0, 5, 8]


def test_a_rate_that_is_too_high_is_noticed(browser) -> None:
    training = xor("sgd", 1e300, epochs=1)
    assert not training.ours(browser)["finite"]


@given(seed=st.integers(0, 2**31))
@settings(max_examples=5)
def test_formulas_of_the_inputs_are_trained_on_as_torch_trains(browser, seed) -> None:
    """What a playground adds to the inputs: squares, products and sines, worked out by torch."""
    tanh = [{"name": "tanh"}, {"name": "linear"}]
    stack = make_stack([4, 3, 1], [True, True], tanh, "linear", torch.float64, 12, 2.0, seed)
    x1, x2 = stack.X[:, 0], stack.X[:, 1]
    y = torch.randn(12, 1, dtype=torch.float64)
    batches = [batch.tolist() for _ in range(EPOCHS) for batch in torch.randperm(12).split(4)]
    given = Training(stack, "mse", y, "adam", 0.03, batches)
    plain = stack.X[:, :2].clone()
    stack.X = torch.stack([x1, x2**2, x1 * x2, torch.sin(3 * x2)], 1)
    theirs = given.theirs(torch.float64)
    stack.X = plain
    terms = [["x", 0], ["*", 1, 1], ["*", 0, 1], ["sin", 1, 3.0]]
    stack.spec |= {"inputs": 2, "lift": {"names": ["a", "b", "c", "d"], "terms": terms}}
    assert furthest(given.ours(browser)["params"], theirs) <= CLOSE
