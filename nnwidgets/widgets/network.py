"""``Network``: your module, its data and its loss, as one object that every view shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import traitlets

from nnwidgets import words
from nnwidgets.core.data import Data
from nnwidgets.core.problem import Problem
from nnwidgets.core.snapshot import Snapshot
from nnwidgets.training.run import Run
from nnwidgets.widgets._about import frozen_references, hidden_activation, summary
from nnwidgets.widgets._announce import Announcer
from nnwidgets.widgets._given import given, pair
from nnwidgets.widgets._live import Arrays, Live
from nnwidgets.widgets._parameter import ParameterValue, ParameterValues
from nnwidgets.widgets._presets import Preset
from nnwidgets.widgets._saving import Saving

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import ArrayLike
    from torch import nn

    from nnwidgets.core.datasets import Dataset


class Network(Saving):
    """A PyTorch module with its data and loss, shown and moved by any number of views.

    The module stays yours: weights are read from it and written into it in place, so an optimizer
    made earlier still works, and a loop of your own may train it (call :meth:`record` once an
    epoch). Displaying the network shows the control bar.

    Parameters
    ----------
    model
        Any module with floating-point parameters that maps X to (n,) or (n, k). Stacks of
        ``nn.Linear`` and the known activations are computed in the browser, others in Python.
    X : array_like, shape (n, d), or Dataset
        Inputs: array, tensor, list or DataFrame; finite. Pictures are (n, c, h, w), or (n, h, w)
        where they are grey; the model gets rows of the shape they are given in, and whole numbers
        as int64 where it begins with an ``nn.Embedding``.
    y : array_like, shape (n,) or (n, k)
        Targets. Left out where ``X`` is one of ``nnw.datasets``, which has targets and names.
    loss : str or callable, default "auto"
        ``"bce"`` (with logits, unless the model ends in a Sigmoid), ``"mse"``, ``"half_mse"``
        (half of it: ½(ŷ - y)² for one output), ``"cross_entropy"``, or
        ``loss(outputs, targets)`` returning a scalar tensor. ``"auto"`` decides by the targets.
    test : pair of array_like or Dataset, optional
        ``(X_test, y_test)``, scored beside the training data.
    feature_names, class_names : sequence of str, optional
        Names for axes and legends.
    lang : {"en", "zh"}, default "en"
        The language of its pages: English or Simplified Chinese. Errors raised in Python are
        English in both.

    show, hide, freeze, theme
        Presets, as for a view (see ``DecisionLines``), which hold for all views of the network.

    Attributes
    ----------
    weights : dict of str to ndarray
        Trait. Named and shaped as in ``model.state_dict()``; new arrays each time. Assigning a
        dict, of all parameters or of some, writes into the module.
    activation : str or list of str
        Trait. The hidden layers' activation; a list where layers differ. Assigning swaps the
        modules in place.
    epoch, loss, accuracy
        Traits, read-only.
    X, y : ndarray
        Traits. Read-only arrays of the data; assigning replaces them by as many rows. They change
        when points are edited in a view.
    run : Run
        The problem, its history and its trainer.
    lang : str
        Trait, read-only.

    Raises
    ------
    ValueError, TypeError
        For data, a loss or a module that do not fit together, naming the argument.

    Notes
    -----
    Observers (``net.observe(f, names="weights")``) hear of every write, wherever it came from:
    at once in the main thread; at most sixty times a second while training runs, and always of
    the last change. What a background thread did is announced in the kernel's main thread when
    that is free, or in a background thread where there is no kernel.

    Examples
    --------
    >>> net = Network(nnw.mlp([2, 2, 1]), X, y, loss="bce")  # doctest: +SKIP
    >>> net.weights["0.bias"]  # doctest: +SKIP
    array([0.1, -0.3], dtype=float32)
    >>> net.weights = {"0.bias": [1.0, 0.0]}  # doctest: +SKIP
    """

    weights = Live(
        lambda self: self._get_weights(),
        lambda self, arrays: self.set_weights(arrays),
        help="Parameter name to array, as in model.state_dict().",
    )
    activation = Live(
        lambda self: self._hidden,
        lambda self, value: self.run.set_activation(value),
        help="Activation of the hidden layers.",
    )
    epoch = Live(lambda self: self.run.epoch, help="Epochs trained so far.")
    loss = Live(lambda self: self.run.loss, help="Loss over the training data.")
    accuracy = Live(lambda self: self.run.accuracy, help="Share of points classified correctly.")
    X = Live(
        lambda self: self._get_X(),
        lambda self, X: self._set_one("X", X),
        help="Inputs, shape (n, d), or as they were given.",
    )
    y = Live(
        lambda self: self.run.problem.data.y,
        lambda self, y: self._set_one("y", y),
        help="Targets, shape (n,) or (n, k).",
    )

    def __init__(
        self,
        model: nn.Module,
        X: ArrayLike | Dataset,
        y: ArrayLike | None = None,
        loss: str | Callable[..., Any] = "auto",
        *,
        test: tuple[ArrayLike, ArrayLike] | Dataset | None = None,
        feature_names: Sequence[str] | None = None,
        class_names: Sequence[str] | None = None,
        lang: str = "en",
        show: str | Sequence[str] | None = None,
        hide: str | Sequence[str] | None = None,
        freeze: str | Sequence[str] | None = None,
        theme: str = "auto",
    ) -> None:
        words.check(lang)
        preset = Preset(show, hide, freeze, everywhere=True)
        data = given(X, y, feature_names, class_names)
        problem = Problem(
            model,
            data.X,
            data.y,
            loss=loss,
            test=pair(test),
            feature_names=data.feature_names,
            class_names=data.class_names,
        )
        self._parameter_values = ParameterValues(self)
        self._serial = 0
        self._hidden = hidden_activation(problem)
        preset.check(problem.parameters)
        super().__init__(Run(problem), lang, theme)
        self._announcer = Announcer(self)
        preset.take(self, self)

    # -- reading and writing -----------------------------------------------------------------

    def set_weights(
        self,
        arrays: Mapping[str, ArrayLike] | Sequence[ArrayLike],
        layout: Literal["torch", "keras"] = "torch",
    ) -> None:
        """Write parameters into the module, in place.

        Parameters
        ----------
        arrays
            A dict by parameter name (all of them or some), or a list of all in the module's
            order, such as Keras' ``model.get_weights()``.
        layout
            ``"torch"``: a Linear's weight is (out, in). ``"keras"``: it is (in, out).

        Raises
        ------
        ValueError, TypeError
            For an unknown name, a wrong shape or dtype, a number that is not finite, or a frozen
            parameter that would change. The module is then as it was.
        """
        revision = self.run.problem.revision
        parameters = self.run.problem.parameters
        if isinstance(arrays, list | tuple):
            index, value = parameters.sequence(arrays, layout)
        else:
            index, value = parameters.parse(arrays, layout)  # type: ignore[arg-type]
        self.run.write(index, value, revision=revision)

    def set_data(
        self,
        X: ArrayLike | Dataset,
        y: ArrayLike | None = None,
        *,
        test: tuple[ArrayLike, ArrayLike] | Dataset | Literal["same"] | None = "same",
    ) -> None:
        """Replace the data by others of the same number of features; n may change.

        `test` replaces what is scored besides, None by nothing; by default that stays.
        """
        data = given(X, y)
        checked = Data.check(data.X, data.y, self.run.problem.parameters.dtype)
        self.run.replace_data(checked, "same" if isinstance(test, str) else pair(test))

    def _set_one(self, name: str, value: ArrayLike) -> None:
        """Replace X or y alone; the other says how many rows there have to be."""
        n, got = len(self.X), np.shape(value)
        if got and got[0] != n:
            raise ValueError(
                f"{name} must have {n} rows, as many as there are points; got {got[0]}. "
                "net.set_data(X, y) replaces both"
            )
        self.set_data(*((value, self.y) if name == "X" else (self.X, value)))

    def parameter(self, reference: str) -> ParameterValue:
        """Return one weight as an object with a ``value`` trait, to link with any ipywidget.

        Parameters
        ----------
        reference
            One entry, such as ``"0.weight[0,1]"``.

        Raises
        ------
        ValueError
            If the reference names no entry, or several.

        Examples
        --------
        >>> slider = ipywidgets.FloatSlider(min=-3, max=3)  # doctest: +SKIP
        >>> weight = net.parameter("0.weight[0,1]")  # doctest: +SKIP
        >>> ipywidgets.link((weight, "value"), (slider, "value"))  # doctest: +SKIP
        """
        return self._parameter_values.find(reference)

    def freeze(self, *references: str) -> None:
        """Keep these from being trained or dragged: ``"0.bias"`` or ``"0.weight[0,1]"``."""
        self.run.freeze(*references)

    def unfreeze(self, *references: str) -> None:
        """Let these be trained and dragged again; without a reference, all of them."""
        self.run.unfreeze(*(references or self.frozen))

    @property
    def frozen(self) -> list[str]:
        """References of what is frozen: whole parameters by name, else single entries."""
        return frozen_references(self.run.problem)

    def snapshot(self) -> Snapshot:
        """Return the present state, frozen: parameters, epoch, loss."""
        run = self.run
        with run.problem.turn:
            self._serial += 1
            activation = self.activation
            return Snapshot(
                serial=self._serial,
                epoch=run.epoch,
                activation=activation if isinstance(activation, str) else tuple(activation),
                parameters=run.problem.parameters.arrays(),
                loss=run.loss,
                accuracy=run.accuracy,
            )

    def __repr__(self) -> str:
        return f"Network({summary(self.run.problem, self.activation)}, epoch {self.epoch})"

    def _changed(self, kind: str) -> None:
        if kind == "structure":
            self._hidden = hidden_activation(self.run.problem)
            self._parameter_values.find_again()
        super()._changed(kind)
        if kind == "structure":
            for view in self._views:
                view._refit()
        self._announcer.changed(kind)

    def _owners(self) -> list[traitlets.HasTraits]:
        return [self, *self._views]

    def _linked(self) -> list[ParameterValue]:
        return self._parameter_values.used()

    def _get_X(self) -> Any:
        data = self.run.problem.data
        return data.X.reshape(len(data), *data.shape)  # a view, read-only as the data is

    def _get_weights(self) -> Arrays:
        with self.run.problem.turn:
            return Arrays(self.run.problem.parameters.arrays())
