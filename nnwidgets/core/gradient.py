"""The gradient of the loss over the data, computed beside training without leaving a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nnwidgets.core._forward import check_outputs
from nnwidgets.core._threads import one_thread_if_small
from nnwidgets.core.structure import evaluating

if TYPE_CHECKING:
    from torch import Tensor

    from nnwidgets.core.problem import Problem

#: Forward, and backward to the activations and to the weights.
_PASSES = 3


def loss_gradient(
    problem: Problem, rows: int | None = None, randomness: KeptRandomness | None = None
) -> dict[str, Tensor | None]:
    """Return dL/dp for every parameter p, L the loss over the training data.

    It is what ``loss.backward()`` would leave in ``p.grad``, of the model in evaluation mode
    (no dropout, batch normalisation with its running averages). Neither ``p.grad`` nor any
    buffer nor torch's random numbers are touched.

    Parameters
    ----------
    problem : Problem
    rows : int, optional
        Most rows to take, evenly spaced over the data; default all.
    randomness : KeptRandomness, optional
        For repeated calls.

    Returns
    -------
    dict of str to Tensor or None
        By parameter name; None where no gradient reaches the parameter or it asks for none.

    Examples
    --------
    >>> from nnwidgets.core.problem import Problem
    >>> problem = Problem(torch.nn.Linear(1, 1, bias=False), [[1.0], [3.0]], [0.5, 2.5], loss="mse")
    >>> with torch.no_grad():
    ...     _ = problem.model.weight.fill_(1.0)
    >>> loss_gradient(problem)["weight"]  # mean of 2 (x - y) x
    tensor([[2.]])
    """
    kept = randomness or KeptRandomness(problem)
    with problem.turn, evaluating(problem.model), torch.enable_grad(), kept:
        X, y = problem.Xt, problem.yt
        if rows is not None and len(X) > rows:
            places = torch.linspace(0, len(X) - 1, rows, device=X.device).round().long()
            X, y = X.index_select(0, places), y.index_select(0, places)
        tensors = problem.parameters.tensors
        wanted = [name for name, p in tensors.items() if p.requires_grad]
        found: dict[str, Tensor | None] = dict.fromkeys(tensors)
        with one_thread_if_small(_PASSES * problem.parameters.size * len(X)):
            loss = problem.loss(check_outputs(problem.model(X), len(X)), y)
            if wanted and loss.requires_grad:
                inputs = [tensors[name] for name in wanted]
                gradients = torch.autograd.grad(loss, inputs, allow_unused=True)
                found |= dict(zip(wanted, gradients, strict=True))
        return found


class KeptRandomness:
    """Gives torch's global random numbers back as they were, to a model that draws some.

    One that drew none at the first use is let alone from then on: putting the state back from a
    background thread would take away what other threads draw or seed meanwhile.
    """

    def __init__(self, problem: Problem) -> None:
        device = problem.parameters.first.device
        self._device = device if device.type == "cuda" else None
        self._draws = True

    def __enter__(self) -> None:
        self._before = self._states() if self._draws else []

    def __exit__(self, *_: object) -> None:
        if not self._draws:
            return
        self._draws = not all(map(torch.equal, self._before, self._states()))
        if self._draws:
            torch.set_rng_state(self._before[0])
            if self._device is not None:
                torch.cuda.set_rng_state(self._before[1], self._device)

    def _states(self) -> list[Tensor]:
        states = [torch.get_rng_state()]
        if self._device is not None:
            states.append(torch.cuda.get_rng_state(self._device))
        return states
