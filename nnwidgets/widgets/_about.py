"""A network in words: its activation, what is frozen, its repr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnwidgets.core.structure import hidden_activations

if TYPE_CHECKING:
    from nnwidgets.core.problem import Problem


def hidden_activation(problem: Problem) -> str | list[str]:
    """One name where all hidden layers agree, else a list; empty where there is none."""
    if problem.stack:
        names = [str(layer.activation["name"]) for layer in problem.stack.layers[:-1]]
    else:
        names = [str(site.spec["name"]) for site in hidden_activations(problem.model)]
    return names[0] if len(set(names)) == 1 else names


def frozen_references(problem: Problem) -> list[str]:
    """References of what is frozen: whole parameters by name, else single entries."""
    found = []
    for name in problem.parameters.names:
        index = problem.parameters.index(name)
        frozen = index[problem.frozen[index]]
        whole = len(index) and len(frozen) == len(index)
        found += [name] if whole else [problem.parameters.reference(int(i)) for i in frozen]
    return found


def summary(problem: Problem, activation: str | list[str]) -> str:
    """Return sizes, activation, points and loss, such as ``2-2-1 tanh, 400 points, bce``."""
    stack = problem.stack
    if stack:
        sizes = [stack.layers[0].in_features, *(layer.out_features for layer in stack.layers)]
        shape = "-".join(map(str, sizes))
        if stack.lift is not None:
            shape = f"{stack.inputs}→{shape}"
    else:
        shape = type(problem.model).__name__
    names = activation if isinstance(activation, str) else ", ".join(activation)
    about = f"{shape} {names}".rstrip()
    return f"{about}, {len(problem.data.X)} points, {problem.loss.name}"
