"""An optimizer at work on a model, with steps that can be taken back."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from operator import is_
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from nnwidgets import words
from nnwidgets.core.penalty import Penalty
from nnwidgets.training._backward import backward
from nnwidgets.training._flat import Flat, fits
from nnwidgets.training._memory import Remembering

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch.optim import Optimizer

    from nnwidgets.training.optimizers import Recipe


_TWO_AT_ONCE = (
    "If neither the model nor the loss works in place, somebody else moved the parameters during "
    "this step: pause() the trainer before a loop of your own trains the same model."
)


class Diverged(ArithmeticError):
    """The loss or a parameter is no longer finite."""


class Engine(Remembering):
    """An optimizer at work on a model: steps that respect pins and can be taken back.

    A named optimizer works on all parameters as one tensor (see `Flat`), which gives the same
    numbers in fewer calls. Where that would not be true (some parameters are not trained, or get
    no gradient, or differ in dtype) and for a factory's optimizer it works on each parameter as
    usual; if that turns out later, the optimizer's state is carried over.

    Parameters
    ----------
    model : Module
        Its parameters are trained; its buffers are put back with them.
    recipe : Recipe
        Makes the optimizer.
    penalty : Penalty, optional
        Whose gradient is added to that of every batch; it may be changed at any time.

    Attributes
    ----------
    recipe : Recipe
    optimizer : Optimizer
        The one at work.
    """

    def __init__(self, model: nn.Module, recipe: Recipe, penalty: Penalty | None = None) -> None:
        self.recipe = recipe
        self.penalty = Penalty() if penalty is None else penalty
        self._parameters = list(model.parameters())
        self._buffers = list(model.buffers())
        self._flat: Flat | None = None
        self._stepped = False
        self._use(recipe.make(self._parameters))

    def _use(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self._advance: Callable[..., Any] = optimizer.step
        if self._flat is not None:
            # Optimizer.step is wrapped in a profiler's record that takes longer than a small step.
            step = type(optimizer).step
            self._advance = partial(getattr(step, "__wrapped__", step), optimizer)
        values = [self._flat.values] if self._flat else [p.data for p in self._parameters]
        self._saved = [torch.empty_like(value) for value in (*values, *self._buffers)]

    @property
    def name(self) -> str:
        """What the optimizer is called: its short name, or its class."""
        named = self.recipe.make_flat is not None
        return self.recipe.name if named else type(self.optimizer).__name__

    @property
    def lr(self) -> float:
        """The learning rate (of the first parameter group); setting it sets every group's."""
        return float(self.optimizer.param_groups[0]["lr"])

    @lr.setter
    def lr(self, lr: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = lr

    def drives(self, model: nn.Module) -> bool:
        """Whether the model's parameters are still those this was made for."""
        now = list(model.parameters())
        return len(now) == len(self._parameters) and all(map(is_, now, self._parameters))

    # -- while training runs ---------------------------------------------------------------

    def bind(self) -> None:
        """Training begins. Every call must be followed by `release`."""
        if self._flat is not None and not self._flat.suits():
            self._leave_flat()
        elif self._flat is None and not self.optimizer.state and fits(self._parameters):
            self._enter_flat()
        if self._flat is not None:
            self._flat.bind()
        self._save()
        self._stepped = False

    def release(self) -> None:
        """Training pauses: the parameters are as ordinary as before. May be called twice."""
        if self._flat is not None:
            self._flat.release()

    def step(self, batch_loss: Callable[[], Tensor], pinned: NDArray[np.bool_] | None) -> float:
        """Make one step.

        Parameters
        ----------
        batch_loss : callable
            Computes the batch's loss, with its graph.
        pinned : (size,) bool array or None
            Entries of the flat parameter vector that keep their value.

        Returns
        -------
        float
            The loss before the step.

        Raises
        ------
        Diverged
            When the loss or a parameter is not finite; call `restore` then.
        """
        self._take_up()
        loss, value = self._backward(batch_loss)
        if self._flat is not None and not self._flat.gather():
            self._leave_flat()
        self._save()
        if self.recipe.make_flat is not None:
            self._advance()
        else:
            self._advance(_closure(loss, lambda: self._backward(batch_loss)[0]))
        self._stepped_to(pinned)
        return value

    @property
    def values(self) -> Tensor:
        """The flat parameters, (size,), for `take`: what somebody works a gradient out at."""
        self._take_up()
        if self._flat is None:
            raise RuntimeError("there are flat parameters only while one optimizer moves them all")
        return self._flat.values

    def take(self, value: float, gradient: Tensor, pinned: NDArray[np.bool_] | None) -> None:
        """Make a step with a loss and a flat gradient (size,) that were worked out elsewhere."""
        _check_loss(value)
        assert self._flat is not None
        self._flat.gradient.copy_(gradient)
        if self.penalty:
            self.penalty.add_to(self._flat.split(self._flat.gradient), self._parameters)
        self._save()
        self._advance()
        self._stepped_to(pinned)

    def _take_up(self) -> None:
        if self._flat is not None and not self._flat.intact:
            self.release()  # somebody gave a parameter new data
            self.bind()

    def _stepped_to(self, pinned: NDArray[np.bool_] | None) -> None:
        if pinned is not None:
            self._unmove(pinned)
        if not all(_finite(values) for values in self._values()):
            raise Diverged(words.Text("a parameter is no longer finite"))
        self._stepped = True

    @property
    def last_step(self) -> NDArray[np.float64] | None:
        """What the last step added to the flat parameters, (size,); None before there was one."""
        values = self._values()
        if not self._stepped or values[0].shape != self._saved[0].shape:
            return None
        moved = [(now - old).reshape(-1) for now, old in zip(values, self._saved, strict=False)]
        added: NDArray[np.float64] = torch.cat(moved).double().cpu().numpy()
        return added

    def _backward(self, batch_loss: Callable[[], Tensor]) -> tuple[Tensor, float]:
        for p in self._parameters:
            p.grad = None
        loss = batch_loss()
        value = loss.item()
        _check_loss(value)
        if not loss.requires_grad:
            raise RuntimeError(_why_no_gradient(self._parameters))
        try:
            backward(loss)
        except RuntimeError as error:
            if "modified by an inplace operation" in str(error):
                error.add_note(_TWO_AT_ONCE)
            raise
        if self.penalty:
            self.penalty.pull(self._parameters)
            if self.recipe.make_flat is None:  # such as LBFGS, which compares losses
                loss = loss.detach() + self.penalty.value(self._parameters)
        return loss, value

    def _values(self) -> list[Tensor]:
        return [self._flat.values] if self._flat else [p.data for p in self._parameters]

    def _save(self) -> None:
        torch._foreach_copy_(self._saved, [*self._values(), *self._buffers])

    def restore(self) -> None:
        """Put back what the parameters and buffers were before the last step that was made.

        The optimizer's state may hold what made them diverge: it starts anew.
        """
        torch._foreach_copy_([*self._values(), *self._buffers], self._saved)
        self.optimizer.state.clear()

    def _unmove(self, pinned: NDArray[np.bool_]) -> None:
        mask = torch.from_numpy(pinned.copy())
        values = self._values()
        parts = torch.split(mask, [value.numel() for value in values])
        for value, saved, part in zip(values, self._saved, parts, strict=False):
            still = part.view(value.shape).to(value.device)
            value.copy_(torch.where(still, saved, value))

    def _enter_flat(self) -> None:
        if self.recipe.make_flat is not None:
            lr = self.lr
            self._flat = Flat(self._parameters)
            self._use(self.recipe.make_flat([self._flat.whole]))
            self.lr = lr

    def _leave_flat(self) -> None:
        """Go on with each parameter by itself, from the same optimizer state."""
        assert self._flat is not None
        self._flat.release()
        optimizer = self.spread()
        self._flat = None
        self._use(optimizer)

    def spread(self) -> Optimizer:
        """Return an optimizer of the model's own parameters, with the state of now.

        The one at work where that is of this kind; else a new one with copies.
        """
        flat, old = self._flat, self.optimizer
        if flat is None:
            return old
        optimizer = self.recipe.make(self._parameters)
        for group in optimizer.param_groups:
            group["lr"] = self.lr
        for name, state in old.state.get(flat.whole, {}).items():
            whole = isinstance(state, Tensor) and state.shape == flat.whole.shape
            pieces = flat.split(state) if whole else [state] * len(self._parameters)
            for p, piece in zip(self._parameters, pieces, strict=True):
                # The model may be of another dtype or on another device by now.
                like = p if whole else piece
                tensor = isinstance(piece, Tensor)
                optimizer.state[p][name] = piece.to(like, copy=True) if tensor else piece
        return optimizer


def _check_loss(value: float) -> None:
    if not math.isfinite(value):
        raise Diverged(words.Text("the loss of a batch is {loss}", loss=value))


def _why_no_gradient(parameters: list[nn.Parameter]) -> str:
    if not any(p.requires_grad for p in parameters):
        return "nothing can be trained: every parameter of the model has requires_grad=False"
    if not torch.is_grad_enabled():
        return "nothing can be trained inside torch.no_grad() or torch.set_grad_enabled(False)"
    return (
        "the loss does not depend on the model's parameters, so nothing can be trained: is there "
        "a detach(), no_grad(), argmax() or numpy() in the model's forward or in the loss?"
    )


def _closure(first: Tensor, again: Callable[[], Tensor]) -> Callable[[], Tensor]:
    """What torch calls a closure, whose first call answers with what is computed already.

    Most optimizers call it once; those that need several evaluations (LBFGS) go on.
    """
    ready = [first]
    return lambda: ready.pop() if ready else again()


def _finite(values: Tensor) -> bool:
    # One sum tells nearly always; only a sum that overflows needs the exact look.
    return math.isfinite(values.sum().item()) or bool(torch.isfinite(values).all())
