"""What the views of single samples share: which one is shown, and numbers for its page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
import traitlets

from nnwidgets.core.structure import evaluating
from nnwidgets.widgets import _json, _options
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnwidgets.core.problem import Problem

#: Answers of a classifier that are told, the surest first.
ANSWERS = 3

Json = dict[str, Any]


class Floats:
    """Arrays one after another, as one buffer of float32 (little-endian)."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, array: NDArray[Any]) -> int:
        """Append an array and return where it begins, counted in numbers."""
        start = self._length
        flat = np.ascontiguousarray(array, "<f4")
        self._parts.append(flat.tobytes())
        self._length += flat.size
        return start

    def buffer(self) -> bytes:
        """Return all that was added."""
        return b"".join(self._parts)


class SampleView(LibraryView):
    """A view of what the network makes of one sample.

    The page may have another one shown for as long as it is pointed at.
    """

    _bundle_name: ClassVar[str] = "maps"
    _fed_by: ClassVar[tuple[str, ...]] = ("epoch", "parameters", "data", "structure")

    sample = option(_options.Row())
    controls = option(traitlets.Bool(False))
    width = option(_options.Whole(760, 240, 4000))
    title = option(traitlets.Unicode())

    #: The row that is pointed at in the page; None for the option's.
    _pointed: int | None = None

    @traitlets.validate("sample")
    def _check_sample(self, proposal: Any) -> Any:
        return check_sample(proposal["value"], self._rows())

    @traitlets.observe("sample")
    def _sample_changed(self, _change: object) -> None:
        self._pointed = None  # chosen later than anything was pointed at
        self._feed.offer()

    def _asked(self, content: dict[str, object]) -> bool:
        if content.get("type") != "show":
            return False
        row = content.get("row")
        self._pointed = None if row is None else _json.whole(row, "row", 2**31)
        self._feed.offer()
        return True

    def _row(self) -> int:
        """Which row of the data is shown; data may have shrunk since it was chosen."""
        last = self._rows() - 1
        return min(self.sample if self._pointed is None else self._pointed, last)

    def _rows(self) -> int:
        return len(self.net.run.problem.data)


def check_sample(sample: int, n: int) -> int:
    """Return a row of the data; a negative one counts from the end.

    Raises
    ------
    traitlets.TraitError
        If there is no such row.
    """
    if not -n <= sample < n:
        raise traitlets.TraitError(f"sample must be from 0 to {n - 1}, or from -{n}; got {sample}")
    return sample % n


def answers(problem: Problem, outputs: NDArray[Any]) -> list[list[Any]]:
    """Say what outputs mean: names and probabilities of the surest classes, or just numbers."""
    values = np.asarray(outputs, np.float64)
    if problem.loss.task == "multiclass":
        shares = _shares(values, problem.loss.head)
        best = np.argsort(-shares, kind="stable")[:ANSWERS]
        return [[class_name(problem, int(i)), finite(shares[i])] for i in best]
    if problem.loss.task == "binary" and values.size == 1:
        p = float(values[0])
        p = p if problem.loss.head == "sigmoid" else 1 / (1 + math.exp(-min(max(p, -700), 700)))
        return [[class_name(problem, 1), finite(p)], [class_name(problem, 0), finite(1 - p)]]
    return [["output", finite(value)] for value in values[:ANSWERS]]


def _shares(values: NDArray[Any], head: str) -> NDArray[Any]:
    if head == "softmax":
        return values
    shifted = np.exp(values - values.max())
    share: NDArray[Any] = shifted / shifted.sum()
    return share


def class_name(problem: Problem, index: int) -> str:
    """Return a class's name, or its number."""
    names = problem.class_names
    return names[index] if names and index < len(names) else str(index)


def target(problem: Problem, row: int) -> str | float | None:
    """Return the class a sample is of, or its target."""
    y = problem.data.y[row]
    if y.ndim:
        return None
    if problem.loss.task == "regression" or float(y) != round(float(y)):
        return finite(y)
    return class_name(problem, int(y))


def outputs_of(problem: Problem, pictures: NDArray[Any]) -> NDArray[Any]:
    """Return the model's outputs for rows of any shape that it takes."""
    return problem.outputs_at(pictures.reshape(len(pictures), -1))


def finite(number: Any) -> float | None:
    """Return a number as JSON can have it."""
    value = float(number)
    return value if math.isfinite(value) else None


def tensor_of(problem: Problem, row: int) -> torch.Tensor:
    """Return one row of the data as the model takes it, with its axis for the sample."""
    return problem.Xt[row : row + 1]


def run(problem: Problem, rows: torch.Tensor) -> NDArray[Any]:
    """Return the model's outputs for one row in a tensor."""
    with evaluating(problem.model), torch.no_grad():
        outputs = problem.model(rows)
    answer: NDArray[Any] = outputs[0].detach().cpu().double().reshape(-1).numpy()
    return answer
