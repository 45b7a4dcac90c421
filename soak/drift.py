"""Whether a series of measurements is flat, and what a run that holds has to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

#: Share of the run that counts as warm-up: compilers, caches, the first garbage collections.
WARM_UP = 0.2
#: Most that memory may grow from there to the end, as a share of what there is.
LIMIT = 0.05


@dataclass(frozen=True)
class Check:
    """Something that has to hold, and what was found."""

    text: str
    found: str
    holds: bool


@dataclass(frozen=True)
class Drift:
    """How a series went after the warm-up.

    Attributes
    ----------
    level
        Its median.
    slope
        Of the Theil-Sen line, a second.
    change
        What the line says the series changed by from the end of the warm-up to its own end.
    meant
        How much of that is what is kept by intent.
    """

    level: float
    slope: float
    change: float
    meant: float = 0.0

    @property
    def share(self) -> float:
        """What is not meant of the change, as a share of the level."""
        return (self.change - self.meant) / self.level if self.level else 0.0


def theil_sen(times: ArrayLike, values: ArrayLike) -> float:
    """Return the median of the slopes between all pairs: a third of outliers does not move it."""
    t, v = np.asarray(times, float), np.asarray(values, float)
    earlier, later = np.triu_indices(len(t), 1)
    apart = t[later] - t[earlier]
    slopes = (v[later] - v[earlier])[apart > 0] / apart[apart > 0]
    return float(np.median(slopes)) if len(slopes) else 0.0


def drift(times: ArrayLike, values: ArrayLike, meant: ArrayLike | None = None) -> Drift:
    """Return how a series went after the warm-up.

    Parameters
    ----------
    times : array_like
        Seconds since the beginning, growing.
    values : array_like
    meant : array_like, optional
        How much of each value is kept by intent, such as a history; bytes as the values.
    """
    t, v = np.asarray(times, float), np.asarray(values, float)
    kept = t >= t[0] + WARM_UP * (t[-1] - t[0])
    slope = theil_sen(t[kept], v[kept])
    span = float(t[-1] - t[kept][0])
    own = 0.0 if meant is None else theil_sen(t[kept], np.asarray(meant, float)[kept]) * span
    return Drift(float(np.median(v[kept])), slope, slope * span, own)


def flat(name: str, found: Drift) -> Check:
    """Hold a drift to the limit."""
    said = f"{found.share:+.1%} of {found.level / 2**20:.0f} MiB"
    if found.meant:
        said += f", besides {found.meant / 2**20:.2f} MiB of history"
    return Check(
        f"{name}: at most {LIMIT:.0%} more from warm-up to end", said, found.share <= LIMIT
    )


def bounded(name: str, values: Sequence[float], most: float) -> Check:
    """Hold the largest of some numbers to a bound."""
    worst = max(values, default=0.0)
    return Check(f"{name}: at most {most:g}", f"{worst:g} at most", worst <= most)


def same(
    name: str,
    before: Mapping[str, float],
    after: Mapping[str, float],
    more: Mapping[str, float] | None = None,
    spare: float = 0.0,
) -> list[Check]:
    """Hold every count to what it was before.

    Parameters
    ----------
    name
        Whose counts they are.
    before, after
    more : mapping, optional
        How many more of some kinds there may be.
    spare
        And of all others.
    """
    names = [*before, *(each for each in after if each not in before)]
    return [_not_more(name, each, before, after, (more or {}).get(each, spare)) for each in names]


def _not_more(
    name: str, each: str, before: Mapping[str, float], after: Mapping[str, float], more: float
) -> Check:
    then, now = before.get(each, 0), after.get(each, 0)
    allowed = f", {more:g} more allowed" if more else ""
    return Check(f"{name}: {each}", f"{then:g} before, {now:g} after{allowed}", now <= then + more)
