"""A model with its data, loss and parameters, checked to fit together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import is_
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from nnwidgets.core._arrays import check_finite, to_array, to_floats
from nnwidgets.core._fitting import TEST, fitting, fitting_test, plain_ids
from nnwidgets.core._forward import check_outputs
from nnwidgets.core._names import check_class_names, check_feature_names
from nnwidgets.core._revision import Outdated
from nnwidgets.core._rows import TRIAL, try_out
from nnwidgets.core._threads import one_thread_if_small
from nnwidgets.core.data import Data
from nnwidgets.core.losses import Loss, resolve
from nnwidgets.core.parameters import Parameters
from nnwidgets.core.structure import Stack, evaluating, read_stack
from nnwidgets.core.turn import Turn

_CHUNK = 1 << 16  # rows of one forward pass in outputs_at: bounds its memory


@dataclass(frozen=True)
class Score:
    """Loss and accuracy (None for a regression) over a whole data set."""

    loss: float
    accuracy: float | None


class Problem:
    """A module with the data, the loss and the parameters it is trained on.

    The module is the user's own and is never copied. Everybody who reads or writes it while
    training may run does so inside ``with problem.turn:``; the methods here do it themselves.

    Parameters
    ----------
    model : nn.Module
        Maps X to (n,) or (n, k). It is called once in evaluation mode, and left unchanged.
    X : array_like of shape (n, d), or (n, c, h, w) for pictures, or of any more dimensions
        The model gets rows as they are given. Two things are tried where it does not take them:
        grey pictures (n, h, w) with an axis for their channel, and whole numbers as int64 where
        the model has an ``nn.Embedding``.
    y : array_like of shape (n,) or (n, k)
    loss : str or callable
        See :func:`nnwidgets.core.losses.resolve`.
    test : pair of array_like, optional
        (X, y) to evaluate on besides.
    feature_names : sequence of str, optional
        A name for each column; by default a DataFrame's own, else x₁, x₂, ...
    class_names : sequence of str, optional
        A name for each class.

    Attributes
    ----------
    parameters : Parameters
    data, test : Data, Data or None
    loss : Loss
    turn : Turn
    feature_names : tuple of str
    class_names : tuple of str, or None
    inputs, outputs : int
        Columns of X, and of the model's outputs (1 for outputs of shape (n,)).
    row_shape : tuple of int
        Of one row as the model gets it: (d,), or (c, h, w).
    frozen, held : ndarray of bool, shape (parameters.size,)
        What is neither trained nor dragged, and what a user holds at the moment.
    initial, initial_buffers : ndarray of shape (parameters.size,), dict of str to Tensor
        The parameters and buffers when the Problem was made.
    revision : int
        Grows with every change of units or layers: a flat index means another entry then.

    Raises
    ------
    TypeError, ValueError
        If anything does not fit; the model is unchanged.

    Examples
    --------
    >>> problem = Problem(nn.Linear(2, 1), [[0.0, 1.0], [1.0, 0.0]], [0, 1])
    >>> problem.loss.name, problem.inputs, problem.outputs
    ('bce', 2, 1)
    """

    def __init__(
        self,
        model: nn.Module,
        X: ArrayLike,
        y: ArrayLike,
        *,
        loss: str | Callable[[Tensor, Tensor], Tensor] = "auto",
        test: tuple[ArrayLike, ArrayLike] | None = None,
        feature_names: Sequence[str] | None = None,
        class_names: Sequence[str] | None = None,
    ) -> None:
        self.turn, self.revision = Turn(), 0
        self.parameters = Parameters(model)
        self.model = model
        self.data = Data.check(plain_ids(X, model), y, self.parameters.dtype)
        self.inputs = self.data.X.shape[1]
        with one_thread_if_small(self.parameters.size * TRIAL):
            self.refresh()
            self._check_inputs()
            like = self.parameters.first
            self._form, outputs = try_out(model, self.data.X, self.data.shape, like)
            self._like = outputs.detach()[:0]
            self.outputs = 1 if outputs.ndim == 1 else outputs.shape[1]
            self.loss: Loss = resolve(loss, model, self.data.y, outputs)
            self._train = self._tensors(self.data)
            self.loss(outputs, self._train[1][: len(outputs)])
        self.test, self._test = self.scored(test)
        self.feature_names = check_feature_names(feature_names, X, self.inputs)
        self.class_names = check_class_names(class_names, self.loss.task, self.outputs)
        self.frozen = np.zeros(self.parameters.size, bool)
        self.held = np.zeros(self.parameters.size, bool)
        self.mark_initial()

    @property
    def stack(self) -> Stack | None:
        """The model as dense layers, as :meth:`refresh` last read it; None if it is not."""
        return self._stack

    @property
    def row_shape(self) -> tuple[int, ...]:
        """The shape of one row as the model gets it."""
        return self._form.shape

    def refresh(self) -> None:
        """Read the model's structure anew, after its activations were swapped."""
        with self.turn:
            self._stack = read_stack(self.model)
            self._modules = list(self.model.modules())

    @property
    def changed(self) -> bool:
        """Whether modules of the model were swapped, added or removed since :meth:`refresh`."""
        now = list(self.model.modules())
        return len(now) != len(self._modules) or not all(map(is_, now, self._modules))

    def check_revision(self, revision: int | None) -> None:
        """Raise `Outdated` for a revision that is not the present one; None is any."""
        if revision is not None and revision != self.revision:
            raise Outdated

    @property
    def Xt(self) -> Tensor:
        """The training points as a tensor (n, d), on the model's device."""
        return self._placed("train")[0]

    @property
    def yt(self) -> Tensor:
        """The training targets as a tensor, lined up with the model's outputs."""
        return self._placed("train")[1]

    @property
    def test_tensors(self) -> tuple[Tensor, Tensor] | None:
        """The test points and targets as tensors, None without test data."""
        return None if self.test is None else self._placed("test")

    def replace_data(self, data: Data) -> None:
        """Train on other data, which has to fit the model and the loss as the first did.

        Raises
        ------
        ValueError
            If it does not fit; the old data stay.
        """
        data = fitting(data, self.data, self.parameters.dtype)
        tensors = self._tensors(data)
        with self.turn:
            self.data, self._train = data, tensors

    def scored(self, test: object) -> tuple[Data | None, tuple[Tensor, Tensor] | None]:
        """Return test data (X, y), or None, as they are kept here, if they fit the others."""
        data = None if test is None else fitting_test(test, self.data, self.parameters.dtype)
        return data, None if data is None else self._tensors(data, TEST)

    def evaluate(self, which: Literal["train", "test"] = "train") -> Score:
        """Return loss and accuracy over all data, in evaluation mode.

        Raises ValueError for "test" without test data.
        """
        with self.turn, evaluating(self.model), torch.no_grad():
            X, y = self._placed(which)
            with one_thread_if_small(self.parameters.size * len(X)):
                outputs = check_outputs(self.model(X), len(X))
                return Score(float(self.loss(outputs, y)), self.loss.accuracy(outputs, y))

    def outputs_at(self, X: ArrayLike) -> NDArray[Any]:
        """Return the model's outputs for points ``X``, in evaluation mode.

        Parameters
        ----------
        X : array_like of shape (n, d)

        Returns
        -------
        ndarray of shape (n, outputs), of the parameters' dtype
        """
        points = to_array(X, "X")
        if points.ndim > 2 and points.shape[1:] in (self.data.shape, self.row_shape):
            points = points.reshape(len(points), -1)
        if points.ndim != 2 or points.shape[1] != self.inputs:
            raise ValueError(f"X must have shape (n, {self.inputs}), got {points.shape}")
        points = to_floats(points, self.parameters.dtype, "X")
        out = np.empty((len(points), self.outputs), self.parameters.dtype)
        with self.turn, evaluating(self.model), torch.no_grad():
            for start in range(0, len(points), _CHUNK):
                rows = self._place(points[start : start + _CHUNK])
                outputs = check_outputs(self.model(rows), len(rows)).cpu().double()
                out[start : start + _CHUNK] = outputs.reshape(-1, self.outputs).numpy()
        return out

    def batch_loss(self, xb: Tensor, yb: Tensor) -> Tensor:
        """Return the loss of a batch with its autograd graph, in training mode.

        Slices of :attr:`Xt` and :attr:`yt` are what to pass. A model in evaluation mode is put in
        training mode and stays there.
        """
        if not self.model.training:
            self.model.train()
        return self.loss(check_outputs(self.model(xb), len(xb)), yb)

    def freeze(self, *references: str) -> None:
        """Freeze parameters ("0.weight") or entries of them ("0.weight[0,1]")."""
        self._mark(references, True)

    def unfreeze(self, *references: str) -> None:
        """Undo :meth:`freeze`."""
        self._mark(references, False)

    def mark_initial(self) -> None:
        """Take the parameters and buffers as they are for the initial ones."""
        with self.turn:
            self.initial = self.parameters.read()
            self.initial.flags.writeable = False
            self.initial_buffers = {
                name: buffer.detach().clone() for name, buffer in self.model.named_buffers()
            }

    def restore_initial(self) -> None:
        """Write the initial parameters, frozen ones too, and buffers back, in place."""
        with self.turn, torch.no_grad():
            self.parameters.write(np.arange(self.parameters.size), self.initial)
            for name, buffer in self.model.named_buffers():
                if name in self.initial_buffers:
                    buffer.copy_(self.initial_buffers[name])

    def _mark(self, references: Sequence[str], value: bool) -> None:
        # All of them are looked up before the first is marked.
        indices = [self.parameters.index(reference) for reference in references]
        with self.turn:
            for index in indices:
                self.frozen[index] = value

    def _check_inputs(self) -> None:
        if self._stack is None or self._stack.inputs == self.inputs:
            return
        first = self._stack.layers[0]
        raise ValueError(
            f"X must have {self._stack.inputs} columns, as many as the model's first layer "
            f"{first.name!r} has inputs; got shape {self.data.X.shape}"
        )

    def _place(self, X: NDArray[Any]) -> Tensor:
        """Return rows (n, d) as the model takes them, on its device."""
        return self._form.place(X, self.parameters.first)

    def _tensors(self, data: Data, names: tuple[str, str] = ("X", "y")) -> tuple[Tensor, Tensor]:
        X = self._place(data.X)
        y = self.loss.targets(data.y, self._like, X.device, self._like.dtype)
        for tensor, given, name in zip((X, y), (data.X, data.y), names, strict=True):
            if not torch.isfinite(tensor).all():  # half precision holds less than Data does
                finite = tensor.reshape(given.shape).double().cpu().numpy()
                check_finite(finite, given, name, str(tensor.dtype))
        return X, y

    def _placed(self, which: str) -> tuple[Tensor, Tensor]:
        """Return the tensors of "train" or "test", anew if the model has moved since."""
        if which not in ("train", "test"):
            raise ValueError(f"which must be 'train' or 'test', got {which!r}")
        like, tensors = self.parameters.first, self._train if which == "train" else self._test
        if tensors is None:
            raise ValueError("there are no test data: pass test=(X, y)")
        X = tensors[0]
        if X.device == like.device and (X.dtype == like.dtype or not X.is_floating_point()):
            return tensors
        self._like = self._like.to(like.device, like.dtype)
        self._train = self._tensors(self.data)
        self._test = None if self.test is None else self._tensors(self.test, TEST)
        return self._placed(which)
