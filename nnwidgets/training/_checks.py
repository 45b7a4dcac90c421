"""Arguments that are numbers."""

from __future__ import annotations

from operator import index
from typing import Any

#: Integers up to here are exact in JavaScript, too, and fit NumPy's.
MOST = 2**53 - 1


def count(name: str, value: Any, least: int = 0, most: int = MOST) -> int:
    """Return `value` as an int, or raise ValueError where it is no integer in least .. most."""
    try:
        found = index(value)
    except TypeError:
        found = least - 1
    if isinstance(value, bool) or found < least:
        raise ValueError(f"{name} must be an integer of at least {least}, got {value!r}")
    if found > most:
        raise ValueError(f"{name} must be an integer of at most {most}")
    return found


def number(name: str, value: Any) -> float:
    """Return `value` (a tensor of one number will do) as a float, or raise TypeError."""
    try:
        if isinstance(value, str | bytes):  # float() would read them
            raise TypeError
        # A loss may come with its graph, about which torch would warn.
        return float(value.detach() if hasattr(value, "detach") else value)
    except OverflowError:
        raise ValueError(f"{name} must be a number that a float can hold") from None
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"{name} must be a number, got {value!r}") from None
