"""The loss over a plane in parameter space: axes, batched evaluation, distance from the plane."""

from nnwidgets.core.landscape.axes import resolve_axes, toward
from nnwidgets.core.landscape.evaluate import Evaluator, Stage, refine
from nnwidgets.core.landscape.grid import LossGrid
from nnwidgets.core.landscape.plane import Plane
from nnwidgets.core.landscape.surface import Survey, loss_surface, prepare
from nnwidgets.core.landscape.trajectory import Trajectory, read_trajectory

__all__ = [
    "Evaluator",
    "LossGrid",
    "Plane",
    "Stage",
    "Survey",
    "Trajectory",
    "loss_surface",
    "prepare",
    "read_trajectory",
    "refine",
    "resolve_axes",
    "toward",
]
