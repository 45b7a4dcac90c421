"""A problem and what has happened to it: the one thing that training and widgets share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from nnwidgets.core import structure
from nnwidgets.core.problem import Score
from nnwidgets.core.state import Structure
from nnwidgets.training._checks import count, number
from nnwidgets.training._interrupts import Interrupts
from nnwidgets.training._latest import Latest
from nnwidgets.training._seat import Seat
from nnwidgets.training._told import Told
from nnwidgets.training._witnesses import Witnesses
from nnwidgets.training.history import History

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from nnwidgets.core.data import Data
    from nnwidgets.core.problem import Problem
    from nnwidgets.training._branch import Former
    from nnwidgets.training.trainer import Trainer


class Run(Told):
    """A `Problem` with its history, its epoch, its trainer, and those who want to hear of changes.

    Everything here may be called from any thread. Row 0 of the history, the state before any
    training, is recorded at once.

    Parameters
    ----------
    problem : Problem
        What is trained.
    history_bytes : int, default 64 MiB
        Most memory for remembered parameters; see `History`.

    Attributes
    ----------
    history : History
        Every epoch so far.
    epoch : int
        How many epochs the parameters have been trained for.
    batches : int
        How many steps of training there were in all, whatever was reset since.
    trainer : Trainer or None
        The newest one made for this run; the control bar drives it.
    status : Status
        What training is doing. Never changed, only replaced.
    seat : Seat
        Which trainer is at work.
    witnesses : Witnesses
        Who looks on while an epoch is recorded.
    tested : tuple of float or None
        Loss and accuracy on the test data at the last recorded epoch; None without.
    former : dict of str to Former
        What was trained after an epoch that was branched from, by name; see `branch`.
    touches : int
        How often something other than training may have changed what comes next.
    latest : Latest
        Loss and accuracy, without a look at whether code of the user's own moved parameters.
    """

    def __init__(self, problem: Problem, *, history_bytes: int = 64 * 2**20) -> None:
        super().__init__()
        parameters = problem.parameters
        self.problem = problem
        self.history = History(parameters.size, parameters.dtype, max_bytes=history_bytes)
        self.epoch = self.batches = self.touches = 0
        self.former: dict[str, Former] = {}
        self.tested: tuple[float | None, float | None] = (None, None)
        self.trainer: Trainer | None = None
        self.seat, self.witnesses, self.latest = Seat(), Witnesses(), Latest(problem)
        self.begin_history()

    # -- where it stands ---------------------------------------------------------------------

    @property
    def loss(self) -> float:
        """Loss on all training data: of the last epoch, or of now if anything has moved since."""
        return self._of_now().loss

    @property
    def accuracy(self) -> float | None:
        """Accuracy on all training data; None for a regression."""
        return self._of_now().accuracy

    def _of_now(self) -> Score:
        # While a trainer is at work, what it says of the last epoch stands.
        return self.latest.of_now() if self.seat.look()[0] is None else self.latest.get()

    def touch(self) -> None:
        """Note that loss and accuracy are no longer those of the parameters or the data."""
        self.touches += 1
        self.latest.forget()

    # -- recording ---------------------------------------------------------------------------

    def begin_history(self) -> None:
        """Make the state of now row 0 of an empty history."""
        with self.problem.turn:
            self.epoch = 0
            self.former = {}
            self.history.clear()
            self.commit(0, self.measure())

    def measure(self) -> dict[str, float | None]:
        """Evaluate the full data: "loss", "accuracy" and, where there are test data, theirs."""
        train = self.problem.evaluate("train")
        scores: dict[str, float | None] = {"loss": train.loss, "accuracy": train.accuracy}
        if self.problem.test is not None:
            test = self.problem.evaluate("test")
            scores |= {"test_loss": test.loss, "test_accuracy": test.accuracy}
        return scores

    def commit(
        self, epoch: int, scores: dict[str, float | None], metrics: dict[str, float] | None = None
    ) -> None:
        """Record the parameters of now with `scores` as `epoch`. The turn must be the caller's."""
        loss = scores["loss"]
        assert loss is not None
        rest = {name: value for name, value in scores.items() if name != "loss"}
        parameters = self.problem.parameters.read()
        self.history.append(epoch, parameters, loss=loss, metrics=metrics, **rest)
        self.epoch = epoch
        self.latest.set(Score(loss, scores["accuracy"]), parameters)
        self.tested = (scores.get("test_loss"), scores.get("test_accuracy"))
        self.witnesses.call(epoch, parameters)

    def record(
        self,
        epoch: int | None = None,
        loss: float | None = None,
        accuracy: float | None = None,
        **metrics: float,
    ) -> None:
        """Record an epoch of your own training loop and have every view show it.

        Parameters
        ----------
        epoch : int, optional
            Default the next one. One at or before the last rewinds the history to before it.
        loss, accuracy : float, optional
            What is not given is evaluated on all training data. A tensor of one number will do.
        **metrics : float
            Your own numbers, kept in the history under their names; "test_loss" and
            "test_accuracy" replace those that would be evaluated.

        Raises
        ------
        TypeError, ValueError
            For an epoch that is no integer or negative, or numbers that are none.

        Examples
        --------
        >>> for epoch in range(1, 101):  # doctest: +SKIP
        ...     optimizer.zero_grad()
        ...     loss = loss_fn(model(X), y)
        ...     loss.backward()
        ...     optimizer.step()
        ...     net.record(epoch=epoch, loss=loss.item())
        """
        tests = {name: metrics.pop(name, None) for name in ("test_loss", "test_accuracy")}
        given = {"loss": loss, "accuracy": accuracy} | tests
        numbers = {k: number(k, value) for k, value in given.items() if value is not None}
        extra = {name: number(name, value) for name, value in metrics.items()}
        this = None if epoch is None else count("epoch", epoch)
        self.follow()
        self.batches += 1
        # An interrupt of the loop that calls this comes before or after, not amid a row.
        with Interrupts(), self.problem.turn:
            complete = numbers.keys() >= {"loss", "accuracy"} and self.problem.test is None
            scores = ({} if complete else self.measure()) | numbers
            self.commit(self.epoch + 1 if this is None else this, scores, extra)
        self.notify("epoch")

    # -- changing it -------------------------------------------------------------------------

    def write(
        self,
        index: ArrayLike,
        value: ArrayLike,
        *,
        by: Literal["python", "browser"] = "python",
        revision: int | None = None,
    ) -> None:
        """Set entries of the flat parameter vector, between two training steps.

        Parameters
        ----------
        index : (m,) array_like of int
            Flat indices.
        value : (m,) array_like of float
            Their values, already validated (see `Parameters.parse`).
        by : {"python", "browser"}, default "python"
            Who asks, for the error's text.
        revision : int, optional
            That of the structure whose entries are meant (`Problem.revision`), where units or
            layers may have been added or removed in the meantime.

        Raises
        ------
        ValueError
            When a frozen entry would change, or the revision is another by now (`Outdated`);
            nothing is written then.
        """
        indices = np.asarray(index, np.int64)
        with Interrupts(), self.problem.turn:
            self.problem.check_revision(revision)
            parameters = self.problem.parameters
            values = np.asarray(value, parameters.dtype)
            frozen = self.problem.frozen[indices]
            if frozen.any():
                moved = frozen & (parameters.read()[indices] != values)
                if moved.any():
                    names = ", ".join(parameters.reference(int(i)) for i in indices[moved][:5])
                    raise ValueError(
                        f"frozen parameters cannot be set by {by}: {names}; unfreeze() them first"
                    )
            parameters.write(indices, values)
            self.touch()
        self.notify("parameters")

    def set_activation(self, value: str | Sequence[str], revision: int | None = None) -> None:
        """Swap the hidden activations of the module in place; see `core.structure`."""
        with Interrupts(), self.problem.turn:
            self.problem.check_revision(revision)
            structure.set_activation(self.problem.model, value)
            self.problem.refresh()
            self.touch()
        self.notify("structure")

    def restore_activations(self, former: Structure) -> None:
        """Give the module the hidden activations that it had, their slopes included."""
        with Interrupts(), self.problem.turn:
            if former.activations == Structure.of(self.problem.model).activations:
                return
            former.activate(self.problem.model)
            self.problem.refresh()
            self.touch()
        self.notify("structure")

    def follow(self) -> None:
        """Take up what was done to the model by hand: modules swapped for others.

        Raises
        ------
        ValueError
            If it has other parameters now; nothing can be trained or recorded then.
        """
        with Interrupts(), self.problem.turn:
            self.problem.parameters.check()
            if changed := self.problem.changed:
                self.problem.refresh()
                self.touch()
        if changed:
            self.notify("structure")

    def replace_data(self, data: Data, test: object = "same") -> None:
        """Train and show other data from now on; score others, too, if `test` (X, y) is given."""
        with Interrupts(), self.problem.turn:
            kept = isinstance(test, str) and test == "same"
            scored = (self.problem.test, self.problem._test) if kept else self.problem.scored(test)
            self.problem.replace_data(data)
            self.problem.test, self.problem._test = scored
            self.touch()
        self.notify("data")

    def freeze(self, *references: str, revision: int | None = None) -> None:
        """Hold parameters ("0.weight" or "0.weight[0,1]") at the values they have."""
        with Interrupts(), self.problem.turn:
            self.problem.check_revision(revision)
            self.problem.freeze(*references)
            self.touches += 1
        self.notify("frozen")

    def unfreeze(self, *references: str, revision: int | None = None) -> None:
        """Let parameters go again."""
        with Interrupts(), self.problem.turn:
            self.problem.check_revision(revision)
            self.problem.unfreeze(*references)
            self.touches += 1
        self.notify("frozen")

    def reset(self) -> None:
        """Go back to the initial parameters and epoch 0; playing stops, the history is cleared."""
        if self.trainer is not None:
            self.trainer.reset()
        else:
            self.rewind()
            self.notify("epoch")

    def rewind(self) -> None:
        """What `reset` does to everything but the trainer; tells nobody."""
        with Interrupts(), self.problem.turn:
            self.problem.restore_initial()
            self.begin_history()
