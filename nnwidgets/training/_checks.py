"""Arguments that are numbers."""

from __future__ import annotations

from operator import index
from typing import Any


def count(name: str, value: Any, least: int = 0) -> int:
    """Return `value` as an int, or raise ValueError where it is no integer of at least `least`."""
    try:
        found = index(value)
    except TypeError:
        found = least - 1
    if isinstance(value, bool) or found < least:
        raise ValueError(f"{name} must be an integer of at least {least}, got {value!r}")
    return found


def number(name: str, value: Any) -> float:
    """Return `value` (a tensor of one number will do) as a float, or raise TypeError."""
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"{name} must be a number, got {value!r}") from None
