"""Batch after batch, epoch after epoch: training with no clock, thread or callback."""

from __future__ import annotations

import math
import time
from contextlib import ExitStack, nullcontext
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch

from nnwidgets import words
from nnwidgets.core.penalty import Penalty
from nnwidgets.training._checkpoints import Checkpoint, Checkpoints
from nnwidgets.training._engine import Diverged, Engine
from nnwidgets.training._randomness import OwnRandomness
from nnwidgets.training._threads import one_thread_if_small_steps

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from nnwidgets.training.optimizers import Recipe
    from nnwidgets.training.run import Run


class Stepper:
    """Where a trainer is in its data, and its optimizer.

    The order of the samples is ``torch.randperm(n, generator=g)``, drawn for each epoch from one
    seeded generator, as a ``DataLoader`` with a sampler that yields it would use it.

    Parameters
    ----------
    run : Run
        What is trained and recorded.
    recipe : Recipe
        Makes the optimizer.
    batch_size : int or None
        None takes all rows at once. The last batch of an epoch may be smaller.
    seed : int
        Of the order, and of dropout and the like.
    penalty : Penalty, optional
        Regularisation; it may be changed at any time.

    Attributes
    ----------
    batch : int
        How many batches of the present epoch are done; 0 between two epochs.
    recipe : Recipe
    batch_size : int or None
    order : torch.Generator
        What the orders to come are drawn from.
    engine : Engine
        The optimizer at work.
    penalty : Penalty
    checkpoints : Checkpoints
        From which it can train on again.
    """

    def __init__(
        self,
        run: Run,
        recipe: Recipe,
        batch_size: int | None,
        seed: int,
        penalty: Penalty | None = None,
    ) -> None:
        self._run = run
        self._problem = run.problem
        self.recipe = recipe
        self.batch_size = batch_size
        self._seed = seed
        self.penalty = Penalty() if penalty is None else penalty
        self._threads = ExitStack()
        self.checkpoints = Checkpoints()
        self.restart()

    def restart(self) -> None:
        """Forget the place in the data, the order to come and the optimizer's state."""
        self.checkpoints.clear()
        self._start_over()

    def _start_over(self) -> None:
        self.batch = 0
        self.engine = self._new_engine()
        self.order = torch.Generator().manual_seed(self._seed)
        device = self._problem.parameters.first.device
        self._randomness = OwnRandomness(self._seed, device)
        self._permutation = torch.empty(0, dtype=torch.int64)
        self._batches: list[tuple[Tensor, Tensor]] = []

    def _new_engine(self) -> Engine:
        return Engine(self._problem.model, self.recipe, self.penalty)

    # -- a stretch of training ---------------------------------------------------------------

    def begin(self) -> None:
        """Get the model ready for batches. Every call must be followed by `end`."""
        rows, size = len(self._problem.data), self._problem.parameters.size
        batch = min(self.batch_size or rows, rows)
        self._threads.enter_context(one_thread_if_small_steps(size, batch, rows))
        with self._problem.turn:
            if not self.engine.drives(self._problem.model):
                # load_state_dict(assign=True) and the like: an optimizer knows only what it had.
                lr, self.engine = self.engine.lr, self._new_engine()
                self.engine.lr = lr
            self._draws = True  # until a batch has shown that the model draws no random numbers
            self.engine.bind()
            if self.batch and self.epoch_done:
                self.close_epoch()  # it was interrupted just before that
            if self.batch:
                self._gather()  # the model may be on another device by now

    def end(self) -> None:
        """Leave the model as an ordinary one; harmless when called twice."""
        with self._problem.turn:
            self.engine.release()
        self._threads.close()

    def step(self) -> float:
        """Train on the next batch.

        Returns
        -------
        float
            The batch's loss before the step.

        Raises
        ------
        Diverged
            After the last good parameters were put back.
        """
        with self._problem.turn:
            batch_loss = partial(self._problem.batch_loss, *self.draw())
            try:
                with self._randomness if self._draws else nullcontext():
                    loss = self.engine.step(batch_loss, self._pinned())
            except Diverged:
                self.engine.restore()
                raise
            self._draws = self._draws and self._randomness.drew
            self.batch += 1
        return loss

    def draw(self) -> tuple[Tensor, Tensor]:
        """Return the rows and targets of the next batch. The turn must be the caller's."""
        if not self.batch:
            self.mark()
            self._shuffle()
        elif self._problem.data is not self._data:
            self._gather()
        self.checkpoints.step()
        return self._batches[self.batch]

    def take(self, loss: float, gradient: Tensor) -> None:
        """Make the step of a batch that was drawn, from its loss and flat gradient.

        Raises
        ------
        Diverged
            After the last good parameters were put back.
        """
        with self._problem.turn:
            try:
                self.engine.take(loss, gradient, self._pinned())
            except Diverged:
                self.engine.restore()
                raise
            self.batch += 1

    @property
    def epoch_done(self) -> bool:
        """Whether every batch of this epoch is done, so that `close_epoch` comes next."""
        return self.batch >= len(self._batches)

    def close_epoch(self) -> dict[str, float]:
        """Evaluate and record the epoch whose batches are done.

        Returns
        -------
        dict
            "epoch", "loss" and the other scores there are.

        Raises
        ------
        Diverged
            When the loss is not finite; the last good parameters are put back.
        """
        with self._problem.turn:
            self.batch = 0
            scores = self._run.measure()
            if not math.isfinite(scores["loss"] or 0.0):
                self.engine.restore()
                raise Diverged(
                    words.Text("the loss on the training data is {loss}", loss=scores["loss"])
                )
            self._run.commit(self._run.epoch + 1, scores)
        found = {name: value for name, value in scores.items() if value is not None}
        return {"epoch": self._run.epoch} | found

    # -- going back --------------------------------------------------------------------------

    def mark(self) -> None:
        """An epoch begins, or could: keep what it takes to come back here, if it is time to."""
        run = self._run
        key = (self.engine.lr, *self._rates, run.touches)
        self.checkpoints.offer(run.epoch, key, lambda: self._checkpoint(run.epoch))

    def _checkpoint(self, epoch: int) -> Checkpoint:
        order, random = self.order.get_state(), self._randomness.states
        return Checkpoint(epoch, self.engine.remember(), order, random, self._rates)

    @property
    def _rates(self) -> tuple[float, float]:
        return self.penalty.l1, self.penalty.l2

    def return_to(self, checkpoint: Checkpoint) -> None:
        """Be as then, model and all, between two epochs. The turn must be the caller's."""
        self._start_over()
        self.engine.recall(checkpoint.memory)
        self.order.set_state(checkpoint.order)
        self._randomness.states = checkpoint.random
        self.penalty.l1, self.penalty.l2 = checkpoint.penalty

    def replay(self, epochs: int, until: float) -> bool:
        """Train so many epochs that were trained before, and record nothing.

        Parameters
        ----------
        epochs : int
        until : float
            When to give up, by ``time.monotonic()``.

        Returns
        -------
        bool
            Whether they were trained to the end.
        """
        checkpoints, self.checkpoints = self.checkpoints, Checkpoints()
        self.begin()
        try:
            for _ in range(epochs):
                self.step()
                while not self.epoch_done:
                    self.step()
                self.batch = 0
                if time.monotonic() > until:
                    return False
        except Diverged:
            return False
        finally:
            self.end()
            self.checkpoints = checkpoints
        return True

    # -- the parts of a step -----------------------------------------------------------------

    def _shuffle(self) -> None:
        self._permutation = torch.randperm(len(self._problem.data), generator=self.order)
        self._gather()

    def _gather(self) -> None:
        """Put the rows in this epoch's order once, so that batches are slices."""
        X, y = self._problem.Xt, self._problem.yt
        if len(self._permutation) != len(X):
            # Points were added or deleted during an epoch: the rest of it is drawn anew.
            self._permutation = torch.randperm(len(X), generator=self.order)
        order = self._permutation.to(X.device)
        size = self.batch_size or len(X)
        self._data = self._problem.data
        rows = (X.index_select(0, order), y.index_select(0, order))
        self._batches = list(zip(*(torch.split(part, size) for part in rows), strict=True))
        self.batch = min(self.batch, len(self._batches) - 1)

    def _pinned(self) -> NDArray[np.bool_] | None:
        frozen, held = self._problem.frozen, self._problem.held
        # Nearly always none is: this is the quickest way to see it.
        if np.count_nonzero(frozen) or np.count_nonzero(held):
            pinned: NDArray[np.bool_] = frozen | held
            return pinned
        return None
