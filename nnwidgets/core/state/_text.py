"""A state's two texts: JSON, and a short string for links; what comes in is bounded."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from typing import Any

from nnwidgets.core._text import encodable
from nnwidgets.core.state._fields import StateError

#: Most characters of a state's JSON, and the most it may be inflated to.
MAX_TEXT = 64 * 2**20
# A state's bulk is base64, so a text of many commas and brackets is none; and a list of a million
# empty lists would take fifty times as much memory as its text.
_MAX_PARTS = 200_000

_PREFIX = "nnw1."
_LINK = re.compile(r"nnw(\d{1,6})\.([A-Za-z0-9_-]*)", re.ASCII)


def to_json(plain: dict[str, Any]) -> str:
    """Return the JSON text.

    Raises
    ------
    StateError
        If it is longer than can be read again.
    """
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if encodable(text) != text:  # a name with half a character in it, which only an escape can hold
        text = json.dumps(plain, allow_nan=False, separators=(",", ":"))
    if len(text) > MAX_TEXT:
        raise StateError(
            f"the state would take {len(text):,} characters, and the most is {MAX_TEXT:,}: leave "
            "the data out (data=False), or write the weights alone with save_weights()"
        )
    return text


def to_link(text: str) -> str:
    """Return JSON as a short text of letters, digits, ``-``, ``_`` and one dot: zlib, base64url."""
    packed = zlib.compress(text.encode(), 9)
    return _PREFIX + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def read(text: str) -> object:
    """Return what a JSON text, a link's text or an address that ends in one (``…#nnw1.…``) holds.

    Raises
    ------
    StateError
        For any text that is none of these, is damaged or too long.
    TypeError
        If it is no string.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a str, as to_json() returns; got {type(text).__name__}")
    if len(text) > MAX_TEXT:
        raise StateError(f"the text must have at most {MAX_TEXT:,} characters, got {len(text):,}")
    text = text.strip().removeprefix("\ufeff")
    if not text.startswith(("{", "[")):
        text = _inflated(text)
    if sum(map(text.count, ",[{")) > _MAX_PARTS:
        raise StateError("the text must be a network's state; it has far too many parts for one")
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise StateError("the text must be a network's state; it is nested too deeply") from None
    except ValueError as error:  # a JSONDecodeError, or an integer of thousands of digits
        raise StateError(f"the text must be JSON as to_json() writes it: {error}") from None


def _inflated(text: str) -> str:
    link = _LINK.fullmatch(text.rpartition("#")[2])
    if link is None:
        start = text if len(text) <= 40 else text[:40] + "…"
        raise StateError(
            "the text must be what to_json() or permalink() returned, which begins with '{' or "
            f"{_PREFIX!r} and is complete; got {len(text)} characters: {start!r}"
        )
    if f"nnw{link[1]}." != _PREFIX:
        raise StateError(f"the link is of version nnw{link[1]}; this nnwidgets reads nnw1")
    try:
        packed = base64.urlsafe_b64decode(link[2] + "=" * (-len(link[2]) % 4))
        inflater = zlib.decompressobj()
        data = inflater.decompress(packed, MAX_TEXT)
        if inflater.unconsumed_tail:
            raise StateError(f"the link must unpack to at most {MAX_TEXT:,} bytes; it has more")
        if not inflater.eof or inflater.unused_data:
            raise StateError("the link is not complete: it was cut off or had something added")
        return data.decode()
    except (binascii.Error, zlib.error, UnicodeDecodeError) as error:
        raise StateError(f"the link is damaged or was cut off: {error}") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
