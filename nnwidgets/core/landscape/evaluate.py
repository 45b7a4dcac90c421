"""The loss over a grid: at once or coarse to fine, here or on an executor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Progress = Callable[[float], object]

_SLICE = 0.05  # seconds of work between two looks at whether it was cancelled
_COARSE = (7, 21)  # points along an axis of the stages before the whole grid
_COARSEST = 3  # and of one before these, where they take longer than ...
_SOON = 0.1  # seconds in which something should be there to see


class Evaluator(Protocol):
    """Knows the loss at points of one plane. It can be pickled, for worker processes."""

    @property
    def how(self) -> str:
        """How it computes, in a few words."""

    def losses(self, points: Floats) -> Floats:
        """Return the losses (m,) at coordinates ``points`` (m, 2); NaN and infinity stay."""

    def cost(self, cells: int) -> float:
        """Estimate the seconds that so many points take."""


class Stage(NamedTuple):
    """A grid that is complete: ``z[j, i]`` at ``(x[i], y[j])``; ``share`` is the work done."""

    x: Floats
    y: Floats
    z: Floats
    share: float


def evaluate(
    evaluator: Evaluator,
    x: Floats,
    y: Floats,
    *,
    on_progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    executor: Executor | None = None,
) -> Floats:
    """Return the loss over a grid, of shape (len(y), len(x)).

    Parameters
    ----------
    evaluator : Evaluator
    x, y : ndarray of float64
        The grid's coordinates.
    on_progress : callable, optional
        Called with the share that is done, 0 to 1, some twenty times a second at most.
    cancelled : callable, optional
        Asked as often; if it answers True the evaluation stops.
    executor : concurrent.futures.Executor, optional
        Where to compute; the evaluator is sent there.

    Raises
    ------
    concurrent.futures.CancelledError
        If ``cancelled`` answered True.
    """
    watch = Watch(on_progress, cancelled)
    return _losses(evaluator, grid_points(x, y), watch, executor).reshape(len(y), len(x))


def refine(
    evaluator: Evaluator,
    x: Floats,
    y: Floats,
    *,
    on_progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    executor: Executor | None = None,
) -> Iterator[Stage]:
    """Yield coarse grids over the same ranges first, then the whole one, evenly spaced each.

    Points of a coarser grid that lie on a finer one are not computed again. The parameters are
    those of :func:`evaluate`; whoever stops iterating stops the work.
    """
    slow = evaluator.cost(_COARSE[0] ** 2) > _SOON
    grids = _grids(x, y, (_COARSEST, *_COARSE) if slow else _COARSE)
    work = sum(len(xs) * len(ys) for xs, ys in grids)
    done, last = 0, None
    for xs, ys in grids:
        z = np.full((len(ys), len(xs)), np.nan)
        missing = np.ones(z.shape, bool)
        if last is not None:
            _reuse(last, z, missing)
        points = grid_points(xs, ys)[missing.reshape(-1)]
        reused = z.size - len(points)
        watch = Watch(on_progress, cancelled, (done + reused) / work, len(points) / work)
        z[missing] = _losses(evaluator, points, watch, executor)
        done += z.size
        last = Stage(xs, ys, z, done / work)
        yield last


def grid_points(x: Floats, y: Floats) -> Floats:
    """Return the coordinates (len(y) · len(x), 2) of a grid's points, row by row."""
    points = np.empty((len(y), len(x), 2))
    points[..., 0] = x
    points[..., 1] = y[:, None]
    return points.reshape(-1, 2)


class Watch:
    """Passes progress on and stops who was cancelled."""

    def __init__(
        self,
        on_progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
        start: float = 0.0,
        part: float = 1.0,
    ) -> None:
        self._on_progress, self._cancelled = on_progress, cancelled
        self._start, self._part = start, part

    @property
    def idle(self) -> bool:
        """Whether nobody wants to know or to stop."""
        return self._on_progress is None and self._cancelled is None

    def check(self) -> None:
        """Raise CancelledError if the work was cancelled."""
        if self._cancelled is not None and self._cancelled():
            raise CancelledError("the loss surface was cancelled")

    def __call__(self, share: float) -> None:
        """Report the share of this part that is done."""
        if self._on_progress is not None:
            self._on_progress(min(1.0, self._start + self._part * share))
        self.check()


def _losses(
    evaluator: Evaluator, points: Floats, watch: Watch, executor: Executor | None
) -> Floats:
    watch.check()
    if executor is None or len(points) < 2:
        return _here(evaluator, points, watch)
    # Imported when needed: it needs this module, too.
    from nnwidgets.core.landscape._executor import sharded

    return sharded(evaluator, points, watch, executor)


def _here(evaluator: Evaluator, points: Floats, watch: Watch) -> Floats:
    if watch.idle:
        return evaluator.losses(points)
    losses = np.empty(len(points))
    step = max(1, int(len(points) * _SLICE / max(_SLICE, evaluator.cost(len(points)))))
    for start in range(0, len(points), step):
        stop = min(start + step, len(points))
        losses[start:stop] = evaluator.losses(points[start:stop])
        watch(stop / len(points))
    return losses


def _grids(x: Floats, y: Floats, counts: Sequence[int]) -> list[tuple[Floats, Floats]]:
    """Return the coordinates of each stage, the whole grid last."""
    grids = []
    for about in counts:
        xs, ys = _thinned(x, about), _thinned(y, about)
        # A stage that costs half as much as the next one shows nothing that is worth it.
        if 2 * len(xs) * len(ys) < len(x) * len(y):
            grids.append((xs, ys))
    return [*grids, (x, y)]


def _thinned(axis: Floats, about: int) -> Floats:
    """Return evenly spaced points over ``axis``, of its own points where these are even."""
    steps = len(axis) - 1
    if len(axis) <= about:
        return axis
    near = sorted(range(2 * about // 3, 4 * about // 3 + 1), key=lambda n: abs(n - about))
    for count in near:
        if count > 1 and steps % (count - 1) == 0:
            return axis[:: steps // (count - 1)]
    return np.linspace(axis[0], axis[-1], about)


def _reuse(last: Stage, z: Floats, missing: NDArray[np.bool_]) -> None:
    """Fill in what the coarser grid knows already."""
    columns, rows = _stride(len(last.x), z.shape[1]), _stride(len(last.y), z.shape[0])
    if columns and rows:
        z[::rows, ::columns] = last.z
        missing[::rows, ::columns] = False


def _stride(coarse: int, fine: int) -> int:
    """Return how many points of a fine axis there are to one of a coarse one, 0 if not whole."""
    if coarse == 1 or fine == 1:
        return int(coarse == fine)
    whole, rest = divmod(fine - 1, coarse - 1)
    return 0 if rest else whole
