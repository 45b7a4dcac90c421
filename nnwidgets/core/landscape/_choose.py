"""Which evaluator is fastest for a model."""

from __future__ import annotations

import torch

from nnwidgets.core._stack import Stack, read_stack
from nnwidgets.core.landscape._convolution import ConvolutionEvaluator, has_pictures
from nnwidgets.core.landscape._dense import DenseEvaluator
from nnwidgets.core.landscape._module import ModuleEvaluator
from nnwidgets.core.landscape._task import Task
from nnwidgets.core.landscape.evaluate import Evaluator
from nnwidgets.core.landscape.plane import Plane

_TRIAL = 3  # rows on which pictures are tried as rows of numbers


def choose(task: Task, plane: Plane) -> Evaluator:
    """Return the fastest evaluator that knows such a model."""
    stack = _stack(task)
    if stack is not None:
        return DenseEvaluator(task, plane, stack)
    kind = ConvolutionEvaluator if has_pictures(task) else ModuleEvaluator
    return kind(task, plane)


def _stack(task: Task) -> Stack | None:
    """Return the model as dense layers if it is called as these are, with rows of numbers."""
    X = task.inputs[0]
    precise = X.dtype in (torch.float32, torch.float64) and task.targets.dtype != torch.float16
    stack = read_stack(task.model) if len(task.inputs) == 1 and precise else None
    if stack is None or X.ndim == 2:
        return stack
    rows = X[:_TRIAL].flatten(1)
    if X.ndim < 2 or rows.shape[1] != stack.inputs:
        return None
    # A Linear takes the last dimension of a picture, unless the model flattens pictures first.
    with torch.no_grad():
        out, flat = task.model(X[:_TRIAL]), task.model(rows)
    return stack if out.shape == flat.shape and torch.equal(out, flat) else None
