"""Other initial weights for the same network."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np

from nnwidgets.core._inits import init_name, initialise, made_with
from nnwidgets.training._interrupts import Interrupts

if TYPE_CHECKING:
    from nnwidgets.training.run import Run


def reinitialize(run: Run, seed: int, init: str | None = None) -> None:
    """Draw the weights anew in place and start over at epoch 0 from there; see `Network`.

    Raises
    ------
    RuntimeError
        While the network is being trained; pause() first.
    ValueError
        For an unknown `init`; nothing has changed then.
    """
    problem = run.problem
    name = made_with(problem.model) if init is None else init_name(init)
    with Interrupts(), ExitStack() as stack:
        if (trainer := run.trainer) is not None:
            run.seat.take(trainer, lambda: None)
            stack.callback(run.seat.leave)
        stack.enter_context(problem.turn)
        before = problem.parameters.read()
        initialise(problem.model, name, seed)
        frozen = np.flatnonzero(problem.frozen)
        problem.parameters.write(frozen, before[frozen])
        problem.mark_initial()
        if trainer is not None:
            trainer.restart()
        run.begin_history()
        run.replace_status(state="idle", message="", traceback="")
    run.notify("epoch")
