"""A problem and its run as what the wire carries (see ``_wire``)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nnwidgets import words
from nnwidgets.core.input_features import shown
from nnwidgets.core.structure import is_editable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nnwidgets.core.data import Data
    from nnwidgets.core.parameters import Parameters
    from nnwidgets.core.probe import Probe
    from nnwidgets.core.problem import Problem
    from nnwidgets.core.structure import Stack
    from nnwidgets.training.run import Run

Json = dict[str, Any]
#: The newest edit of each page, by the page's number.
Acks = Mapping[int, int]

#: Data of more bytes than these are looked through for a shorter way to say them: pictures are
#: mostly bytes, divided by 255 or by 16, or as they are.
MANY_BYTES = 1 << 20
STEPS = (255, 1, 16)
#: Numbers of test points that are sent to be drawn: they travel with every change of the data.
MOST_TEST = 10_000
_ROWS = 4096  # that are looked through at once


def spec(problem: Problem, probe: Probe | None) -> Json:
    """Describe the network.

    Parameters
    ----------
    problem
        The model and its data.
    probe
        How the layers are found where the model is not a stack; None where it is.
    """
    stack = problem.stack
    parameters = problem.parameters
    layers = _stack_layers(stack, parameters) if stack else _probe_layers(probe, parameters)
    return {
        "version": 1,
        "kind": "stack" if stack else "opaque",
        "inputs": problem.inputs,
        "outputs": problem.outputs,
        "features": list(problem.feature_names),
        "classes": None if problem.class_names is None else list(problem.class_names),
        "task": problem.loss.task,
        "loss": problem.loss.name,
        "head": problem.loss.head,
        "dtype": parameters.dtype.name,
        "editable": is_editable(problem.model),
        "revision": problem.revision,
        "size": parameters.size,
        "layers": layers,
        "lift": _lift(stack, problem.feature_names),
        "params": [_parameter(parameters, name) for name in parameters.names],
    }


def _lift(stack: Stack | None, names: Sequence[str]) -> Json | None:
    if stack is None or stack.lift is None:
        return None
    terms = stack.lift.terms
    return {"names": [shown(t, names) for t in terms], "terms": [list(t) for t in terms]}


def _parameter(parameters: Parameters, name: str) -> Json:
    shape = parameters.shapes[name]
    return {
        "name": name,
        "shape": list(shape),
        "offset": parameters.offsets[name],
        "size": math.prod(shape),
    }


def _offset(parameters: Parameters, name: str | None) -> int | None:
    # By index() and not by offsets: a tied parameter is stored under its first name only.
    return None if name is None else int(parameters.index(name)[0])


def _stack_layers(stack: Stack, parameters: Parameters) -> list[Json]:
    return [
        {
            "name": layer.name,
            "weight": _offset(parameters, layer.weight),
            "bias": _offset(parameters, layer.bias),
            "inputs": layer.in_features,
            "units": layer.out_features,
            "activation": dict(layer.activation),
            "reads": position - 1,
        }
        for position, layer in enumerate(stack.layers)
    ]


def _probe_layers(probe: Probe | None, parameters: Parameters) -> list[Json]:
    return [
        {
            "name": layer.name,
            "weight": _offset(parameters, layer.weight),
            "bias": _offset(parameters, layer.bias),
            "inputs": 0 if layer.weight is None else parameters.shapes[layer.weight][1],
            "units": layer.units,
            "activation": None if layer.activation is None else dict(layer.activation),
            "reads": layer.reads,
        }
        for layer in (probe.layers if probe else ())
    ]


def values(flat: NDArray[Any], parameters: Parameters) -> bytes:
    """Return flat parameters as bytes of the network's dtype."""
    return np.ascontiguousarray(flat, parameters.dtype).tobytes()


def data(points: Data, dtype: np.dtype[Any], acks: Acks, test: Data | None = None) -> Json:
    """Return the points as bytes, and test points that can be drawn; y gets a second axis."""
    X = np.ascontiguousarray(points.X, dtype)
    y = np.ascontiguousarray(points.y, dtype).reshape(len(X), -1)
    steps, whole = _whole(X) if X.nbytes >= MANY_BYTES else (None, None)
    return {
        "n": X.shape[0],
        "d": X.shape[1],
        "k": y.shape[1],
        "X": (X if whole is None else whole).tobytes(),
        "steps": steps,
        "y": y.tobytes(),
        "acks": _named(acks),
        "test": None if test is None or test.X.size > MOST_TEST else _test(test, dtype),
    }


def _test(points: Data, dtype: np.dtype[Any]) -> Json:
    X, y = (np.ascontiguousarray(part, dtype) for part in (points.X, points.y))
    return {"n": len(X), "X": X.tobytes(), "y": y.tobytes()}


def _whole(X: NDArray[Any]) -> tuple[int | None, NDArray[np.uint8] | None]:
    """Return X as whole numbers of so many steps to 1, where that is exactly what it holds."""
    whole = np.empty(X.shape, np.uint8)
    for steps in STEPS:
        if all(_counted(X[rows], steps, whole[rows]) for rows in _parts(len(X))):
            return steps, whole
    return None, None


def _parts(n: int) -> Iterator[slice]:
    for start in range(0, n, _ROWS):  # nearly always the first rows tell already
        yield slice(start, start + _ROWS)


def _counted(part: NDArray[Any], steps: int, out: NDArray[np.uint8]) -> bool:
    """Write a part of X as whole numbers of steps; False where it is not made of them."""
    with np.errstate(over="ignore"):
        near = np.rint(part * steps)
    if not ((near >= 0) & (near <= 255) & (near / steps == part)).all():
        return False
    out[:] = near
    return True


def status(run: Run, *, scored: bool = True, lang: str = "en") -> Json:
    """Return where the run stands. What is not a finite number is null: JSON knows no NaN.

    Parameters
    ----------
    run
        What is trained.
    lang
        The language of the message.
    scored
        Whether loss and accuracy are worked out where they are not known; else they are null.
    """
    now = run.status
    known = scored or run.latest.known
    return {
        "epoch": run.epoch,
        "loss": _finite(run.latest.get().loss) if known else None,
        "accuracy": _finite(run.latest.get().accuracy) if known else None,
        "test_loss": _finite(run.tested[0]),
        "test_accuracy": _finite(run.tested[1]),
        "state": now.state,
        "message": words.say(lang, now.message),
        "traceback": now.traceback,
        "lr": _finite(now.lr),
        "speed": _finite(now.speed),
        "optimizer": now.optimizer,
        "batch": now.batch_size,
        "l1": now.l1,
        "l2": now.l2,
        "recorded": run.history.serial,
    }


def _finite(number: float | None) -> float | None:
    return None if number is None or not math.isfinite(number) else float(number)


def frame(serial: int, acks: Acks, revision: int, state: Mapping[str, object]) -> Json:
    """Return the JSON part of a frame; the parameters travel beside it."""
    return {
        "type": "frame",
        "serial": serial,
        "acks": _named(acks),
        "revision": revision,
        "status": dict(state),
    }


def _named(acks: Acks) -> Json:
    return {str(page): seq for page, seq in acks.items()}  # JSON has no other keys
