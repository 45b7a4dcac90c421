"""What torch does when it is used the way its tutorials say: the oracle of the training tests."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.utils.data import DataLoader, Sampler, TensorDataset

from nnwidgets.core.problem import Problem
from nnwidgets.training.run import Run

N, BATCH, LR, SEED = 50, 16, 0.02, 3  # the last batch has two rows

# What the names stand for, spelled out.
OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": lambda p: torch.optim.SGD(p, lr=LR),
    "momentum": lambda p: torch.optim.SGD(p, lr=LR, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, lr=LR),
    "adamw": lambda p: torch.optim.AdamW(p, lr=LR),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=LR),
}


class Permutations(Sampler[int]):
    """Each pass over it is the next permutation of one seeded generator."""

    def __init__(self, n: int, seed: int) -> None:
        self._n = n
        self._generator = torch.Generator().manual_seed(seed)

    def __iter__(self) -> Iterator[int]:
        return iter(torch.randperm(self._n, generator=self._generator).tolist())

    def __len__(self) -> int:
        return self._n


def data(n: int = N) -> tuple[torch.Tensor, torch.Tensor]:
    """Two features and the sign of their product as class 0 or 1, shape (n, 1)."""
    X = torch.randn(n, 2, generator=torch.Generator().manual_seed(11))
    return X, (X[:, :1] * X[:, 1:] > 0).float()


def network(seed: int = 5) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))


def make_run(model: nn.Module | None = None, n: int = N, **options: object) -> Run:
    X, y = data(n)
    return Run(Problem(network() if model is None else model, X, y, **options))


def loop(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    epochs: int,
    batch_size: int = BATCH,
    loss: Callable[..., torch.Tensor] | None = None,
    dtype: torch.dtype = torch.float32,
) -> None:
    """Train `model` as in any tutorial."""
    X, y = data()
    # Its own generator, or else the loader draws its workers' seed from the global one.
    loader = DataLoader(
        TensorDataset(X.to(dtype), y.to(dtype)),
        batch_size=batch_size,
        sampler=Permutations(len(X), SEED),
        generator=torch.Generator(),
    )
    loss = loss or nn.BCEWithLogitsLoss()
    model.train()
    for _ in range(epochs):
        for xb, yb in loader:
            optimizer.zero_grad()
            loss(model(xb), yb).backward()
            optimizer.step()


def flat(model: nn.Module) -> NDArray[np.float64]:
    values = [p.detach().double().reshape(-1) for p in model.parameters()]
    return torch.cat(values).numpy()
