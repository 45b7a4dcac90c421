"""A network of other units and layers: what it takes to go on from there."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from nnwidgets.core import _restructure
from nnwidgets.training._interrupts import Interrupts

if TYPE_CHECKING:
    from nnwidgets.core._restructure import Change
    from nnwidgets.training.run import Run


def restructure(run: Run, change: Change, revision: int | None = None) -> None:
    """Change the model's units or layers, and start over at epoch 0 from there.

    The history is cleared, for its parameters are of another network; the trainer's optimizer is
    made anew. `revision` is the one of the structure that is meant, where it may be outdated.

    Raises
    ------
    RuntimeError
        While the network is being trained; pause() first.
    ValueError, TypeError
        See :func:`nnwidgets.core._restructure.restructure`; nothing has changed then.
    """
    with Interrupts(), ExitStack() as stack:
        if (trainer := run.trainer) is not None:
            run.seat.take(trainer, lambda: None)
            stack.callback(run.seat.leave)
        stack.enter_context(run.problem.turn)
        run.problem.check_revision(revision)
        _restructure.restructure(run.problem, change)
        run.history.start_over(run.problem.parameters.size)
        if trainer is not None:
            trainer.restart()
        run.begin_history()
        run.replace_status(state="idle", message="", traceback="")
    run.notify("structure")
    run.notify("epoch")
