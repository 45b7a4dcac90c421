"""Dense networks of one shape trained side by side, a batch of all of them in one pass.

Ten layers of sixteen units are a hundred calls of torch that take microseconds each, nearly all
of it on the way into them. Six such networks in batched products of matrices take as many calls
as one. Everything else, the order of the samples, the optimizers, histories and whoever looks on,
is each network's own, so the numbers are those of training one after the other, but for rounding.
"""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from nnwidgets.core import activations
from nnwidgets.core.structure import is_editable
from nnwidgets.training._engine import Diverged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnwidgets.training.trainer import Trainer


def alike(trainer: Trainer) -> tuple[object, ...] | None:
    """Return a key that is equal for trainers whose networks can be trained in one pass.

    None for one that has to go by itself: a model that ``nnw.mlp`` did not make, an optimizer or
    callbacks of the user's own, or a stretch of training that ended within an epoch.
    """
    problem, stepper = trainer.run.problem, trainer._stepper
    model = problem.model
    recipe = stepper.engine.recipe
    if not is_editable(model) or not isinstance(model, nn.Sequential) or stepper.batch:
        return None
    if recipe.make_flat is None or trainer.listens or problem.loss.name == "custom":
        return None
    if not isinstance(model[0], nn.Linear):  # features of the inputs
        return None
    linears = [m for m in model if isinstance(m, nn.Linear)]
    if not all(p.requires_grad for p in model.parameters()):
        return None
    first = problem.parameters.first
    sizes = tuple((m.out_features, m.in_features, m.bias is not None) for m in linears)
    data = (problem.data.X.tobytes(), problem.data.y.tobytes())
    order = tuple(stepper.order.get_state().tolist())
    made = (problem.loss.name, problem.loss.head, recipe.name, stepper.batch_size)
    return (sizes, first.dtype, first.device, hash(data), hash(order), made)


class Fleet:
    """The batched pass of several networks.

    Parameters
    ----------
    trainers
        `alike`, and between `Stepper.begin` and `Stepper.end`.
    """

    def __init__(self, trainers: Sequence[Trainer]) -> None:
        self.trainers = sorted(trainers, key=_bends)
        models: list[Any] = [trainer.run.problem.model for trainer in self.trainers]
        for model in models:
            model.train()
        self._shapes = [(m.out_features, m.in_features) for m in models[0][::2]]
        self._biased = models[0][0].bias is not None
        self._loss = trainers[0].run.problem.loss
        # At each depth: how many networks in a row have the same activation, and that module.
        self._bends = [_neighbours(models, 2 * depth + 1) for depth in range(len(self._shapes) - 1)]

    def step(self) -> dict[Trainer, Diverged]:
        """Train every network on its next batch; answer which have diverged, and why."""
        steppers = [trainer._stepper for trainer in self.trainers]
        drawn = [stepper.draw() for stepper in steppers]
        X, y = drawn[0]  # one order for all: their generators were alike
        whole = torch.stack([stepper.engine.values for stepper in steppers]).requires_grad_()
        with torch.enable_grad():
            outputs = self._forward(X, whole)
            # The mean over the rows of all, as often as there are networks: the sum of the means.
            rows = y.repeat(len(whole), *[1] * (y.ndim - 1))
            loss = len(whole) * self._loss(outputs.flatten(0, 1), rows)
            (gradients,) = torch.autograd.grad(loss, whole)
        values = self._values(loss.item(), outputs.detach(), y)
        diverged = {}
        for trainer, value, gradient in zip(self.trainers, values, gradients, strict=True):
            try:
                trainer._stepper.take(value, gradient)
            except Diverged as why:
                diverged[trainer] = why
            else:
                trainer.run.batches += 1
        return diverged

    def _values(self, total: float, outputs: Tensor, y: Tensor) -> list[float]:
        """Return each network's loss; their mean, which is as good, where all are finite."""
        if math.isfinite(total):
            return [total / len(outputs)] * len(outputs)
        return [self._loss(each, y).item() for each in outputs]

    def _forward(self, X: Tensor, whole: Tensor) -> Tensor:
        """Return the outputs (networks, rows, outputs) of flat parameters (networks, size)."""
        count = len(whole)
        parts = iter(torch.split(whole, self._lengths(), dim=1))
        h = X.expand(count, *X.shape)
        for depth, (units, inputs) in enumerate(self._shapes):
            weight = next(parts).view(count, units, inputs).transpose(1, 2)
            h = torch.baddbmm(next(parts)[:, None], h, weight) if self._biased else h @ weight
            if depth < len(self._bends):
                h = self._bent(h, depth)
        return h

    def _bent(self, z: Tensor, depth: int) -> Tensor:
        bends = self._bends[depth]
        if len(bends) == 1:
            return bends[0][1](z)  # type: ignore[no-any-return]
        parts = torch.split(z, [count for count, _ in bends])
        return torch.cat([bend(part) for part, (_, bend) in zip(parts, bends, strict=True)])

    def _lengths(self) -> list[int]:
        lengths = []
        for units, inputs in self._shapes:
            lengths += [units * inputs, units] if self._biased else [units * inputs]
        return lengths


def _bends(trainer: Trainer) -> list[str]:
    """What to sort by, so that networks with the same activations are neighbours."""
    model: Any = trainer.run.problem.model
    return [str(activations.describe(module)) for module in model[1::2]]


def _neighbours(models: list[Any], place: int) -> list[tuple[int, Any]]:
    """Return how many models in a row compute the same at a place, and a module that does."""
    bends = [model[place] for model in models]
    rows = (list(same) for _, same in groupby(bends, key=lambda m: str(activations.describe(m))))
    return [(len(row), row[0]) for row in rows]
