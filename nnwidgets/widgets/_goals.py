"""The conditions of a task, made of what a teacher writes, or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nnwidgets.core.goals import (
    AccuracyAtLeast,
    ByHand,
    Check,
    Goal,
    LossBelow,
    UnitsAtMost,
    Untouched,
    hidden_units,
)

if TYPE_CHECKING:
    from nnwidgets.core.problem import Problem, Score

Checks = Callable[..., object] | Mapping[str, Callable[..., object]]


def goals_of(
    problem: Problem,
    score: Score,
    *,
    accuracy: float | None,
    loss: float | None,
    max_units: int | None,
    by_hand: bool,
    check: Checks | None,
    freeze: tuple[str, ...],
) -> list[Goal]:
    """Return the goals, in the order in which they are shown."""
    goals: list[Goal] = []
    if accuracy is not None:
        goals.append(_accuracy(accuracy, score))
    if loss is not None:
        goals.append(LossBelow(_number("loss", loss, above=0.0), score.loss))
    if max_units is not None:
        goals.append(_units(max_units, problem))
    goals += _checks(check)
    if not goals:
        raise ValueError("a task needs a condition: accuracy, loss, max_units or check")
    if by_hand:
        goals.append(ByHand())
    if freeze:
        index = np.concatenate([problem.parameters.index(name) for name in freeze])
        goals.append(Untouched(freeze, index, problem.parameters.read()[index]))
    return goals


def _accuracy(accuracy: float, score: Score) -> Goal:
    least = _number("accuracy", accuracy, above=0.0)
    if least > 1:
        raise ValueError(f"accuracy must be above 0 and at most 1, got {accuracy!r}")
    if score.accuracy is None:
        raise ValueError(
            "accuracy needs classes, and this network's task is a regression: use loss= or check="
        )
    return AccuracyAtLeast(least)


def _units(most: object, problem: Problem) -> Goal:
    if isinstance(most, bool) or not isinstance(most, int | np.integer) or most < 0:
        raise ValueError(f"max_units must be an integer that is not negative, got {most!r}")
    if hidden_units(problem) is None:
        raise ValueError("max_units needs a model whose layers are Linear, one after the other")
    return UnitsAtMost(int(most))


def _checks(check: Any) -> list[Goal]:
    if check is None:
        return []
    named = check if isinstance(check, Mapping) else {_name_of(check): check}
    for label, function in named.items():
        if not callable(function) or not isinstance(label, str):
            raise TypeError(
                f"check must be a function of the network, or a dict of such by name; got {check!r}"
            )
    return [Check(label, function) for label, function in named.items()]


def _name_of(function: Any) -> str:
    """Return the first line of what a function says of itself, or its name."""
    text = (getattr(function, "__doc__", None) or "").strip().split("\n")[0].rstrip(".")
    name = getattr(function, "__name__", "")
    return text or ("check" if name in ("", "<lambda>") else name.replace("_", " "))


def _number(name: str, value: object, *, above: float) -> float:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not (number and above < float(value) < np.inf):  # type: ignore[arg-type]
        raise ValueError(f"{name} must be a number above {above:g}, got {value!r}")
    return float(value)  # type: ignore[arg-type]
