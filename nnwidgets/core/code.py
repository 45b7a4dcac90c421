"""The plain PyTorch script that does what a network and its trainer do, without this package."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nnwidgets.core._code_script import FILE, Recipe, Writer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nnwidgets.core.problem import Problem

__all__ = ["Code", "Recipe", "plain_code"]


class Code(str):
    """A script as text, which a notebook shows as it is.

    Attributes
    ----------
    arrays : dict of str to ndarray
        Data and weights that are too many to be written into it: it reads them from
        ``arrays.npz`` beside it. Empty where everything stands in the script.
    """

    arrays: Mapping[str, NDArray[Any]]

    def __new__(cls, text: str, arrays: Mapping[str, NDArray[Any]]) -> Code:
        """Make one of the text and the arrays that it reads."""
        made = super().__new__(cls, text)
        made.arrays = dict(arrays)
        return made

    def __repr__(self) -> str:
        return str(self)

    def save(self, path: str | Path) -> Path:
        """Write the script, and ``arrays.npz`` beside it where it needs one.

        Raises
        ------
        OSError
            Where it cannot be written.
        """
        target = Path(path)
        if self.arrays:
            packed = io.BytesIO()
            np.savez_compressed(packed, **self.arrays)  # type: ignore[arg-type]
            (target.parent / FILE).write_bytes(packed.getvalue())
        target.write_text(self, encoding="utf-8")
        return target


def plain_code(problem: Problem, recipe: Recipe | None = None, *, start: str = "initial") -> Code:
    """Return a script of numpy and torch alone that trains the model in the same way.

    It has the data, the model with its weights, the loss and the optimizer, and draws the batches
    in the same order, so that it ends with the same weights. What was done by hand in the
    meantime is not in it: a weight that was dragged, a learning rate that was changed.

    Parameters
    ----------
    problem : Problem
    recipe : Recipe, optional
        Default: what a `Trainer` does by default.
    start : {"initial", "now"}
        The weights that it starts from.

    Returns
    -------
    Code
        A class of your own is there by its source. Where that, or what its constructor was given,
        is not to be found, a comment says what is to be inserted.

    Examples
    --------
    >>> from torch import nn
    >>> from nnwidgets.core.problem import Problem
    >>> code = plain_code(Problem(nn.Linear(2, 1), [[0.0, 1.0], [1.0, 0.0]], [0, 1]))
    >>> "loss_fn = nn.BCEWithLogitsLoss()" in code
    True
    """
    if start not in ("initial", "now"):
        raise ValueError(f'start must be "initial" or "now", got {start!r}')
    with problem.turn:
        writer = Writer(problem, recipe or Recipe(), start)
        return Code(writer.text(), writer.arrays.kept)
