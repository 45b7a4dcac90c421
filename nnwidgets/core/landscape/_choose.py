"""Which evaluator is fastest for a model."""

from __future__ import annotations

from nnwidgets.core.landscape._module import ModuleEvaluator
from nnwidgets.core.landscape._task import Task
from nnwidgets.core.landscape.evaluate import Evaluator
from nnwidgets.core.landscape.plane import Plane


def choose(task: Task, plane: Plane) -> Evaluator:
    """Return the fastest evaluator that knows such a model."""
    return ModuleEvaluator(task, plane)
