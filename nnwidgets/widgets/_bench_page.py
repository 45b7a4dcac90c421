"""What a page has to know of a playground besides its choices: what there is to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnwidgets.core import catalogue
from nnwidgets.core._inits import INITS
from nnwidgets.core.activations import ACTIVATIONS
from nnwidgets.core.datasets import Dataset
from nnwidgets.core.input_features import InputFeatures, shown
from nnwidgets.training.bench.choices import PROBLEMS, REGULARIZATIONS
from nnwidgets.training.bench.subject import OWN
from nnwidgets.training.optimizers import NAMES as OPTIMIZERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nnwidgets.widgets._bench import Bench


_BOTH = (
    *("x1", "x2", "x1^2", "x2^2", "x1*x2"),
    *("sin(x1)", "sin(x2)", "sin(5*x1)", "sin(5*x2)"),
)


def about(bench: Bench, missing: Mapping[str, str]) -> dict[str, Any]:
    """Return what can be chosen now, and why some of it cannot."""
    subject, choices = bench.subject, bench.choices
    optimizer = [choices.optimizer] if choices.optimizer not in OPTIMIZERS else []
    return {
        "datasets": [_dataset(bench, name) for name in bench.chooser.datasets],
        "task": subject.task,
        "formulas": [_formula(name, subject.features) for name in formulas(len(subject.features))],
        "losses": list(subject.losses if bench.editable else (choices.loss,)),
        "optimizers": [*optimizer, *OPTIMIZERS],
        "activations": list(ACTIVATIONS),
        "regularizations": list(REGULARIZATIONS),
        "inits": list(INITS),
        "editable": bench.editable,
        "missing": dict(missing),
    }


def formulas(inputs: int) -> list[str]:
    """Return the formulas of one or two inputs that a page offers; of more there are none."""
    if inputs == 1:
        return ["x1", "x1^2", "sin(x1)", "sin(5*x1)"]
    return [*_BOTH] if inputs == 2 else []


def _formula(name: str, features: Sequence[str]) -> dict[str, str]:
    (term,) = InputFeatures(len(features), [name]).terms
    return {"name": name, "text": shown(term, features)}


def _dataset(bench: Bench, name: str) -> dict[str, Any]:
    toy, own = catalogue.BY_NAME.get(name), bench.chooser.own
    task = toy.task if toy is not None else own.task if own is not None else "regression"
    problem = PROBLEMS[task == "regression"]
    return {"name": name, "problem": problem, "possible": bench.possible(name)}


def previews(bench: Bench) -> dict[str, bytes]:
    """Return a small picture of each data set, as :func:`nnwidgets.core.catalogue.preview`."""
    found = {
        toy.name: catalogue.preview(toy.make(catalogue.PREVIEW, toy.noise, 0)).tobytes()
        for toy in catalogue.TOYS
    }
    own = bench.own_samples
    if own is None:
        return found
    X = np.asarray(own.X, np.float32).reshape(len(own.X), -1)[:, :2]
    y = np.asarray(own.y).reshape(len(X), -1)[:, 0]
    subject = bench.chooser.own
    classes = subject.classes if subject and subject.task != "regression" else None
    names = tuple(f"x{i}" for i in range(X.shape[1]))
    data = Dataset(X, y.astype(np.float32), names, classes, OWN)
    return {OWN: catalogue.preview(data).tobytes(), **found}
