"""The whole state of a network as plain values: taken from a problem, to text and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

import nnwidgets
from nnwidgets.core.data import Data
from nnwidgets.core.losses import NAMES
from nnwidgets.core.state import _binary, _text
from nnwidgets.core.state._fields import Fields, StateError
from nnwidgets.core.state._parameters import ParameterInfo, parameters_of, read_parameters
from nnwidgets.core.state._structure import Structure

if TYPE_CHECKING:
    from nnwidgets.core.problem import Problem

#: Of the whole record. It grows when older readers could not read what is written.
FORMAT = 1


@dataclass(frozen=True)
class TrainerSettings:
    """How a network is trained; ``optimizer`` is a name, "custom" for a function of the user's."""

    optimizer: str
    lr: float
    batch_size: int | None
    seed: int
    speed: float | None = None
    l1: float = 0.0
    l2: float = 0.0


@dataclass(frozen=True)
class NetworkState:
    """A network at one moment, with all that it takes to go on from there elsewhere.

    Attributes
    ----------
    structure : Structure
    parameters : tuple of ParameterInfo
        In the order of the flat vector.
    values, initial : ndarray of shape (size,)
        The parameters of now, and those that reset goes back to.
    frozen : ndarray of int64, shape (m,)
        Flat indices.
    buffers, initial_buffers : mapping of str to Tensor
    loss : str
        "custom" for a function of the user's, which a state does not hold.
    epoch : int
    data, test : Data, or None
    feature_names : tuple of str
    class_names : tuple of str, or None
    trainer : TrainerSettings, or None
    lang : str
    """

    structure: Structure
    parameters: tuple[ParameterInfo, ...]
    values: NDArray[Any]
    initial: NDArray[Any]
    frozen: NDArray[np.int64]
    buffers: Mapping[str, Tensor]
    initial_buffers: Mapping[str, Tensor]
    loss: str
    epoch: int
    data: Data | None
    test: Data | None
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...] | None
    trainer: TrainerSettings | None
    lang: str

    @classmethod
    def of(
        cls,
        problem: Problem,
        *,
        epoch: int = 0,
        trainer: TrainerSettings | None = None,
        lang: str = "en",
        data: bool = True,
    ) -> NetworkState:
        """Take the state of a problem, whose turn must be the caller's."""
        parameters = problem.parameters
        parameters.check()
        return cls(
            structure=Structure.of(problem.model),
            parameters=parameters_of(problem.model),
            values=parameters.read(),
            initial=problem.initial,
            frozen=np.flatnonzero(problem.frozen),
            buffers={name: b.detach().clone() for name, b in problem.model.named_buffers()},
            initial_buffers=problem.initial_buffers,
            loss=problem.loss.name,
            epoch=epoch,
            data=problem.data if data else None,
            test=problem.test if data else None,
            feature_names=problem.feature_names,
            class_names=problem.class_names,
            trainer=trainer,
            lang=lang,
        )

    def to_json(self) -> str:
        """Return the state as text; :meth:`parse` reads it."""
        return _text.to_json(self.plain())

    def to_link(self) -> str:
        """Return the state as a short text for links; :meth:`parse` reads it."""
        return _text.to_link(self.to_json())

    def plain(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return {
            "nnwidgets": nnwidgets.__version__,
            "format": FORMAT,
            "structure": self.structure.plain(),
            "parameters": [vars(p) | {"shape": list(p.shape)} for p in self.parameters],
            "values": _binary.packed(self.values),
            # Mostly the same at the start, and then there is no need to say it twice.
            "initial": None if _same(self.values, self.initial) else _binary.packed(self.initial),
            "frozen": _binary.packed_integers(self.frozen) if self.frozen.size else None,
            "buffers": _plain_buffers(self.buffers),
            "initial_buffers": _plain_buffers(self.initial_buffers),
            "loss": self.loss,
            "epoch": self.epoch,
            "data": _plain_data(self.data),
            "test": _plain_data(self.test),
            "feature_names": list(self.feature_names),
            "class_names": None if self.class_names is None else list(self.class_names),
            "trainer": None if self.trainer is None else dict(vars(self.trainer)),
            "lang": self.lang,
        }

    @classmethod
    def parse(cls, text: str) -> NetworkState:
        """Read and validate a text of :meth:`to_json` or :meth:`to_link`.

        Raises
        ------
        StateError
            For a text that is damaged, foreign, of another version, or too long. Nothing that
            was read is executed, and no memory is taken beyond a bounded multiple of the text.
        """
        fields = Fields(_text.read(text))
        _check_format(fields)
        with fields:
            structure = Structure.read(fields.fields("structure"))
            parameters = read_parameters(fields)
            values, initial = _vectors(fields, structure, parameters)
            return cls(
                structure=structure,
                parameters=parameters,
                values=values,
                initial=initial,
                frozen=_frozen(fields, values.size),
                buffers=_buffers(fields, "buffers"),
                initial_buffers=_buffers(fields, "initial_buffers"),
                loss=fields.choice("loss", (*NAMES, "custom")),
                epoch=fields.whole("epoch"),
                data=_data(fields, "data", values.dtype),
                test=_data(fields, "test", values.dtype),
                feature_names=fields.texts("feature_names"),
                class_names=fields.texts("class_names") if fields.maybe("class_names") else None,
                trainer=_trainer(fields),
                lang=fields.text("lang"),
            )


def _check_format(fields: Fields) -> None:
    if "nnwidgets" not in fields or "format" not in fields:
        raise StateError(
            "the text must be the state of an nnwidgets network, which has the fields 'nnwidgets' "
            f"and 'format'; this one has {', '.join(map(repr, list(fields)[:8])) or 'none'}"
        )
    package, number = fields.text("nnwidgets"), fields.whole("format")
    if number != FORMAT:
        raise StateError(
            f"the state is of format {number}, written by nnwidgets {package[:40]}; this is "
            f"nnwidgets {nnwidgets.__version__}, which reads format {FORMAT}"
        )


def _vectors(
    fields: Fields, structure: Structure, parameters: tuple[ParameterInfo, ...]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the flat vectors of now and of the start."""
    values = _binary.array(fields, "values", dtypes=("float32", "float64"))
    initial = (
        _binary.array(fields, "initial", dtypes=(values.dtype.name,))
        if fields.maybe("initial")
        else values.copy()
    )
    size = sum(math.prod(p.shape) for p in parameters)
    if structure.made_by and structure.count() != size:
        raise StateError(
            f"the parameters must be the {structure.count()} of an mlp {structure.sizes}; "
            f"their shapes have {size}"
        )
    for name, vector in (("values", values), ("initial", initial)):
        if vector.shape != (size,):
            raise StateError(f"{fields.name(name)} must have shape ({size},), got {vector.shape}")
    return values, initial


def _frozen(fields: Fields, size: int) -> NDArray[np.int64]:
    if not fields.maybe("frozen"):
        return np.empty(0, np.int64)
    indices = _binary.array(fields, "frozen", dtypes=_binary.INTEGERS).astype(np.int64)
    if indices.ndim != 1 or (indices < 0).any() or (indices >= size).any():
        raise StateError(f"{fields.name('frozen')} must hold indices in 0 .. {size - 1}")
    return indices


def _plain_buffers(buffers: Mapping[str, Tensor]) -> dict[str, Any]:
    return {name: _binary.packed_tensor(b, f"buffer {name!r}") for name, b in buffers.items()}


def _buffers(fields: Fields, key: str) -> dict[str, Tensor]:
    with fields.fields(key) as inner:
        return {name: _binary.tensor(inner, name) for name in list(inner)}


def _plain_data(data: Data | None) -> dict[str, Any] | None:
    if data is None:
        return None
    whole = data.y.dtype.kind == "i"
    return {
        "X": _binary.packed(data.X.reshape(len(data), *data.shape)),
        "y": _binary.packed_integers(data.y) if whole else _binary.packed(data.y),
    }


def _data(outer: Fields, key: str, dtype: np.dtype[Any]) -> Data | None:
    if not outer.maybe(key):
        return None
    with outer.fields(key) as fields:
        X = _binary.array(fields, "X", dtypes=(dtype.name,))
        y = _binary.array(fields, "y", dtypes=(dtype.name, *_binary.INTEGERS))
    try:
        return Data.check(X, y, dtype, (outer.name(f"{key}.X"), outer.name(f"{key}.y")))
    except (TypeError, ValueError) as error:
        raise StateError(str(error)) from None


def _trainer(outer: Fields) -> TrainerSettings | None:
    if not outer.maybe("trainer"):
        return None
    with outer.fields("trainer") as fields:
        return TrainerSettings(
            optimizer=fields.text("optimizer"),
            lr=fields.number("lr", 0),
            batch_size=fields.whole("batch_size", 1) if fields.maybe("batch_size") else None,
            seed=fields.whole("seed", most=2**64 - 1),
            speed=fields.number("speed", 0) if fields.maybe("speed") else None,
            l1=fields.number("l1", 0),
            l2=fields.number("l2", 0),
        )


def _same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    return a.tobytes() == b.tobytes()  # bit by bit: −0 is not 0, and NaN is NaN
