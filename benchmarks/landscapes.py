"""Loss surfaces as one gets them without this package, and what no way of computing them avoids."""

from __future__ import annotations

import contextlib
import copy
import io
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from loss_landscapes import random_plane
from loss_landscapes.metrics import Loss
from torch import Tensor, nn
from torch.nn import functional as F

CACHED = 1 << 17  # numbers that are worked on at a time


def seconds(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


@torch.no_grad()
def article_loop(model: Any, data: tuple[Tensor, Tensor], cells: Any, batch: int) -> list[float]:
    """Compute the error in some cells as the article does: set two weights, go through batches.

    Of its mistakes this has none: the predictions' shape is the targets'.

    Parameters
    ----------
    model : nn.Sequential
        With a linear layer first and one last, a weight each.
    data : tuple of Tensor
    cells : iterable of pair of float
    batch : int
    """
    dataset = torch.utils.data.TensorDataset(*data)
    loader = torch.utils.data.DataLoader(dataset, batch_size=batch)
    errors = []
    for first, second in cells:
        model[0].weight.data = torch.tensor([[first]], dtype=torch.float32)
        model[-1].weight.data = torch.tensor([[second]], dtype=torch.float32)
        error = 0.0
        for X, y in loader:
            error += F.mse_loss(model(X), y).item() * len(X)
        errors.append(error / len(dataset))
    return errors


@torch.no_grad()
def plain_loop(model: nn.Module, X: Tensor, y: Tensor, vectors: Sequence[Any]) -> list[float]:
    """Compute the cross entropy at some parameter vectors: set them, call the model on all."""
    losses = []
    for vector in vectors:
        values = torch.as_tensor(vector, dtype=torch.float32)
        nn.utils.vector_to_parameters(values, model.parameters())
        losses.append(F.cross_entropy(model(X), y).item())
    return losses


def loss_landscapes(model: nn.Module, X: Tensor, y: Tensor, steps: int) -> Any:
    """Compute a surface with the package loss-landscapes, over a random plane."""
    metric = Loss(F.mse_loss, X, y)
    with contextlib.redirect_stdout(io.StringIO()):
        return random_plane(copy.deepcopy(model), metric, 1, steps, "filter")


class Limit:
    """As many tanh evaluations and multiplications as a grid needs, and nothing else.

    They are done in pieces that stay in the cache. A tanh is whichever is faster here of torch's
    tanh and its sigmoid, of which one can be made by a factor and a shift.

    Parameters
    ----------
    sizes : sequence of int
    samples, cells : int
    """

    def __init__(self, sizes: Sequence[int], samples: int, cells: int) -> None:
        units = sum(sizes[1:-1])
        self._tanh = units * samples * cells
        self._products = [(cells, outs, ins, samples) for ins, outs in pairwise(sizes)]
        self._values = torch.from_numpy(np.random.default_rng(0).normal(size=CACHED)).float()
        self._out = torch.empty_like(self._values)
        forms = (torch.tanh, torch.sigmoid)
        self._form = min(forms, key=lambda form: min(self._pieces(form, 8) for _ in range(5)))

    def __call__(self) -> float:
        """Return the seconds."""
        found = self._pieces(self._form, self._tanh / CACHED)
        return found + sum(self._multiply(*shape) for shape in self._products)

    def _pieces(self, form: Any, count: float) -> float:
        """Return the seconds that so many pieces take."""
        whole = max(1, round(count))
        began = time.perf_counter()
        for _ in range(whole):
            form(self._values, out=self._out)
        return (time.perf_counter() - began) * count / whole

    def _multiply(self, cells: int, outs: int, ins: int, samples: int) -> float:
        at_once = max(1, CACHED // (max(ins, outs) * samples))
        a, b = torch.rand(at_once, outs, ins), torch.rand(at_once, ins, samples)
        out = torch.empty(at_once, outs, samples)
        whole = max(1, cells // at_once)
        began = time.perf_counter()
        for _ in range(whole):
            torch.bmm(a, b, out=out)
        return (time.perf_counter() - began) * cells / (whole * at_once)
