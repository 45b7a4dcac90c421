"""What becomes of a gradient on its way through the layers, and how that is looked at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from nnwidgets.training._checks import count

SOURCES = ("auto", "loss", "grad")


@dataclass(frozen=True)
class Flow:
    """What becomes of the gradient on its way from the last layer to the first.

    Attributes
    ----------
    epoch : int
    first, last : float
        Root mean square of the gradient of the first and the last layer's weights.
    ratio : float
        first / last.
    verdict : str
        "vanishing", "exploding", "even", "not finite", or "one layer".
    """

    epoch: int
    first: float
    last: float
    ratio: float
    verdict: str


def judge(epoch: int, first: float, last: float, layers: int, bounds: tuple[float, float]) -> Flow:
    """Say what becomes of a gradient: below the first bound vanishing, above the second exploding.

    Examples
    --------
    >>> judge(0, 2e-9, 1e-3, 8, (1e-3, 1e3)).verdict
    'vanishing'
    """
    ratio = first / last if last else math.inf if first else math.nan
    if layers < 2:
        verdict = "one layer"
    elif not (math.isfinite(first) and math.isfinite(last)):
        verdict = "not finite"
    elif first < bounds[0] * last:
        verdict = "vanishing"
    else:
        verdict = "exploding" if first > bounds[1] * last else "even"
    return Flow(epoch, first, last, ratio, verdict)


def checked(every: int | Literal["auto"], of: str, rows: int) -> tuple[int | None, int]:
    """Return `every` (None for "auto") and `rows`, or say what is wrong with one of these."""
    if of not in SOURCES:
        raise ValueError(f"of must be one of {', '.join(map(repr, SOURCES))}; got {of!r}")
    step = None if every == "auto" else count("every", every, least=1)
    return step, count("rows", rows, least=1)
