"""What becomes of a gradient on its way through the layers, and how that is looked at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from nnwidgets.training._checks import count

SOURCES = ("auto", "loss", "grad")

#: Of its weights: below this a step at a learning rate of 1 is lost in float32's rounding, above
#: that one at a rate of 0.01 is as large as the weights.
FAINT, FIERCE = 1e-8, 1e2


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
    relative : float
        first / root mean square of the first layer's weights.
    verdict : str
        "vanishing", "exploding", "even", "not finite", or "one layer".
    """

    epoch: int
    first: float
    last: float
    ratio: float
    relative: float
    verdict: str


def judge(
    epoch: int, layers: int, first: float, last: float, weight: float, bounds: tuple[float, float]
) -> Flow:
    """Say what becomes of a gradient.

    The rule: first / last below the first bound is vanishing, above the second exploding. Where
    activations shrink or grow as the gradient does, as with weights that are all too small or too
    large, every layer's gradient is alike; so it is vanishing, too, if the first layer's is less
    than `FAINT` of its weights, and exploding if it is more than `FIERCE` times as large.

    Examples
    --------
    >>> judge(0, 8, 2e-9, 1e-3, 0.3, (1e-3, 1e3)).verdict
    'vanishing'
    """
    ratio = first / last if last else math.inf if first else math.nan
    relative = first / weight if weight else math.nan
    if not (math.isfinite(first) and math.isfinite(last)):
        verdict = "not finite"
    elif layers < 2:
        verdict = "one layer"
    elif first < bounds[0] * last or relative < FAINT:
        verdict = "vanishing"
    else:
        verdict = "exploding" if first > bounds[1] * last or relative > FIERCE else "even"
    return Flow(epoch, first, last, ratio, relative, verdict)


def checked(every: int | Literal["auto"], of: str, rows: int) -> tuple[int | None, int]:
    """Return `every` (None for "auto") and `rows`, or say what is wrong with one of these."""
    if of not in SOURCES:
        raise ValueError(f"of must be one of {', '.join(map(repr, SOURCES))}; got {of!r}")
    step = None if every == "auto" else count("every", every, least=1)
    return step, count("rows", rows, least=1)
