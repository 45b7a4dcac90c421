"""Traits for the options of views, which say what they want when they get something else."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The largest integer that JavaScript counts with.
LAST_EPOCH = 2**53 - 1


class Refused(traitlets.TraitError, ValueError):
    """What a validator raises for an option that the network has no place for.

    A TraitError: after any other error traitlets keeps the bad value of an option that came from
    the page. A ValueError: that is what a script gets for a bad argument.
    """


# What a plane shows behind its points.
FIELDS = ("none", "output", "boundary", "both")


class Extent(traitlets.TraitType[Any, Any]):
    """None, to fit the data, or ``(x0, x1, y0, y1)`` with x0 < x1 and y0 < y1."""

    allow_none = True
    default_value = None
    info_text = "None or four numbers (x0, x1, y0, y1) with x0 < x1 and y0 < y1"

    def validate(self, obj: Any, value: Any) -> tuple[float, ...]:
        """Return four floats."""
        numbers = _floats(value)
        if numbers is None or len(numbers) != 4:
            self.error(obj, value)
        x0, x1, y0, y1 = numbers
        if not (x0 < x1 and y0 < y1):
            self.error(obj, value)
        return numbers


class Numbers(traitlets.TraitType[Any, Any]):
    """None, or a list of finite numbers, kept as a tuple."""

    allow_none = True
    default_value = None
    info_text = "None or a list of finite numbers"

    def validate(self, obj: Any, value: Any) -> tuple[float, ...]:
        """Return floats."""
        numbers = _floats(value)
        if numbers is None:
            self.error(obj, value)
        return numbers


class Whole(traitlets.TraitType[Any, Any]):
    """An integer in a range. NumPy's are integers, too; True is not."""

    def __init__(
        self, default: int | None, least: int, most: int, *, allow_none: bool = False
    ) -> None:
        super().__init__(default, allow_none=allow_none)
        self._least, self._most = least, most
        self.info_text = f"an integer from {least} to {most}"

    def validate(self, obj: Any, value: Any) -> int:
        """Return an int."""
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            self.error(obj, value)
        if not self._least <= value <= self._most:
            self.error(obj, value)
        return int(value)


class Real(traitlets.TraitType[Any, Any]):
    """A number in a range; neither NaN nor True is one."""

    def __init__(self, default: float, least: float, most: float) -> None:
        super().__init__(default)
        self._least, self._most = least, most
        self.info_text = f"a number from {least:g} to {most:g}"

    def validate(self, obj: Any, value: Any) -> float:
        """Return a float."""
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            self.error(obj, value)
        if not self._least <= value <= self._most:
            self.error(obj, value)
        return float(value)


