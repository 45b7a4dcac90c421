"""The loss of a model over a plane through its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from torch import Tensor, nn

from nnwidgets.core.datasets import Dataset
from nnwidgets.core.landscape import _checks as checks
from nnwidgets.core.landscape._choose import choose
from nnwidgets.core.landscape._copy import private_copy
from nnwidgets.core.landscape._notices import notice_training_mode
from nnwidgets.core.landscape._progress import ProgressLine
from nnwidgets.core.landscape._task import of_arrays, of_problem
from nnwidgets.core.landscape.axes import Axes, resolve_axes
from nnwidgets.core.landscape.evaluate import Evaluator, Progress, Stage, evaluate, refine
from nnwidgets.core.landscape.grid import LossGrid
from nnwidgets.core.landscape.plane import Floats, Plane
from nnwidgets.core.landscape.trajectory import Trajectory, read_trajectory
from nnwidgets.core.parameters import Parameters
from nnwidgets.core.problem import Problem

_LONG = 10**8  # multiplications: what takes less is done in a moment


@dataclass(frozen=True, eq=False)
class Survey:
    """A surface that can be computed: nothing in it is shared with the user's model.

    Attributes
    ----------
    evaluator : Evaluator
    plane : Plane
    x, y : ndarray of float64
        The whole grid's coordinates.
    trajectory : Trajectory, or None
    work : int
        Roughly the multiplications that it takes.
    """

    evaluator: Evaluator
    plane: Plane
    x: Floats
    y: Floats
    trajectory: Trajectory | None = None
    work: int = 0

    @property
    def seconds(self) -> float:
        """The estimated seconds of the whole grid."""
        return self.evaluator.cost(len(self.x) * len(self.y))

    def stages(self, **how: Any) -> Iterator[Stage]:
        """Yield coarse grids, then the whole one; the options are those of :func:`refine`."""
        return refine(self.evaluator, self.x, self.y, **how)

    def grid(self, x: Floats, y: Floats, z: Floats, seconds: float) -> LossGrid:
        """Return what was computed as a LossGrid."""
        return LossGrid(x, y, z, self.plane, self.evaluator.how, seconds, self.trajectory)


def prepare(
    model: nn.Module | Problem,
    X: object = None,
    y: object = None,
    *,
    axes: Axes,
    loss: str | Callable[[Tensor, Tensor], Tensor] = "auto",
    data: str = "train",
    ranges: object = None,
    resolution: int | tuple[int, int] = 51,
    dtype: object = None,
    trajectory: object = None,
    seed: int = 0,
) -> Survey:
    """Check everything, copy what is needed, and compute nothing yet.

    The parameters are those of :func:`loss_surface`.
    """
    nx, ny = checks.check_resolution(resolution)
    wanted = checks.check_dtype(dtype)
    seed = checks.check_seed(seed)
    problem = _problem(model)
    if problem is not None:
        for name, given in (("X", X), ("y", y), ("loss", None if loss == "auto" else loss)):
            if given is not None:
                raise TypeError(f"{name} must be left out where the model brings its own")
        with problem.turn:
            task = of_problem(problem, data, wanted)
            # Of the same moment: the model may be trained on while the plane is laid.
            parameters = Parameters(private_copy(problem.model))
    else:
        if isinstance(X, Dataset) and y is None:
            y, X = X.y, X.X
        if X is None or y is None:
            raise TypeError("X and y must be given: the data to compute the loss of")
        if data not in ("train", "test"):
            raise ValueError(f"data must be 'train' or 'test', got {data!r}")
        if data == "test":
            raise ValueError(f"data={data!r} needs a Problem: pass the test data as X and y")
        parameters = Parameters(model)  # type: ignore[arg-type]  # or it raises
        task = of_arrays(model, X, y, loss, wanted)  # type: ignore[arg-type]
    if trajectory is None and isinstance(axes, str) and axes == "pca":
        trajectory = getattr(model, "history", None)  # a Network's own
    track = None
    if trajectory is not None:
        track = read_trajectory(trajectory, parameters.size, parameters)
    plane = resolve_axes(axes, parameters, trajectory=track, seed=seed)
    along, up = checks.check_ranges(ranges, plane)
    evaluator = choose(task, plane)
    ny = 1 if plane.is_line else ny
    checks.check_size(nx, ny, evaluator.cost)
    xs, ys = checks.spaced(along, nx), checks.spaced(up, ny)
    return Survey(evaluator, plane, xs, ys, track, nx * ny * task.rows * parameters.size)


def loss_surface(
    model: nn.Module | Problem,
    X: Any = None,
    y: Any = None,
    *,
    axes: Axes,
    loss: str | Callable[[Tensor, Tensor], Tensor] = "auto",
    data: str = "train",
    ranges: Any = None,
    resolution: int | tuple[int, int] = 51,
    dtype: Any = None,
    trajectory: Any = None,
    seed: int = 0,
    on_preview: Callable[[LossGrid], object] | None = None,
    on_progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    executor: Executor | None = None,
) -> LossGrid:
    """Compute the loss of a model over a grid in a plane of its parameter space.

    The loss at each point is that of all samples together, each weighted equally, with the model
    in evaluation mode. Everything is computed in a private copy: the model, its gradients, its
    mode and torch's random numbers stay as they are.

    Parameters
    ----------
    model : nn.Module, Problem or Network
        A Problem or a Network brings its data and its loss.
    X : array_like, tuple of array_like, or Dataset
        The inputs, n rows of any shape; a tuple for a model that takes several. Integer tensors
        stay integers, all else becomes of the model's dtype.
    y : array_like
        The targets. For a named loss (n,) lines up with outputs (n, 1); any other unequal shape
        is refused.
    axes : str, dict, Snapshot, or pair of these
        A pair, each of them one of

        - a parameter, "0.weight[0,0]": the axis is its value;
        - a dict of parameter name to array: the axis leads that way from where the model is;
        - :func:`toward` a snapshot: 0 is here, 1 is there (a Snapshot alone means the same);
        - "random": a random direction, filter-normalised (Li et al. 2018);

        or "random" for two such; "pca" for the two principal directions of ``trajectory``; or
        ``toward(...)`` alone, for a line.
    loss : str or callable
        "auto", "mse", "half_mse", "bce", "cross_entropy", or what is called as
        ``loss(outputs, targets)`` on all samples at once, with mean or sum reduction.
    data : {"train", "test"}
        Which data of a Problem or a Network.
    ranges : pair of pair of float, optional
        ((x0, x1), (y0, y1)); None for what suits the axis, one pair for a line.
    resolution : int or pair of int
        Points along x and y.
    dtype : {None, "float32", "float64"}
        What to compute in; None is the model's own.
    trajectory : History, array (m, size), or list of snapshots, dicts or vectors
        For "pca", and for the figure.
    seed : int
        For "random".
    on_preview : callable, optional
        Called with a coarse LossGrid, then a finer one, before the whole is computed.
    on_progress : callable, optional
        Called with the share that is done, 0 to 1. By default a line of text tells it, in a
        notebook or a terminal, once it has taken a second.
    cancelled : callable, optional
        Asked time and again; True stops the computation.
    executor : concurrent.futures.Executor, optional
        Where to compute: a process pool, or a cluster's, such as that of Dask's
        ``Client.get_executor()``. What a worker that dies had to do is done here.

    Returns
    -------
    LossGrid

    Raises
    ------
    TypeError, ValueError
        If anything does not fit; the message names it.
    concurrent.futures.CancelledError
        If ``cancelled`` answered True.

    Examples
    --------
    >>> import torch
    >>> model = torch.nn.Linear(1, 1)
    >>> X, y = [[0.0], [1.0]], [1.0, 3.0]  # y = 2x + 1
    >>> grid = loss_surface(
    ...     model,
    ...     X,
    ...     y,
    ...     loss="mse",
    ...     axes=("weight[0,0]", "bias[0]"),
    ...     ranges=((0, 4), (0, 2)),
    ...     resolution=5,
    ... )
    >>> grid.minimum
    (2.0, 1.0, 0.0)
    >>> grid.z[0, 4]  # y is not reached with weight 4 and bias 0: ((0 - 1)² + (4 - 3)²) / 2
    np.float64(1.0)
    """
    start = perf_counter()
    checks.check_called(on_preview=on_preview, on_progress=on_progress, cancelled=cancelled)
    checks.check_executor(executor)
    survey = prepare(
        model,
        X,
        y,
        axes=axes,
        loss=loss,
        data=data,
        ranges=ranges,
        resolution=resolution,
        dtype=dtype,
        trajectory=trajectory,
        seed=seed,
    )
    problem = _problem(model)
    notice_training_mode(problem.model if problem else model, stacklevel=2)  # type: ignore[arg-type]
    line = ProgressLine() if on_progress is None and survey.work > _LONG else None
    how = {"on_progress": on_progress or line, "cancelled": cancelled, "executor": executor}
    try:
        return _computed(survey, start, on_preview, how)
    finally:
        if line is not None:
            line.close()


def _computed(
    survey: Survey,
    start: float,
    on_preview: Callable[[LossGrid], object] | None,
    how: dict[str, Any],
) -> LossGrid:
    if on_preview is None:
        z = evaluate(survey.evaluator, survey.x, survey.y, **how)
        return survey.grid(survey.x, survey.y, z, perf_counter() - start)
    for xs, ys, z, share in survey.stages(**how):
        grid = survey.grid(xs, ys, z, perf_counter() - start)
        if share == 1:
            return grid
        on_preview(grid)
    raise AssertionError("the last stage is the whole grid")


def _problem(model: object) -> Problem | None:
    """Return the Problem that was passed, or that a Network has."""
    if isinstance(model, Problem):
        return model
    if isinstance(model, nn.Module):
        return None
    inner = getattr(getattr(model, "run", model), "problem", None)
    return inner if isinstance(inner, Problem) else None
