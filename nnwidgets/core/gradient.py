"""The gradient of the loss over the data, computed beside training without leaving a trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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


def loss_gradient(problem: Problem, rows: int | None = None) -> dict[str, Tensor | None]:
    """Return dL/dp for every parameter p, L the loss over the training data.

    It is what ``loss.backward()`` would leave in ``p.grad``, of the model in evaluation mode
    (no dropout, batch normalisation with its running averages). Neither ``p.grad`` nor any
    buffer nor torch's random numbers are touched.

    Parameters
    ----------
    problem : Problem
    rows : int, optional
        Most rows to take, evenly spaced over the data; default all.

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
    with problem.turn, evaluating(problem.model), torch.enable_grad(), _same_randomness(problem):
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


@contextmanager
def _same_randomness(problem: Problem) -> Iterator[None]:
    """Give torch's global random numbers back as they were: a model may draw some even so."""
    device = problem.parameters.first.device
    before = torch.get_rng_state()
    on_device = torch.cuda.get_rng_state(device) if device.type == "cuda" else None
    try:
        yield
    finally:
        torch.set_rng_state(before)
        if on_device is not None:
            torch.cuda.set_rng_state(on_device, device)
