"""A model as the one affine map that it comes to, with how well the two agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from operator import index
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from nnwidgets.core._arrays import to_array
from nnwidgets.core.collapse import _map
from nnwidgets.core.collapse._double import apart
from nnwidgets.core.collapse._proof import largest, prove
from nnwidgets.core.collapse._refusal import refusal
from nnwidgets.core.collapse._repr import describe
from nnwidgets.core.collapse._steps import Step, steps
from nnwidgets.core.collapse._subject import Subject, subject

_SCALES = (0.01, 100.0)  # besides 1
_NUMBERS = 1 << 24  # of random inputs, all together


class Check(NamedTuple):
    """How far a map is from its model on random inputs, made by :meth:`Collapse.check`.

    Attributes
    ----------
    n : int
        How many inputs.
    scale : float
        Their standard deviation.
    residual : float
        The largest difference of any output.
    r2 : float
        1 − Σ (y − ŷ)² / Σ (y − ȳ)², the mean over the outputs; 1 for an output that is constant
        and met.
    mse : float
        The mean of the squared differences.
    """

    n: int
    scale: float
    residual: float
    r2: float
    mse: float


@dataclass(frozen=True, eq=False, repr=False)
class Collapse:
    """An affine model as y = W x + b, made by :func:`collapse`.

    Attributes
    ----------
    W : Tensor of float64, shape (outputs, inputs)
    b : Tensor of float64, shape (outputs,)
        Pictures and sequences are laid out as rows, in the order of ``Tensor.flatten``.
    input_shape, output_shape : tuple of int
        Of one sample of the model.
    kind : str
        The model's class.
    by : {"structure", "jacobian", "differences"}
        "structure": every operation of the model is known to be affine. Otherwise some are not
        (see `unproven`), and that the model is the map all the same was measured, on random inputs
        from 1e-12 to 1e12 in size and where these operations change their sign.
    unproven : tuple of str
        Layers that bend by themselves, or that are not known here.
    checks : tuple of Check
        On 1024 random inputs each (fewer of more than 16384 numbers) with standard deviations 1,
        0.01 and 100; `residual`, `r2` and `mse` are those of the first. A model in float32 is a
        rounded version of its map: the difference that remains is its own rounding.
    """

    W: Tensor
    b: Tensor
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    kind: str
    by: str
    unproven: tuple[str, ...]
    _subject: Subject = field(repr=False)

    @property
    def residual(self) -> float:
        """The largest difference from the model on standard normal inputs."""
        return self._usual.residual

    @property
    def r2(self) -> float:
        """The share of the model's variance that the map has, on standard normal inputs."""
        return self._usual.r2

    @property
    def mse(self) -> float:
        """The mean squared difference from the model on standard normal inputs."""
        return self._usual.mse

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """Hold the map against the model for inputs of several sizes."""
        return (self._usual, *(self.check(self._usual.n, scale=scale) for scale in _SCALES))

    @cached_property
    def _usual(self) -> Check:
        return self.check(max(64, min(1024, _NUMBERS // self.W.shape[1])))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The maps of the layers, first to last, whose product is the whole.

        A part that is no chain of layers, such as a residual block, is one step; what only hands
        its input on (Flatten, Identity, Dropout in evaluation mode) is none. Empty where `by` is
        not "structure". Raises a ValueError for a layer whose W would not go into memory.
        """
        if self.by != "structure":
            return ()
        with apart():
            return tuple(steps(self._subject))

    def check(self, n: int = 1024, seed: int = 0, scale: float = 1.0) -> Check:
        """Compare the map with the model, in the model's own precision, on random inputs.

        Parameters
        ----------
        n : int
            How many, from a normal distribution.
        seed : int
        scale : float
            Their standard deviation.

        Raises
        ------
        ValueError
            If `n` is less than 2, `scale` is not positive, or the model cannot be run in its
            precision on the CPU.
        """
        if index(n) < 2:
            raise ValueError(f"n must be at least 2, got {n}")
        if not 0 < scale < float("inf"):
            raise ValueError(f"scale must be positive and finite, got {scale}")
        generator = torch.Generator().manual_seed(seed)
        rows = torch.randn(n, self.W.shape[1], dtype=torch.float64, generator=generator)
        with apart():
            given, wanted = self._subject.as_it_is(scale * rows)
        squares = (wanted - (given @ self.W.T + self.b)) ** 2
        largest, mean = float(squares.max().sqrt()), float(squares.mean())
        return Check(n, scale, largest, _r2(wanted, squares), mean)

    def __call__(self, x: Any) -> Tensor:
        """Return W x + b.

        Parameters
        ----------
        x : array_like or Tensor, shape (n,) + input_shape, or input_shape for one sample

        Returns
        -------
        Tensor of float64, shape (n,) + output_shape, or output_shape

        Raises
        ------
        ValueError
            For any other shape.
        """
        given = torch.as_tensor(np.array(to_array(x, "x"), dtype=np.float64))
        several = given.ndim == len(self.input_shape) + 1
        if tuple(given.shape[several:]) != self.input_shape:
            shape = ", ".join(map(str, self.input_shape))
            raise ValueError(
                f"x must have shape {self.input_shape} or (n, {shape}), got {tuple(given.shape)}"
            )
        rows = given.reshape(-1 if given.numel() else 0, self.W.shape[1]) @ self.W.T + self.b
        return (
            rows.reshape(len(given), *self.output_shape)
            if several
            else rows.reshape(self.output_shape)
        )

    def __repr__(self) -> str:
        return describe(self)


def _r2(wanted: Tensor, squares: Tensor) -> float:
    total = ((wanted - wanted.mean(0)) ** 2).sum(0)
    missed = squares.sum(0)
    # A constant is met, or it is not: there is no variance to have a share of.
    constant = torch.where(missed <= 1e-20 * (wanted**2).sum(0), 1.0, 0.0).double()
    return float(torch.where(total > 0, 1 - missed / total, constant).mean())


def collapse(model: Any, input_shape: Any = None) -> Collapse:
    """Return the one affine map y = W x + b that a model comes to, if it is affine.

    However many layers Linear, convolution, average pooling, batch normalisation (in evaluation
    mode), sums of branches or steps of a linear recurrence make: without a bend between them they
    are one layer. The map is exact, not fitted: every operation is checked to be affine, and the
    numbers are then what the operations make of zero and of each unit vector (or, of few outputs,
    their gradients), in float64. Where the operations prove nothing, it is torch.func's Jacobian,
    if the model goes by it. All of it happens on copies: the model is neither called nor changed.

    Parameters
    ----------
    model : nn.Module, Network or Problem
        Of one tensor, in the mode it is in; its first dimension is that of the samples. Hooks of
        your own are not called.
    input_shape : tuple of int, or int, optional
        The shape of one input, without the batch. It may be left out for a Network, which has
        data, and where the first layer is a Linear.

    Returns
    -------
    Collapse

    Raises
    ------
    NotAffine
        If the model bends; with the layer that does it, and two inputs that show it.
    TypeError, ValueError
        If it takes or returns other than one tensor, is not to be called on `input_shape`, has
        batch normalisation or dropout in training mode, or mixes samples.

    Notes
    -----
    W₂ (W₁ x + b₁) + b₂ = (W₂ W₁) x + (W₂ b₁ + b₂), and so on for any number of layers. A function
    is affine if and only if f(t x₁ + (1 − t) x₂) = t f(x₁) + (1 − t) f(x₂) for all x₁, x₂ and t.

    Affine means everywhere: a ReLU whose unit is positive on all of your data still bends. What is
    measured, and not proven, has limits: a bend is not seen where it changes an output by less
    than 1e-10 of it, or where it needs inputs so large that a float64 cannot hold both.

    Examples
    --------
    >>> from torch import nn
    >>> model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1)).double()
    >>> flat = collapse(model)
    >>> first, second = model[0], model[1]
    >>> torch.allclose(flat.W, second.weight @ first.weight)
    True
    >>> torch.allclose(flat.b, second.weight @ first.bias + second.bias)
    True
    >>> flat.residual < 1e-14
    True

    With a bend between them they are no longer one:

    >>> try:
    ...     collapse(nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)))
    ... except ValueError as error:
    ...     print(error.layer, error.kind)
    1 ReLU
    """
    with apart():
        found = subject(model, input_shape)
        proof = prove(found)
        if not proof.open:
            for candidate in _map.by_structure(found):
                if _map.is_map_of(
                    found, candidate, _map.NEAR, lambda x: 1e-12 * max(x, 1) * proof.largest
                ):
                    return _made(found, candidate, "structure", ())
        scales = (*_map.FAR, *proof.sizes)

        def slack(scale: float) -> float:
            return 1e-15 * largest(found, scale)

        bends = refusal(found, scales, slack)
        if bends is not None:
            raise bends
        for name, candidate in _measured(found):
            if _map.is_map_of(found, candidate, scales, slack, _map.CLEAR):
                return _made(found, candidate, name, proof.open or ("model",))
        raise ValueError(
            "whether the model is affine cannot be told: it rounds by more than it might bend. "
            "Are some of its numbers far larger than what comes out?"
        )


def _measured(model: Subject) -> Any:
    try:
        found = _map.by_jacobian(model)
    except Exception:  # noqa: BLE001  (torch.func refuses for many reasons; the other way has none)
        pass
    else:
        yield "jacobian", found
    # Where a forward cuts its gradient, the Jacobian is not how the outputs move.
    yield "differences", _map.by_moving(model, model.inputs, model.outputs, 1.0)


def _made(model: Subject, found: _map.Map, by: str, unproven: tuple[str, ...]) -> Collapse:
    W, b = found
    return Collapse(W, b, model.input_shape, model.output_shape, model.kind, by, unproven, model)
