"""Fields of a state that came from anywhere, read one by one; and the one error about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nnwidgets.core._arrays import did_you_mean

MAX_WHOLE = 2**53 - 1
_MOST = 1e300
_SHOWN = 60


class StateError(ValueError):
    """A state that cannot be restored; the text says what was expected and what came.

    Examples
    --------
    >>> import nnwidgets as nnw
    >>> nnw.Network.from_json("[1, 2]")
    Traceback (most recent call last):
        ...
    nnwidgets.core.state._fields.StateError: state must be an object, got [1, 2]
    """


class Fields:
    """The fields of one JSON object; each is to be asked for once, and then none may be left.

    Parameters
    ----------
    given
        What the text held.
    name
        What errors call it.
    """

    def __init__(self, given: object, name: str = "state") -> None:
        self._name = name
        self._given = dict(expect(isinstance(given, Mapping), name, "an object", given))

    def __enter__(self) -> Fields:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None and self._given:
            raise StateError(f"{self._name} has fields of no known meaning: {listed(self._given)}")

    def __contains__(self, key: str) -> bool:
        return key in self._given

    def take(self, key: str) -> Any:
        """Return a field as it is."""
        if key not in self._given:
            raise StateError(f"{self._name} must have the field {key!r}; it has {listed(self)}")
        return self._given.pop(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def name(self, key: str) -> str:
        """Return what errors call a field."""
        return f"{self._name}.{key}"

    def fields(self, key: str) -> Fields:
        """Return an object's own fields."""
        return Fields(self.take(key), self.name(key))

    def text(self, key: str) -> str:
        """Return a string."""
        value = self.take(key)
        return str(expect(isinstance(value, str), self.name(key), "a string", value))

    def choice(self, key: str, known: tuple[str, ...]) -> str:
        """Return one of the known strings."""
        value = self.text(key)
        if value not in known:
            near = did_you_mean(value[:_SHOWN], known)
            raise StateError(f"{self.name(key)} is {show(value)}, which is not known. {near}")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self.take(key)
        return bool(expect(isinstance(value, bool), self.name(key), "true or false", value))

    def whole(self, key: str, least: int = 0, most: int = MAX_WHOLE) -> int:
        """Return an integer in a range."""
        return whole(self.take(key), self.name(key), least, most)

    def number(self, key: str, least: float = -_MOST) -> float:
        """Return a finite number of at least ``least``."""
        value = self.take(key)
        good = isinstance(value, int | float) and not isinstance(value, bool)
        good = good and least <= value <= _MOST  # of NaN both are false
        return float(expect(good, self.name(key), f"a number of at least {least:g}", value))

    def list(self, key: str) -> list[Any]:
        """Return a list as it is."""
        value = self.take(key)
        return list(expect(isinstance(value, list), self.name(key), "a list", value))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings."""
        values = self.list(key)
        for value in values:
            expect(isinstance(value, str), self.name(key), "a list of strings", values)
        return tuple(values)

    def wholes(self, key: str, least: int = 0, most: int = MAX_WHOLE) -> tuple[int, ...]:
        """Return a list of integers in a range."""
        return tuple(whole(v, self.name(key), least, most) for v in self.list(key))

    def maybe(self, key: str) -> bool:
        """Whether a field holds more than null; null is taken."""
        if key in self._given and self._given[key] is None:
            del self._given[key]
        return key in self._given


def expect(good: bool, name: str, wanted: str, got: object) -> Any:
    """Return ``got`` if it is good, else raise a `StateError`."""
    if not good:
        raise StateError(f"{name} must be {wanted}, got {show(got)}")
    return got


def whole(value: object, name: str, least: int, most: int) -> int:
    """Return an integer in a range."""
    good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    return int(expect(good, name, f"a whole number in {least} .. {most}", value))


def show(value: object) -> str:
    """Return a value as errors show it."""
    # What is short is shown; the rest is not even made a text, which may be a long work.
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")
    if isinstance(value, list | dict) and len(value) > 8:
        return f"a {'list' if isinstance(value, list) else 'object'} of {len(value)}"
    if isinstance(value, int) and abs(value) > MAX_WHOLE:
        return "a larger number" if value > 0 else "a smaller number"
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def listed(keys: Iterable[object]) -> str:
    """Return the first of some names, each as short as errors show it."""
    names = [show(key) for key in keys]
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "") if names else "none"
