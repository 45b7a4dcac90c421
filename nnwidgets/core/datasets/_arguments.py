"""Checks shared by the makers: what they refuse, and in which words."""

import math
from operator import index

import numpy as np


def whole(name: str, value: int, least: int) -> int:
    """Return `value` as an int of at least `least`; booleans and fractions are refused."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, got {value!r}") from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}")
    return number


def finite(name: str, value: float) -> float:
    """Return `value` as a finite float."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, got {value!r}") from None
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {number}")
    return number


def between(name: str, value: float, low: float, high: float) -> float:
    """Return `value` if it is strictly between `low` and `high`."""
    number = finite(name, value)
    if not low < number < high:
        raise ValueError(f"{name} must be between {low:g} and {high:g}, got {number:g}")
    return number


def spread(noise: float) -> float:
    """Return a standard deviation: finite and not negative."""
    number = finite("noise", noise)
    if number < 0:
        raise ValueError(f"noise is a standard deviation and must be at least 0, got {number:g}")
    return number


def common(n: int, noise: float, seed: int) -> tuple[int, float, np.random.Generator]:
    """Check the three arguments of every maker; the seed comes back as its own generator."""
    return whole("n", n, 1), spread(noise), np.random.default_rng(whole("seed", seed, 0))
