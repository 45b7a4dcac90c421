"""A model made ready to be looked at: copied, checked, and called on rows of numbers."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from nnwidgets.core._forward import one_tensor
from nnwidgets.core._threads import one_thread_if_small
from nnwidgets.core._trace_checks import where
from nnwidgets.core._watch import original
from nnwidgets.core.collapse._double import Double, to_double
from nnwidgets.core.collapse._shapes import check_forward, check_shape, guesses, hint
from nnwidgets.core.landscape._copy import private_copy

#: Of one forward pass, as what a deep model keeps meanwhile is in memory.
_ROWS = 256
_NUMBERS = 1 << 22  # that go in, or come out
_SAME = 1e-9  # relative: two ways to add up the same numbers


@dataclass(frozen=True, eq=False)
class Subject:
    """A model as a function of rows (n, inputs) that nobody else sees.

    Attributes
    ----------
    kind : str
        The class of the user's model.
    own, double : nn.Module
        A copy in the precision the user's has, and one in float64; both on the CPU.
    input_shape, output_shape : tuple of int
        Of one sample.
    """

    kind: str
    own: nn.Module
    double: nn.Module
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]

    @property
    def inputs(self) -> int:
        """How many numbers go in."""
        return math.prod(self.input_shape)

    @property
    def outputs(self) -> int:
        """How many numbers come out."""
        return math.prod(self.output_shape)

    def __call__(self, rows: Tensor) -> Tensor:
        """Return the outputs (n, outputs) for rows (n, inputs), both float64."""
        with Double(), self._threads():
            parts = [self.double(part) for part in self._parts(rows)]
        return torch.cat([part.reshape(len(part), -1) for part in parts])

    def as_it_is(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Return rows as the user's precision holds them, and the outputs it has for them.

        Both float64, (n, inputs) and (n, outputs).
        """
        dtype = dtype_of(self.own)
        given = rows.to(dtype)
        try:
            with self._threads():
                parts = [self.own(part) for part in self._parts(given)]
        except Exception as error:
            raise ValueError(
                f"the model could not be run in {dtype}: {type(error).__name__}: {error}"
            ) from error
        return given.double(), torch.cat([part.reshape(len(part), -1).double() for part in parts])

    def _threads(self) -> AbstractContextManager[None]:
        """One thread where a layer is small, however often it is called."""
        most = max((p.numel() for p in self.own.parameters()), default=0)
        return one_thread_if_small(_ROWS * most)

    def _parts(self, rows: Tensor) -> Iterator[Tensor]:
        # Cloned: a model may work in place on what it is given.
        most = max(1, min(_ROWS, _NUMBERS // max(self.inputs, self.outputs)))
        return (part.clone().reshape(-1, *self.input_shape) for part in torch.split(rows, most))


def subject(model: Any, input_shape: Any) -> Subject:
    """Copy a model and find out what goes in and comes out; to be called within `apart`.

    Raises
    ------
    TypeError, ValueError
        If it is no model of one tensor, the shape does not fit, or it does not treat every sample
        alike and apart from the others.
    """
    problem, _ = where(model)
    module = original(model if problem is None else problem.model)
    if input_shape is None and problem is not None:
        input_shape = problem.row_shape
    check_forward(module)
    shape = None if input_shape is None else check_shape(input_shape)
    with nullcontext() if problem is None else problem.turn:
        _check_ready(module)
        own = private_copy(module).cpu()
        for twin, part in zip(own.modules(), module.modules(), strict=True):
            twin.training = part.training
    double = to_double(copy.deepcopy(own))
    shapes = guesses(module) if shape is None else [shape]
    found, made = _try_out(double, shapes, given=shape is not None)
    made_for = Subject(type(module).__name__, own, double, found, tuple(made.shape[1:]))
    _check_rows(made_for)
    return made_for


def dtype_of(model: nn.Module) -> torch.dtype:
    """Return the precision a model computes in."""
    floats = (p.dtype for p in (*model.parameters(), *model.buffers()) if p.is_floating_point())
    return next(floats, torch.get_default_dtype())


def _check_ready(model: nn.Module) -> None:
    for path, module in model.named_modules():
        name = f"{type(module).__name__} {path!r}" if path else type(module).__name__
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            if module.training:
                raise ValueError(
                    f"{name} is in training mode and normalises each batch by itself: "
                    "call model.eval() first"
                )
            if module.running_mean is None:
                raise ValueError(
                    f"{name} has no running statistics (track_running_stats=False) and normalises "
                    "each batch by itself, which is no map of single inputs"
                )
        dropping = isinstance(module, nn.modules.dropout._DropoutNd) and module.p > 0
        if dropping and module.training:
            raise ValueError(
                f"{name} is in training mode and drops numbers at random: call model.eval() first"
            )
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        if nn.parameter.is_lazy(tensor):
            raise ValueError(f"{name} has no shape yet: call the model once on data first")
        if tensor.device.type == "meta":
            raise ValueError(f"{name} is on the meta device and holds no numbers")
        if tensor.is_complex():
            raise ValueError(f"{name} is complex: only maps of real numbers are collapsed")


def _try_out(
    model: nn.Module, shapes: Sequence[tuple[int, ...]], given: bool
) -> tuple[tuple[int, ...], Tensor]:
    refusal: Exception | None = None
    for shape in shapes:
        try:
            with Double():
                outputs = model(torch.zeros(2, *shape, dtype=torch.float64))
        except Exception as error:  # noqa: BLE001  (whatever a forward may raise)
            refusal = refusal or error
        else:
            return shape, _checked(outputs)
    if given and refusal is not None:
        raise ValueError(
            f"the model could not be called on inputs of input_shape {shapes[0]}: "
            f"{type(refusal).__name__}: {refusal}{hint(model, shapes[0])}"
        ) from refusal
    raise ValueError(
        "input_shape must be given for this model: the shape of one input without the batch, "
        "such as (2,) for two features or (1, 28, 28) for a grey picture"
    )


def _checked(given: object) -> Tensor:
    outputs = one_tensor(given, "wrap it in a module that returns the one of interest")
    if not outputs.is_floating_point():
        raise TypeError(f"the model must return floating numbers, got {outputs.dtype}")
    if outputs.ndim == 0 or len(outputs) != 2 or outputs.numel() == 0:
        raise ValueError(
            "the model must return something for each sample, (n, ...) for n of them; for two it "
            f"returned shape {tuple(outputs.shape)}"
        )
    return outputs


def _check_rows(model: Subject) -> None:
    rows = torch.randn(3, model.inputs, dtype=torch.float64, generator=_generator())
    together, again = model(rows), model(rows)
    if not together.isfinite().all():
        raise ValueError("the model returns NaN or infinity: are all of its weights finite?")
    if not _close(together, again):
        raise ValueError(
            "the model answers the same inputs differently each time: it draws random numbers "
            "(then call model.eval() first) or keeps a state"
        )
    alone = torch.cat([model(row[None]) for row in rows])
    if not _close(together, alone):
        raise ValueError(
            "the model's answer to an input depends on the others of its batch; the first "
            "dimension must be the samples' (for recurrent layers batch_first=True)"
        )


def _generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def _close(one: Tensor, other: Tensor) -> bool:
    return bool(((one - other).abs() <= _SAME * one.abs().max()).all())