class Float(traitlets.Float[Any, Any]):
    """A float; a whole number that is too long for one is infinite, for the owner to refuse."""

    def validate(self, obj: Any, value: Any) -> Any:
        """Return a float."""
        try:
            return super().validate(obj, value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf


class Place(traitlets.TraitType[Any, Any]):
    """An index or a name; the owner's validator has :func:`choose` make an index of it."""

    default_value = 0
    info_text = "an index or a name"

    def validate(self, obj: Any, value: Any) -> int | str:
        """Return what was given; whether there is such a place is for the owner to say."""
        if isinstance(value, bool) or not isinstance(value, int | np.integer | str):
            self.error(obj, value)
        return value if isinstance(value, str) else int(value)


class Places(traitlets.TraitType[Any, Any]):
    """One or two different places, kept as a tuple."""

    default_value = (0,)
    info_text = "one or two different indices or names"

    def validate(self, obj: Any, value: Any) -> tuple[int | str, ...]:
        """Return a tuple of what was given."""
        items = (value,) if isinstance(value, int | np.integer | str) else value
        if not isinstance(items, list | tuple) or not 1 <= len(items) <= 2:
            self.error(obj, value)
        if any(isinstance(i, bool) or not isinstance(i, int | np.integer | str) for i in items):
            self.error(obj, value)
        return tuple(items)


class Indices(traitlets.TraitType[Any, Any]):
    """None, or a list of different whole numbers, kept as a tuple."""

    allow_none = True
    default_value = None
    info_text = "None or a list of at least one whole number"

    def validate(self, obj: Any, value: Any) -> tuple[int, ...]:
        """Return ints; whether there are such places is for the owner to say."""
        items = value.tolist() if isinstance(value, np.ndarray) else value
        if not isinstance(items, list | tuple | range) or len(items) == 0:
            self.error(obj, value)
        if any(isinstance(i, bool) or not isinstance(i, int | np.integer) for i in items):
            self.error(obj, value)
        return tuple(int(i) for i in items)


class Row(traitlets.TraitType[Any, Any]):
    """A row of the data: whether there is such a one is for the owner to say, by :func:`row`."""

    default_value: int | None = 0

    def validate(self, obj: Any, value: Any) -> int:
        """Return an int; NumPy's are whole numbers, too, and True is not."""
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            none = "None or " if self.allow_none else ""
            raise traitlets.TraitError(
                f"{self.name} must be {none}a whole number, that of a row of the data; "
                f"got {value!r}"
            )
        return int(value)


class MaybeRow(Row):
    """A row of the data, or None."""

    allow_none = True
    default_value = None


class MaybePlace(traitlets.TraitType[Any, Any]):
    """None, or an index or a name."""

    allow_none = True
    default_value = None
    info_text = "None, an index or a name"

    def validate(self, obj: Any, value: Any) -> int | str:
        """Return what was given; whether there is such a place is for the owner to say."""
        if isinstance(value, bool) or not isinstance(value, int | np.integer | str):
            self.error(obj, value)
        return value if isinstance(value, str) else int(value)


class Ghost(traitlets.TraitType[Any, Any]):
    """``"none"``, ``"initial"``, ``"pinned"`` or the number of an epoch."""

    default_value = "none"
    info_text = "'none', 'initial', 'pinned' or the number of an epoch"

    def validate(self, obj: Any, value: Any) -> str | int:
        """Return the word, or an int that is not negative."""
        if isinstance(value, str) and value in ("none", "initial", "pinned"):
            return value
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            self.error(obj, value)
        if not 0 <= value <= LAST_EPOCH:
            self.error(obj, value)
        return int(value)


class Ranges(traitlets.TraitType[Any, Any]):
    """Reference or parameter name to ``(lowest, highest)``."""

    info_text = "a dict of parameter name to (lowest, highest)"

    def make_dynamic_default(self) -> dict[str, tuple[float, float]]:
        """Return an empty dict of its own for every view."""
        return {}

    def validate(self, obj: Any, value: Any) -> dict[str, tuple[float, ...]]:
        """Return a new dict of pairs of floats."""
        if not isinstance(value, dict):
            self.error(obj, value)
        ranges: dict[str, tuple[float, ...]] = {}
        for name, given in value.items():
            pair = _floats(given)
            if not isinstance(name, str) or pair is None or len(pair) != 2 or pair[0] >= pair[1]:
                self.error(obj, value)
            ranges[name] = pair
        return ranges


class Window(traitlets.TraitType[Any, Any]):
    """None, or ``((x0, x1), (y0, y1))`` with x0 < x1 and y0 < y1."""

    allow_none = True
    default_value = None
    info_text = "None or two pairs ((x0, x1), (y0, y1)) with x0 < x1 and y0 < y1"

    def validate(self, obj: Any, value: Any) -> tuple[tuple[float, ...], ...]:
        """Return two pairs of floats."""
        if not isinstance(value, list | tuple | np.ndarray) or len(value) != 2:
            self.error(obj, value)
        pairs = [_floats(pair) for pair in value]
        if any(pair is None or len(pair) != 2 or not pair[0] < pair[1] for pair in pairs):
            self.error(obj, value)
        return tuple(pair for pair in pairs if pair is not None)


def choose(names: Sequence[str], given: Any, argument: str) -> Any:
    """Replace names by their indices, and negative indices by what they count back to.

    Raises
    ------
    traitlets.TraitError
        For a name that is not among ``names``, an index beyond them, or two that are the same.
    """
    if isinstance(given, tuple):
        chosen = tuple(choose(names, item, argument) for item in given)
        if len(set(chosen)) != len(chosen):
            raise traitlets.TraitError(f"{argument} must be different; got {given}")
        return chosen
    if isinstance(given, str):
        if given not in names:
            raise traitlets.TraitError(
                f"{argument} must be among {', '.join(names)}; got {given!r}"
            )
        return list(names).index(given)
    if not -len(names) <= given < len(names):
        raise traitlets.TraitError(f"{argument} must be from 0 to {len(names) - 1}; got {given}")
    return int(given) % len(names)


def row(given: int | None, n: int, argument: str, *, none: bool = False) -> int | None:
    """Return a row of the data, counted from the front; None for none, which is told of `none`.

    Raises
    ------
    traitlets.TraitError
        For a number that is no row of n.
    """
    if given is None:
        return None
    if not -n <= given < n:
        raise traitlets.TraitError(
            f"{argument} must be {'None or ' if none else ''}a row of the data, "
            f"from 0 to {n - 1}; got {given}"
        )
    return given % n


def _floats(value: Any) -> tuple[float, ...] | None:
    """Return finite floats, or None where ``value`` is no list of them."""
    if not isinstance(value, list | tuple | np.ndarray):
        return None
    numbers = []
    for item in value:
        if isinstance(item, bool) or not isinstance(item, int | float | np.number):
            return None
        if not -1.7e308 < item < 1.7e308 or not math.isfinite(item):
            return None
        numbers.append(float(item))
    return tuple(numbers)
