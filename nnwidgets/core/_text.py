"""Text as it can be written to a file or sent to a page."""

from __future__ import annotations

from typing import Any


def encodable(text: str) -> str:
    r"""Return a text without halves of characters (lone surrogates), which UTF-8 cannot hold.

    Each is a replacement character instead; two halves that belong together become one character.

    Examples
    --------
    >>> encodable("a\ud800b") == "a\ufffdb"
    True
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def all_encodable(value: Any) -> Any:
    """Return plain state in which every text is :func:`encodable`."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {all_encodable(key): all_encodable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(all_encodable, value))
    return value
