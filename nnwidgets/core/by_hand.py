"""One pass through dense layers as the steps of a worked exercise, with autograd's results.

The browser shows the same steps under the same names (``js/src/scene/by_hand/steps.ts``); what a
student typed there is held against the numbers of this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from nnwidgets.core import activations
from nnwidgets.core._head import HEADS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from nnwidgets.core.problem import Problem
    from nnwidgets.core.structure import DenseLayer, Stack

#: Up to so many entries of a vector, and of a matrix, are all asked for.
MOST_OF_VECTOR = 4
MOST_OF_MATRIX = 6

#: Numbers smaller than this are as good as 0.
NOTHING = 1e-6


@dataclass(frozen=True)
class Step:
    """One step, which finds one number or array.

    Attributes
    ----------
    id : str
        ``"z1"``, ``"a1"``, ``"y"``, ``"loss"``, ``"delta2"``, ``"dW2"``, ``"db2"``, ``"W1"``,
        ``"b1"``; layers count from one.
    rows, columns : int
        Shape of the result; a vector has one column.
    """

    id: str
    rows: int
    columns: int = 1

    @property
    def entries(self) -> list[tuple[int, ...]]:
        """What an exercise asks for: all of a small result, else a few entries of unit 0."""
        matrix = "W" in self.id
        whole = self.rows * self.columns <= (MOST_OF_MATRIX if matrix else MOST_OF_VECTOR)
        rows = range(self.rows if whole else 1)
        columns = range(self.columns if whole else min(self.columns, MOST_OF_VECTOR))
        return [(row, column) if matrix else (row,) for row in rows for column in columns]


def output_function(loss: str, head: str) -> str:
    """Return what makes predictions of the last layer's values, be it in the model or the loss."""
    return {"bce": "sigmoid", "cross_entropy": "softmax"}.get(loss, head)


def steps(stack: Stack, loss: str) -> list[Step]:
    """Return the steps of a pass in order.

    Parameters
    ----------
    stack : Stack
    loss : str
        "bce", "mse", "half_mse" or "cross_entropy".

    Examples
    --------
    >>> from nnwidgets.core.structure import mlp, read_stack
    >>> " ".join(step.id for step in steps(read_stack(mlp([2, 1], "tanh")), "mse"))
    'z1 loss delta1 dW1 db1 W1 b1'
    """
    layers = list(enumerate(stack.layers, start=1))
    found = []
    for number, layer in layers:
        found.append(Step(f"z{number}", layer.out_features))
        if layer.activation["name"] != "linear":
            found.append(Step(f"a{number}", layer.out_features))
    if output_function(loss, stack.head) != "linear":
        found.append(Step("y", stack.layers[-1].out_features))
    found.append(Step("loss", 1))
    for number, layer in reversed(layers):
        found.append(Step(f"delta{number}", layer.out_features))
        found += _parameters("d", number, layer)
    for number, layer in layers:
        found += _parameters("", number, layer)
    return found


def _parameters(kind: str, number: int, layer: DenseLayer) -> list[Step]:
    weight = Step(f"{kind}W{number}", layer.out_features, layer.in_features)
    bias = Step(f"{kind}b{number}", layer.out_features)
    return [weight] if layer.bias is None else [weight, bias]


def results(
    problem: Problem, rows: Sequence[int], shown: int, rate: float
) -> dict[str, NDArray[np.float64]]:
    """Return what each step finds, by torch's autograd in float64.

    Parameters
    ----------
    problem : Problem
        Whose module is a stack of dense layers, and whose loss is a named one.
    rows : sequence of int
        The samples; the loss and the gradients of the parameters are means over them.
    shown : int
        Which of ``rows`` the other results are of, counted from 0.
    rate : float
        The learning rate of the update, a step of plain gradient descent. Frozen parameters stay.

    Returns
    -------
    dict of str to ndarray
        By the steps' ids: vectors (units,), matrices (units, inputs), the loss (1,).
    """
    with problem.turn:
        stack = problem.stack
        if stack is None or problem.loss.name == "custom":
            raise ValueError("a pass by hand needs dense layers and a named loss")
        X = problem.Xt[list(rows)].detach().double().cpu()
        y = problem.yt[list(rows)].detach().cpu()
        tensors = {
            name: torch.tensor(array, dtype=torch.float64, requires_grad=True)
            for name, array in problem.parameters.arrays().items()
        }
        frozen = {
            name: problem.frozen[start : start + tensors[name].numel()].reshape(tensors[name].shape)
            for name, start in problem.parameters.offsets.items()
        }
    y = y.double() if y.is_floating_point() else y
    found: dict[str, Tensor] = {}
    with torch.enable_grad():
        last, sums = _forward(stack, tensors, X, found)
        outputs = HEADS[stack.head](last)
        found["y"] = HEADS[output_function(problem.loss.name, stack.head)](last)
        outputs = outputs.reshape(-1) if y.ndim == 1 and y.is_floating_point() else outputs
        loss = problem.loss(outputs, y)
        loss.backward()  # type: ignore[no-untyped-call]
    answers = {name: value[shown].detach().numpy() for name, value in found.items()}
    answers["loss"] = np.array([loss.item()])
    for number, (layer, z) in enumerate(zip(stack.layers, sums, strict=True), start=1):
        answers[f"delta{number}"] = len(rows) * _gradient(z)[shown]
        for kind, name in (("W", layer.weight), ("b", layer.bias)):
            if name is not None:
                gradient, value = _gradient(tensors[name]), tensors[name].detach().numpy()
                answers[f"d{kind}{number}"] = gradient
                moved = value - rate * gradient
                answers[f"{kind}{number}"] = np.where(frozen[name], value, moved)
    return answers


def _forward(
    stack: Stack, tensors: dict[str, Tensor], X: Tensor, found: dict[str, Tensor]
) -> tuple[Tensor, list[Tensor]]:
    """Return the last layer's values and every layer's sums; note both in ``found``."""
    values, sums = stack.lifted(X), []
    for number, layer in enumerate(stack.layers, start=1):
        bias = None if layer.bias is None else tensors[layer.bias]
        z = torch.nn.functional.linear(values, tensors[layer.weight], bias)
        z.retain_grad()
        sums.append(z)
        values = activations.apply(layer.activation, z)
        found[f"z{number}"], found[f"a{number}"] = z, values
    return values, sums


def _gradient(tensor: Tensor) -> NDArray[np.float64]:
    assert tensor.grad is not None
    array: NDArray[np.float64] = tensor.grad.numpy()
    return array


def is_right(given: float, expected: float, tolerance: float) -> bool:
    """Tell whether an answer is within a share of the expected number, or both are next to 0."""
    if not (np.isfinite(given) and np.isfinite(expected)):
        return False
    return bool(abs(given - expected) <= max(tolerance * abs(expected), NOTHING))
