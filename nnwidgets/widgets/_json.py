"""Reading JSON that a stranger wrote: each function returns what it promises or says why not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_TEXT = 200


class WireError(ValueError):
    """A message from the browser that does not say what the protocol allows."""


def short(value: object) -> str:
    """Describe what came, however large it is."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 64:
        return "an integer of more than 64 bits"  # repr() of a huge one is slow or an error
    if isinstance(value, dict | list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def mapping(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise WireError(f"{name} must be an object; got {short(value)}")
    return value


def at_most(value: object, name: str, most: int) -> Sequence[object]:
    if not isinstance(value, list) or len(value) > most:
        raise WireError(f"{name} must be a list of at most {most}; got {short(value)}")
    return value


def exactly(value: object, name: str, length: int) -> Sequence[object]:
    if not isinstance(value, list) or len(value) != length:
        raise WireError(f"{name} must be a list of {length}; got {short(value)}")
    return value


def choice(message: Mapping[str, object], name: str, allowed: Sequence[str]) -> str:
    value = message.get(name)
    if not isinstance(value, str) or value not in allowed:
        raise WireError(f"{name} must be one of {', '.join(allowed)}; got {short(value)}")
    return value


def text(value: object, name: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise WireError(f"{name} must be text of at most {MAX_TEXT} characters; got {short(value)}")
    return value


def whole(value: object, name: str, most: int, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise WireError(f"{name} must be an integer from {least} to {most}; got {short(value)}")
    return value


def integer(message: Mapping[str, object], name: str, most: int, *, least: int = 0) -> int:
    return whole(message.get(name), name, most, least)


def number(value: object, name: str, largest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WireError(f"{name} must be a number; got {short(value)}")
    # Python compares integers of any length with floats exactly; converting them could overflow.
    if not -largest <= value <= largest:
        raise WireError(f"{name} must be finite and at most {largest:.3g}; got {short(value)}")
    return float(value)


def positive(value: object, name: str) -> float:
    result = number(value, name, sys.float_info.max)
    if result <= 0:
        raise WireError(f"{name} must be positive and finite; got {short(value)}")
    return result


def rate(value: object, name: str) -> float:
    result = number(value, name, sys.float_info.max)
    if result < 0:
        raise WireError(f"{name} must be finite and not negative; got {short(value)}")
    return result


def indices(message: Mapping[str, object], name: str, size: int) -> tuple[int, ...]:
    values = at_most(message.get(name), name, size)
    index = tuple(whole(value, name, size - 1) for value in values)
    if len(set(index)) != len(index):
        raise WireError(f"{name} must not name an entry twice")
    return index


def numbers(
    message: Mapping[str, object], name: str, length: int, largest: float
) -> tuple[float, ...]:
    values = exactly(message.get(name), name, length)
    return tuple(number(value, name, largest) for value in values)
