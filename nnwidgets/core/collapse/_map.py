"""The numbers of an affine map: taken from a model, and held against it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import torch
from torch import Tensor

from nnwidgets.core.collapse._double import Double
from nnwidgets.core.collapse._subject import Subject

_STEP = 2.0**30  # along one input: so far out that the bias does not round the slope
_MOST = 1 << 27  # numbers in W: 1 GiB
_CHUNK = 256
#: Of an output's size: less is rounding.
TOLERANCE = 1e-10
#: A part of an output that is no rounding, whatever numbers are on the way.
CLEAR = 1e-3
#: Scales of random inputs at which a map is held against its model: usual ones, ...
NEAR = (1.0, 1e-3, 1e3, 1e-6, 1e6)
#: ... and those where nothing but looking can tell.
FAR = (*NEAR, 1e-12, 1e-9, 1e9, 1e12)
_ROWS = 64

Map = tuple[Tensor, Tensor]
Function = Callable[[Tensor], Tensor]
Slack = Callable[[float], float]


def by_moving(function: Function, inputs: int, outputs: int, step: float) -> Map:
    """Return b (outputs,), which is f(0), and W (outputs, inputs), how f moves with each input."""
    check_size(inputs, outputs)
    b = function(torch.zeros(1, inputs, dtype=torch.float64))[0]
    W = torch.empty(outputs, inputs, dtype=torch.float64)
    for start in range(0, inputs, _CHUNK):
        stop = min(start + _CHUNK, inputs)
        rows = torch.zeros(stop - start, inputs, dtype=torch.float64)
        rows[range(stop - start), range(start, stop)] = step
        W[:, start:stop] = ((function(rows) - b) / step).T
    return W, b


def by_structure(model: Subject) -> Iterator[Map]:
    """Yield the map of a model whose operations are all known to be affine.

    First the way that asks for less. Where a gradient is cut or computed otherwise than the
    numbers, only the second is right.
    """
    if model.outputs < model.inputs:
        with suppress(RuntimeError):  # there may be no graph
            yield by_pulling(model)
    yield by_moving(model, model.inputs, model.outputs, _STEP)


def by_pulling(model: Subject) -> Map:
    """Return b, which is f(0), and W by one gradient for each output.

    Raises
    ------
    RuntimeError
        If the model's outputs have no gradient.
    """
    check_size(model.inputs, model.outputs)
    W = torch.empty(model.outputs, model.inputs, dtype=torch.float64)
    for rows in torch.arange(model.outputs).split(_CHUNK):  # type: ignore[no-untyped-call]
        x = torch.zeros(len(rows), model.inputs, dtype=torch.float64, requires_grad=True)
        with torch.enable_grad():
            one_each = model(x)[range(len(rows)), rows].sum()
            W[rows] = torch.autograd.grad(one_each, x)[0]
    return W, model(torch.zeros(1, model.inputs, dtype=torch.float64))[0]


def by_jacobian(model: Subject) -> Map:
    """Return the slopes at a random point, by torch.func.

    Raises
    ------
    Exception
        Whatever the model says to being differentiated by torch.func.
    """
    check_size(model.inputs, model.outputs)
    at = torch.randn(model.inputs, dtype=torch.float64, generator=torch.Generator().manual_seed(2))

    def flat(x: Tensor) -> Tensor:
        out: Tensor = model.double(x.reshape(1, *model.input_shape))
        return out.reshape(-1)

    with torch.enable_grad(), Double():
        W = torch.func.jacrev(flat, chunk_size=_CHUNK)(at).detach()
    return W, model(torch.zeros(1, model.inputs, dtype=torch.float64))[0]


def check_size(inputs: int, outputs: int) -> None:
    """Raise ValueError if W would not go into memory."""
    if inputs * outputs > _MOST:
        size = 8 * inputs * outputs / 2**30
        raise ValueError(
            f"W would have {outputs} × {inputs} numbers and take {size:.1f} GiB; collapse a part "
            "of the model, or one on smaller inputs"
        )


def is_map_of(
    model: Subject, found: Map, scales: Sequence[float], slack: Slack, most: float = math.inf
) -> bool:
    """Whether a model has the outputs W x + b, for random inputs of these scales.

    Parameters
    ----------
    slack : callable
        What rounding may add to the outputs for inputs of a scale.
    most : float
        And how large a part of them that is at most.
    """
    W, b = found
    for scale, rows in samples(model.inputs, scales):
        out = model(rows)
        error = (out - rows @ W.T - b).abs()
        if not (error <= allowed(out, slack(scale), most)).all():
            return False
    return True


def samples(inputs: int, scales: Sequence[float]) -> Iterator[tuple[float, Tensor]]:
    """Yield random rows of each scale; every second one lies on an axis."""
    generator = torch.Generator().manual_seed(3)
    for scale in scales:
        rows = torch.randn(_ROWS, inputs, dtype=torch.float64, generator=generator)
        axes = torch.randint(inputs, (_ROWS // 2, 1), generator=generator)
        rows[::2] *= torch.zeros(_ROWS // 2, inputs).scatter_(1, axes, 1)
        yield scale, scale * rows


def allowed(outputs: Tensor, slack: float, most: float) -> Tensor:
    """Return how far each output may be off (outputs,), given those of many rows."""
    size = outputs.abs().amax(0)
    rounding = slack if most == math.inf else (most * size).clamp(max=slack)
    return TOLERANCE * size + rounding
