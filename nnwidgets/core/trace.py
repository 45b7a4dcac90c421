"""Everything one forward and backward pass computes, layer by layer, and the update it leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.optim import Optimizer

from nnwidgets.core._trace_checks import (
    Targets,
    check_dtype,
    check_optimizer,
    line_up,
    to_inputs,
    where,
)
from nnwidgets.core._trace_result import Array, LayerTrace, Trace
from nnwidgets.core._trace_run import Passed, run
from nnwidgets.core._trace_watch import Seen
from nnwidgets.core.penalty import Penalty
from nnwidgets.core.problem import Problem

__all__ = ["LayerTrace", "Trace", "trace"]


def trace(
    model: Any,
    x: Any = None,
    target: Any = None,
    loss: str | Callable[..., Tensor] = "auto",
    *,
    optimizer: Optimizer | float | Any = None,
    training: bool = False,
    dtype: str | torch.dtype | None = None,
) -> Trace:
    """Run a sample or a batch through any module and back, and note everything on the way.

    The pass is made on a copy: the module, its gradients, buffers and modes, the optimizer and
    torch's random numbers are afterwards what they were. Forward hooks of your own do run. The
    gradients are autograd's; gradients that you have accumulated before do not count.

    Parameters
    ----------
    model : nn.Module, Network or Problem
        A Network or Problem brings its data, its loss and (a Network) its trainer along.
    x : array_like, tensor, tuple of these; or int, slice
        A batch, or one sample of one dimension. A tuple is several arguments of ``forward``.
        Integer tensors stay integers (for an Embedding), all else becomes the model's dtype. Of a
        Network or Problem an int or a slice means rows of the training data, None all of them.
    target : array_like, optional
        What the loss compares the outputs with. Without it only the forward pass is run.
    loss : str or callable
        As for :class:`Network`; a callable gets the outputs and the target. "auto" is the
        Network's or Problem's own.
    optimizer : torch optimizer, Trainer or float, optional
        Whose next step `updates` shows, with the state it has by now; a number is the learning
        rate of plain gradient descent. Default: a Network's trainer, if it has one. A Trainer's
        regularisation is part of its step, and of neither loss nor gradients.
    training : bool, default False
        False: evaluation mode, as in all views. True: as a training step runs, dropout and batch
        statistics included, with the random numbers that torch would draw next.
    dtype : {"float32", "float64"} or torch.dtype, optional
        What to compute in; default the model's own. For a model in half precision "float64"
        shows what its rounding hides.

    Returns
    -------
    Trace

    Raises
    ------
    IndexError
        If there is no such row of the data.
    TypeError, ValueError
        For arguments that do not fit together, a model that cannot be copied or called, or a loss
        that does not depend on it.

    Notes
    -----
    A layer is a module without parts (or a MultiheadAttention); an activation, be it a module or a
    function, in place or not, counts to the layer before it. With L the mean loss, δ = dL/dz is
    dL/da · f′(z), and for a Linear dL/dW = δᵀ·input, dL/db = Σ δ over the samples (Rumelhart,
    Hinton & Williams 1986).

    Examples
    --------
    A unit worked by hand: z = 0.3 · 0.5 + 0.7 · 0.1 − 0.2 = 0.02.

    >>> from torch import nn
    >>> model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid()).double()
    >>> _ = nn.init.constant_(model[0].bias, -0.2)
    >>> weight = torch.tensor([[0.3, 0.7]], dtype=torch.float64)
    >>> model[0].weight.data = weight
    >>> t = trace(model, [0.5, 0.1], [0.8], loss="half_mse")
    >>> round(float(t.layers[0].z[0, 0]), 9), round(t.loss, 6)
    (0.02, 0.043513)
    >>> t["0"].weight_grad.round(4)
    array([[-0.0369, -0.0074]])
    """
    problem, trainer = where(model)
    module = model if problem is None else problem.model
    with nullcontext() if problem is None else problem.turn:
        mover = trainer if optimizer is None else optimizer
        penalty = Penalty(getattr(mover, "l1", 0.0), getattr(mover, "l2", 0.0))
        optimizer = check_optimizer(mover)
        inputs, wanted = to_inputs(module, problem, x, target, check_dtype(dtype))
        targets = line_up(loss, wanted, problem)
        pinned = None if problem is None else _pinned(problem)
        asked = (optimizer, penalty)
        passed = run(module, inputs, targets, asked, training, check_dtype(dtype), pinned)
    return _made(passed, inputs, targets)


def _pinned(problem: Problem) -> dict[str, Array]:
    """Which entries of each parameter a Network's training leaves alone."""
    pinned, parameters = problem.frozen | problem.held, problem.parameters
    return {
        name: pinned[start : start + int(np.prod(parameters.shapes[name]))].reshape(
            parameters.shapes[name]
        )
        for name, start in parameters.offsets.items()
    }


def _made(passed: Passed, inputs: tuple[Tensor, ...], targets: Targets | None) -> Trace:
    gradients = {name: array(value) for name, value in passed.gradients.items()}
    updates = {name: array(value) for name, value in passed.updates.items()}
    parameters = {id(p): name for name, p in passed.parameters.items()}
    values = {name: array(value) for name, value in passed.before.items()}
    layers, calls = [], dict[str, int]()
    for seen in passed.seen:
        name = seen.kind if seen.path is None else seen.path or "model"
        calls[name] = calls.get(name, 0) + 1
        own = _own(seen, parameters)
        tables = {"": values, "_grad": gradients, "_update": updates}
        named = {
            f"{part}{suffix}": table.get(own.get(part, ""))
            for part in ("weight", "bias")
            for suffix, table in tables.items()
        }
        z = array(seen.z)
        dz = None if seen.dz is None else array(seen.dz)
        same = seen.activation is None
        layers.append(
            LayerTrace(
                name=name if calls[name] == 1 else f"{name} ({calls[name]})",
                kind=seen.kind,
                activation=seen.activation,
                input=None if seen.input is None else array(seen.input),
                z=z,
                a=z if same else array(seen.a),
                dz=dz,
                da=dz if same else None if seen.da is None else array(seen.da),
                parameters=own,
                attention=None if seen.attention is None else array(seen.attention),
                **named,
            )
        )
    x = tuple(map(array, inputs))
    return Trace(
        x=x[0] if len(x) == 1 else x,
        outputs=_outputs(passed.outputs),
        target=None if passed.target is None else array(passed.target),
        loss=passed.loss,
        loss_name=None if targets is None else passed.loss_name,
        layers=tuple(layers),
        gradients=gradients,
        updates=updates,
        input_gradient=None if passed.input_gradient is None else array(passed.input_gradient),
        training=passed.training,
    )


def _own(seen: Seen, names: Mapping[int, str]) -> dict[str, str]:
    if seen.module is None:
        return {}
    found = seen.module.named_parameters(remove_duplicate=False)
    return {part: names[id(p)] for part, p in found if id(p) in names}


def array(tensor: Tensor) -> Array:
    """Return a tensor's numbers; numpy lacks bfloat16, which becomes float32."""
    plain = tensor.detach().cpu()
    plain = plain.float() if plain.dtype is torch.bfloat16 else plain
    return np.array(plain.resolve_conj().resolve_neg().numpy())


def _outputs(value: Any) -> Any:
    if isinstance(value, Tensor):
        return array(value)
    if isinstance(value, Mapping):
        return {key: _outputs(part) for key, part in value.items()}
    return tuple(map(_outputs, value)) if isinstance(value, tuple | list) else value
