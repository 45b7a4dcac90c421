"""What is chosen on a playground: checked, frozen, and changed only as a whole."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import index
from typing import Any

from nnwidgets.core._arrays import did_you_mean
from nnwidgets.core._inits import INITS, init_name
from nnwidgets.core._restructure import MAX_LAYERS, MAX_UNITS
from nnwidgets.core.activations import ACTIVATIONS
from nnwidgets.core.catalogue import BY_NAME, TOYS
from nnwidgets.core.input_features import InputFeatures
from nnwidgets.training.bench.subject import OWN, Subject, toy_subject
from nnwidgets.training.optimizers import NAMES as OPTIMIZERS

REGULARIZATIONS = ("none", "l1", "l2")
PROBLEMS = ("classification", "regression")
MOST_SAMPLES = 5000
LARGEST_SEED = 2**31 - 1

_KNOWN = tuple(ACTIVATIONS)


@dataclass(frozen=True)
class Choices:
    """All that can be chosen on a playground.

    Attributes
    ----------
    dataset : str
        A toy of ``nnw.datasets``, or ``"own"``.
    n, noise, ratio, data_seed
        Points in all, how far they are scattered, the share to train on, and their seed.
    features : tuple of str
        Formulas of the inputs that the network is given, as in ``nnw.mlp(features=...)``.
    hidden : tuple of int
        Units of each hidden layer.
    activation : str or tuple of str
    loss : str
    optimizer, learning_rate, batch_size
        `batch_size` None is all the data at once.
    regularization, regularization_rate
        ``"none"``, ``"l1"`` or ``"l2"``, and how strong.
    init, seed
        How weights are drawn, and the seed of weights and batches.
    """

    dataset: str = "ring"
    n: int = 200
    noise: float = 0.05
    ratio: float = 0.5
    data_seed: int = 0
    features: tuple[str, ...] = ("x1", "x2")
    hidden: tuple[int, ...] = (4, 2)
    activation: str | tuple[str, ...] = "tanh"
    loss: str = "bce"
    optimizer: str = "adam"
    learning_rate: float = 0.03
    batch_size: int | None = 10
    regularization: str = "none"
    regularization_rate: float = 0.001
    init: str = "torch"
    seed: int = 0


NAMES = tuple(field.name for field in dataclasses.fields(Choices))


class Chooser:
    """Changes choices so that they stay right, or says what is wrong with a value.

    Parameters
    ----------
    own : Subject, optional
        What the user's own data are about, where there are some.
    kept : sequence of str
        Values beyond those known here that the user's own network and trainer brought along:
        a loss or an optimizer of the user's.

    Examples
    --------
    >>> chooser = Chooser()
    >>> chooser.change(Choices(), dataset="three_blobs").loss
    'cross_entropy'
    >>> chooser.change(Choices(), dataset="moon")
    Traceback (most recent call last):
        ...
    ValueError: dataset must be one of the known ones, got 'moon'. Did you mean 'moons'?
    """

    def __init__(self, own: Subject | None = None, kept: Sequence[str] = ()) -> None:
        self.own = own
        self._kept = tuple(kept)

    @property
    def datasets(self) -> tuple[str, ...]:
        """Names of all data there are, the user's own first."""
        return (*((OWN,) if self.own else ()), *(toy.name for toy in TOYS))

    def subject(self, choices: Choices) -> Subject:
        """Return what is to be learned."""
        own = self.own if choices.dataset == OWN else None
        return own if own is not None else toy_subject(choices.dataset)

    def first(self, **given: Any) -> Choices:
        """Return the choices of a new playground."""
        return self.change(Choices(), **{"dataset": self.datasets[0], **given})

    def change(self, now: Choices, **given: Any) -> Choices:
        """Return choices of which some are others.

        What hangs on them follows where it is not given: other data begin with their own noise,
        number of points and loss.

        Raises
        ------
        TypeError, ValueError
            For an unknown name, or a value that does not fit, naming it and what is near.
        """
        for name in given:
            if name not in NAMES:
                raise TypeError(f"Playground has no choice {name!r}. {did_you_mean(name, NAMES)}")
        checked = {name: self._check(name, value) for name, value in given.items()}
        wanted = dataclasses.replace(now, **{**self._following(now, checked), **checked})
        return self._fitting(wanted, checked)

    def _check(self, name: str, value: Any) -> Any:
        if name == "dataset":
            return _one_of(name, value, self.datasets)
        if name in ("loss", "optimizer") and value in self._kept:
            return value
        return _CHECKS[name](name, value)

    def _following(self, now: Choices, given: Mapping[str, Any]) -> dict[str, Any]:
        name = given.get("dataset", now.dataset)
        if name == now.dataset or name not in BY_NAME:
            return {}
        toy = BY_NAME[name]
        return {"noise": toy.noise, "n": toy.n}

    def _fitting(self, wanted: Choices, given: Mapping[str, Any]) -> Choices:
        subject = self.subject(wanted)
        if wanted.loss not in subject.losses:
            if "loss" in given:
                raise ValueError(
                    f"loss {wanted.loss!r} does not fit the data {wanted.dataset!r}: "
                    f"choose {' or '.join(map(repr, subject.losses))}"
                )
            wanted = dataclasses.replace(wanted, loss=subject.losses[0])
        return _activations(self._features(subject, wanted, given), given)

    def _features(self, subject: Subject, wanted: Choices, given: Mapping[str, Any]) -> Choices:
        inputs = len(subject.features)
        plain = tuple(f"x{i + 1}" for i in range(inputs))
        now = wanted.features
        # Of other data the inputs are others: those of two suit one only by their names.
        same = "dataset" not in given or max(_named(now), default=0) == inputs
        try:
            fitted = InputFeatures(inputs, now).features if "features" in given or same else plain
        except ValueError as error:
            if "features" in given:
                raise ValueError(f"features must be formulas of the inputs: {error}") from None
            fitted = plain
        return dataclasses.replace(wanted, features=fitted)


