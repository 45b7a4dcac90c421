"""What a trainer does, as the recipe of a plain script."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Literal

from nnwidgets.core.code import Code, Recipe, plain_code
from nnwidgets.training._checks import count

if TYPE_CHECKING:
    from torch.optim import Optimizer

    from nnwidgets.training.run import Run


def code_of(run: Run, epochs: int | None, start: Literal["initial", "now"]) -> Code:
    """Return the script of a run's trainer, or of a `Trainer` as it is by default."""
    trainer = run.trainer
    default = Recipe()
    made = run.epoch or default.epochs if start == "initial" else default.epochs
    total = made if epochs is None else count("epochs", epochs, least=1)
    if trainer is None:
        return plain_code(run.problem, Recipe(epochs=total), start=start)
    named = trainer._stepper.engine.recipe
    own = named.make_flat is None
    recipe = Recipe(
        optimizer=_call(trainer.optimizer) if own else named.name,
        lr=trainer.lr,
        batch_size=trainer._stepper.batch_size,
        seed=trainer.seed,
        l1=trainer.l1,
        l2=trainer.l2,
        epochs=total,
    )
    return plain_code(run.problem, recipe, start=start)


def _call(optimizer: Optimizer) -> str:
    """Return a call of one of torch's own optimizers, "" of others.

    One that asks for the loss again (LBFGS), or has groups of parameters, is not to be had so.
    """
    kind: Any = type(optimizer)
    groups = optimizer.param_groups
    torchs = kind.__module__.startswith("torch.optim")
    if not torchs or len(groups) != 1 or kind.__name__ == "LBFGS":
        return ""
    given = []
    for name, parameter in inspect.signature(kind.__init__).parameters.items():
        if name in groups[0] and name != "params" and groups[0][name] != parameter.default:
            given.append(f", {name}={groups[0][name]!r}")
    return f"torch.optim.{kind.__name__}(model.parameters(){''.join(given)})"
