"""A surface shared out over an executor whose workers may die."""

from __future__ import annotations

import os
import warnings
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from nnwidgets.core.landscape.evaluate import Evaluator, Watch

Floats = NDArray[np.float64]

_SHARD = 0.2  # seconds that a shard should take
_SHARDS = (8, 256)  # how many there are at least and at most
_POLL = 0.05  # seconds between two looks at whether it was cancelled
#: Seconds in which nothing has come back, after which a shard is computed here. A worker that has
#: just started imports torch first.
PATIENCE = 30.0


def sharded(evaluator: Evaluator, points: Floats, watch: Watch, executor: Executor) -> Floats:
    """Return the losses at ``points``, computed on an executor as far as it can.

    A shard whose worker died, or that could not be sent, is computed here, and a warning says
    so; and if nothing comes back for a while, shards are computed here one by one. So what the
    executor does decides how long it takes, never whether there is a result.
    """
    work = _Work(evaluator, points, watch)
    shards = np.array_split(np.arange(len(points)), _count(evaluator, len(points)))
    try:
        for shard in shards:
            work.submit(executor, shard)
        work.collect()
    finally:
        for future in work.pending:
            future.cancel()
    work.warn(len(shards))
    return work.losses


def _count(evaluator: Evaluator, points: int) -> int:
    low, high = _SHARDS
    return min(points, high, max(low, int(evaluator.cost(points) / _SHARD)))


def compute(evaluator: Evaluator, points: Floats, home: int) -> Floats:
    """Compute a shard; this is what runs on the executor."""
    # Workers share the cores already. In our own process the user's number of threads stays.
    if os.getpid() != home and torch.get_num_threads() > 1:
        torch.set_num_threads(1)
    return evaluator.losses(points)


@dataclass
class _Work:
    """What has come back, what is under way, and what had to be done here."""

    evaluator: Evaluator
    points: Floats
    watch: Watch
    losses: Floats = field(init=False)
    pending: dict[Future[Floats], NDArray[np.int64]] = field(default_factory=dict)
    failed: list[BaseException] = field(default_factory=list)
    done: int = 0

    def __post_init__(self) -> None:
        self.losses = np.full(len(self.points), np.nan)

    def submit(self, executor: Executor, shard: NDArray[np.int64]) -> None:
        try:
            future = executor.submit(compute, self.evaluator, self.points[shard], os.getpid())
        except Exception as error:  # noqa: BLE001  a broken or closed executor: any kind of it
            self._lost(shard, error)
        else:
            self.pending[future] = shard

    def collect(self) -> None:
        waited = 0.0
        while self.pending:
            ready, _ = wait(self.pending, timeout=_POLL, return_when=FIRST_COMPLETED)
            self.watch.check()
            for future in ready:
                self._take(future, self.pending.pop(future))
            waited = 0.0 if ready else waited + _POLL
            if waited >= PATIENCE and self.pending:
                # Whoever has this one may never answer; the next is waited for no longer.
                future, shard = self.pending.popitem()
                future.cancel()
                self._lost(shard, TimeoutError(f"nothing came back in {PATIENCE:g} s"))

    def _take(self, future: Future[Floats], shard: NDArray[np.int64]) -> None:
        try:
            losses = future.result()
        except Exception as error:  # noqa: BLE001  whatever went wrong there may go well here
            self._lost(shard, error)
        else:
            self._have(shard, losses)

    def _lost(self, shard: NDArray[np.int64], error: BaseException) -> None:
        self.failed.append(error)
        self._have(shard, self.evaluator.losses(self.points[shard]))

    def _have(self, shard: NDArray[np.int64], losses: Floats) -> None:
        self.losses[shard] = losses
        self.done += len(shard)
        self.watch(self.done / len(self.points))

    def warn(self, shards: int) -> None:
        if self.failed:
            why = self.failed[0]
            warnings.warn(
                f"{len(self.failed)} of {shards} parts of the loss surface failed on the executor "
                f"({type(why).__name__}: {why}) and were computed here",
                RuntimeWarning,
                stacklevel=2,
            )