def _activations(wanted: Choices, given: Mapping[str, Any]) -> Choices:
    """Return as many activations as there are hidden layers."""
    if not isinstance(wanted.activation, tuple):
        return wanted
    count, have = len(wanted.hidden), len(wanted.activation)
    if have == count:
        return wanted
    if "activation" in given:
        raise ValueError(
            f"activation must be one name, or {count}, one for each hidden layer; got {have}"
        )
    rest = (wanted.activation[-1:] or ("tanh",)) * count
    fitted = (*wanted.activation, *rest)[:count]
    return dataclasses.replace(wanted, activation=fitted if count else "tanh")


def _named(features: Sequence[str]) -> list[int]:
    """Return the numbers of the inputs that formulas name."""
    return [int(digits) for formula in features for digits in re.findall(r"x(\d+)", formula)]


def _one_of(name: str, value: Any, known: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in known:
        hint = did_you_mean(value, known) if isinstance(value, str) else did_you_mean("", known)
        raise ValueError(f"{name} must be one of the known ones, got {_short(value)}. {hint}")
    return value


def _name_in(known: Sequence[str]) -> Callable[[str, Any], str]:
    return lambda name, value: _one_of(name, value, known)


def _number(least: float, most: float, *, open_below: bool = False) -> Callable[[str, Any], float]:
    def check(name: str, value: Any) -> float:
        try:
            if isinstance(value, bool | str):
                raise TypeError
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not (least < number if open_below else least <= number) or not number <= most:
            edge = f"above {least:g}, up to" if open_below else f"from {least:g} to"
            raise ValueError(f"{name} must be a number {edge} {most:g}, got {_short(value)}")
        return number

    return check


def _whole(least: int, most: int) -> Callable[[str, Any], int]:
    def check(name: str, value: Any) -> int:
        try:
            number = least - 1 if isinstance(value, bool) else index(value)
        except TypeError:
            number = least - 1
        if not least <= number <= most:
            raise ValueError(
                f"{name} must be an integer from {least} to {most}, got {_short(value)}"
            )
        return number

    return check


def _batch(name: str, value: Any) -> int | None:
    try:
        return None if value is None else _whole(1, MOST_SAMPLES)(name, value)
    except ValueError as error:
        raise ValueError(str(error).replace("must be", "must be None (all data) or")) from None


def _formulas(name: str, value: Any) -> tuple[str, ...]:
    several = isinstance(value, list | tuple) and 1 <= len(value) <= MAX_UNITS
    if not several or not all(isinstance(one, str) and len(one) <= 40 for one in value):
        raise ValueError(
            f"{name} must be a list of formulas such as ['x1', 'x1*x2'], got {_short(value)}"
        )
    return tuple(value)


def _hidden(name: str, value: Any) -> tuple[int, ...]:
    units = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else None
    if units is None or len(units) > MAX_LAYERS:
        raise ValueError(
            f"{name} must be a list of at most {MAX_LAYERS} numbers of units, got {_short(value)}"
        )
    return tuple(_whole(1, MAX_UNITS)(f"{name}[{place}]", one) for place, one in enumerate(units))


def _activation(name: str, value: Any) -> str | tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(
            _one_of(f"{name}[{i}]", one, tuple(ACTIVATIONS)) for i, one in enumerate(value)
        )
    return _one_of(name, value, tuple(ACTIVATIONS))


def _init(name: str, value: Any) -> str:
    try:
        return init_name(value)
    except ValueError:
        return _one_of(name, value, tuple(INITS))


def _short(value: Any) -> str:
    if isinstance(value, int) and value.bit_length() > 64:
        return "an integer of more than 64 bits"  # whose repr() may be an error
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "n": _whole(4, MOST_SAMPLES),
    "noise": _number(0, 2),
    "ratio": _number(0.1, 0.9),
    "data_seed": _whole(0, LARGEST_SEED),
    "features": _formulas,
    "hidden": _hidden,
    "activation": _activation,
    "loss": _name_in(("bce", "cross_entropy", "mse", "half_mse")),
    "optimizer": _name_in(OPTIMIZERS),
    "learning_rate": _number(0, 1000, open_below=True),
    "batch_size": _batch,
    "regularization": _name_in(REGULARIZATIONS),
    "regularization_rate": _number(0, 100),
    "init": _init,
    "seed": _whole(0, LARGEST_SEED),
}
