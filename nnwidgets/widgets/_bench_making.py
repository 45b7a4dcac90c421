"""What a bench makes its network of, and how it changes one in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnwidgets.core import structure

if TYPE_CHECKING:
    from torch import nn

    from nnwidgets.training.bench.choices import Choices
    from nnwidgets.training.bench.subject import Subject
    from nnwidgets.widgets.network import Network


def make_model(choices: Choices, subject: Subject) -> nn.Sequential:
    """Make the model that choices describe."""
    return structure.mlp(
        [len(subject.features), *choices.hidden, subject.outputs(choices.loss)],
        choices.activation,
        features=choices.features,
        init=choices.init,
        seed=choices.seed,
    )


def penalty(choices: Choices) -> dict[str, Any]:
    kind = choices.regularization
    return {} if kind == "none" else {kind: choices.regularization_rate}


def reshape(net: Network, hidden: tuple[int, ...]) -> None:
    """Add and remove hidden layers, then units, until there are as many."""
    now = units(net)
    while len(now) > len(hidden):
        net.remove_layer(len(now) - 1)
        now = units(net)
    while len(now) < len(hidden):
        net.add_layer(len(now) - 1, hidden[len(now)])
        now = units(net)
    for layer, (have, want) in enumerate(zip(now, hidden, strict=True)):
        for _ in range(want - have):
            net.add_unit(layer)
        for unit in range(have - 1, want - 1, -1):
            net.remove_unit(layer, unit)


def formulas(inputs: int) -> tuple[str, ...]:
    return tuple(f"x{i + 1}" for i in range(inputs))


def units(net: Network) -> list[int]:
    stack = net.run.problem.stack
    return [] if stack is None else [layer.out_features for layer in stack.layers[:-1]]


def plain(activation: str | tuple[str, ...]) -> str | list[str]:
    return activation if isinstance(activation, str) else list(activation)
