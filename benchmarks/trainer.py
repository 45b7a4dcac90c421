"""A Trainer that records every epoch, against an idiomatic DataLoader loop that records nothing.

Both train the same 2-2-1 network on the same 400 points with Adam and batches of 16, from the same
weights and in the same order; afterwards they have the same weights. Torch has one thread for both.
"""

from __future__ import annotations

import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import nnwidgets as nnw
from benchmarks.harness import Check, Comparison, Effort, in_turns, one_thread
from nnwidgets.core.problem import Problem
from nnwidgets.training.run import Run
from tests.training.oracle import Permutations

N, BATCH, LR, SEED = 400, 16, 0.05, 0
EPOCHS = 40
APART = 1e-6


def run(effort: Effort) -> list[Comparison]:
    """Train both ways, in turns, and compare times and weights."""
    epochs = effort.times(EPOCHS, 2)
    models: dict[str, nn.Module] = {}

    def ours() -> float:
        microseconds, models["ours"] = with_trainer(epochs)
        return microseconds

    def theirs() -> float:
        microseconds, models["theirs"] = with_loop(epochs)
        return microseconds

    with one_thread():
        pair = in_turns(ours, theirs, effort.turns(15))
        limit = [with_passes(epochs) for _ in range(effort.turns(5))]
    apart = distance(models["ours"], models["theirs"])
    same = Check(f"weights apart {apart:.1e} after {epochs} epochs (≤ {APART:g})", apart <= APART)
    return [
        Comparison(
            *("a step, 2-2-1, Adam", "µs", *pair, "a DataLoader loop", 1.8, (same,)),
            limit=limit,
            limit_is="a forward and a backward pass by torch's autograd, on rows that are ready",
        )
    ]


def make() -> tuple[nn.Sequential, torch.Tensor, torch.Tensor]:
    """Return a network and its data, the same each time."""
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(N, 2, generator=generator)
    y = (X[:, :1] * X[:, 1:] > 0).float()
    return nnw.mlp([2, 2, 1], seed=2), X, y


def with_loop(epochs: int) -> tuple[float, nn.Module]:
    """Train the way tutorials do; return microseconds a step and the model."""
    model, X, y = make()
    loader = DataLoader(TensorDataset(X, y), batch_size=BATCH, sampler=Permutations(N, SEED))
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)
    loss_function = nn.BCEWithLogitsLoss()
    model.train()
    began = time.perf_counter()
    for _ in range(epochs):
        total = 0.0
        for xb, yb in loader:
            optimizer.zero_grad()
            loss = loss_function(model(xb), yb)
            loss.backward()
            optimizer.step()
            total += loss.item()
    return a_step(began, epochs), model


def with_passes(epochs: int) -> float:
    """Make both passes and no step; return microseconds of one batch."""
    model, X, y = make()
    X, y = X[:BATCH], y[:BATCH]
    w1, b1, w2, b2 = parameters = tuple(model.parameters())
    linear, loss_function = nn.functional.linear, nn.functional.binary_cross_entropy_with_logits
    began = time.perf_counter()
    for _ in range(epochs * (N // BATCH)):
        loss = loss_function(linear(torch.tanh(linear(X, w1, b1)), w2, b2), y)
        torch.autograd.grad(loss, parameters)
    return a_step(began, epochs)


def with_trainer(epochs: int) -> tuple[float, nn.Module]:
    """Train with `Trainer.fit`; return microseconds a step and the model."""
    model, X, y = make()
    trainer = nnw.Trainer(Run(Problem(model, X, y)), "adam", lr=LR, batch_size=BATCH, seed=SEED)
    began = time.perf_counter()
    history = trainer.fit(epochs, progress=False)
    microseconds = a_step(began, epochs)
    if len(history) != epochs + 1:
        raise RuntimeError(f"{len(history) - 1} of {epochs} epochs were recorded")
    return microseconds, model


def a_step(began: float, epochs: int) -> float:
    """Return the microseconds since then, for one step."""
    return (time.perf_counter() - began) / (epochs * (N // BATCH)) * 1e6


def distance(one: nn.Module, other: nn.Module) -> float:
    """Return the largest difference between two models' weights."""
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return max(float((a - b).detach().abs().max()) for a, b in pairs)
