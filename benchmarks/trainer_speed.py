"""A Trainer, recording every epoch, against an idiomatic DataLoader loop that records nothing.

Both train the same 2-2-1 network on the same 400 points with Adam and batches of 16 from the same
weights and in the same order, in turns, so that a busy machine is busy for both.

Run: python benchmarks/trainer_speed.py [--epochs 40] [--rounds 9]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from statistics import median

import torch
from torch import nn
from torch.utils.data import DataLoader, Sampler, TensorDataset

from nnwidgets.core.problem import Problem
from nnwidgets.training.run import Run
from nnwidgets.training.trainer import Trainer

N, BATCH, LR, SEED = 400, 16, 0.05, 0


class Seeded(Sampler[int]):
    """The order a Trainer takes the samples in."""

    def __init__(self, n: int, seed: int) -> None:
        self._n = n
        self._generator = torch.Generator().manual_seed(seed)

    def __iter__(self) -> Iterator[int]:
        return iter(torch.randperm(self._n, generator=self._generator).tolist())

    def __len__(self) -> int:
        return self._n


def make() -> tuple[nn.Sequential, torch.Tensor, torch.Tensor]:
    """Return a network and its data, the same each time."""
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(N, 2, generator=generator)
    y = (X[:, :1] * X[:, 1:] > 0).float()
    torch.manual_seed(2)
    return nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1)), X, y


def idiomatic(epochs: int) -> tuple[float, nn.Module]:
    """Train the way tutorials do; return seconds a step and the model."""
    model, X, y = make()
    loader = DataLoader(TensorDataset(X, y), batch_size=BATCH, sampler=Seeded(N, SEED))
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
    return _a_step(began, epochs), model


def ours(epochs: int) -> tuple[float, nn.Module]:
    """Train with `Trainer.fit`; return seconds a step and the model."""
    model, X, y = make()
    trainer = Trainer(Run(Problem(model, X, y)), "adam", lr=LR, batch_size=BATCH, seed=SEED)
    began = time.perf_counter()
    history = trainer.fit(epochs, progress=False)
    seconds = _a_step(began, epochs)
    assert len(history) == epochs + 1, "every epoch must be recorded"
    return seconds, model


def _a_step(began: float, epochs: int) -> float:
    return (time.perf_counter() - began) / (epochs * (N // BATCH))


def main() -> None:
    """Measure and print both sides, the ratio and how far the weights are apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    idiomatic(4), ours(4)
    rounds = [(idiomatic(options.epochs), ours(options.epochs)) for _ in range(options.rounds)]
    loop = [a[0] * 1e6 for a, _ in rounds]
    trainer = [b[0] * 1e6 for _, b in rounds]
    ratios = [a / b for a, b in zip(loop, trainer, strict=True)]
    (_, theirs), (_, mine) = rounds[-1]
    apart = max(
        float((a - b).detach().abs().max())
        for a, b in zip(theirs.parameters(), mine.parameters(), strict=True)
    )
    print(f"DataLoader loop  {median(loop):7.1f} µs a step (best {min(loop):.1f})")
    print(f"Trainer.fit      {median(trainer):7.1f} µs a step (best {min(trainer):.1f})")
    print(f"ratio            {median(ratios):7.2f} (of {min(ratios):.2f} to {max(ratios):.2f})")
    print(f"weights apart    {apart:.1e} after {options.epochs} epochs")


if __name__ == "__main__":
    main()
