"""State as JSON that a page can read; its twin is ``js/src/page/state.ts``.

What JSON has not is an object ``{"$": kind, "v": text}``: ``"b"`` bytes in base64, ``"z"`` the same
gzipped, ``"n"`` a number that is not finite, ``"NaN"``, ``"Infinity"`` or ``"-Infinity"``.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

# Bytes that get shorter by less than this share stay as they are: reading them takes less time.
_PAYS = 0.9
_WORTH_TRYING = 256


def encode(state: object) -> str:
    r"""Return state as JSON text that can stand in a ``<script>`` element.

    Parameters
    ----------
    state
        Of dicts with text as keys, lists, tuples, text, numbers, None, arrays and bytes.

    Raises
    ------
    TypeError
        For anything else.

    Examples
    --------
    >>> encode({"x": (1, float("nan")), "raw": b"abc"})
    '{"x":[1,{"$":"n","v":"NaN"}],"raw":{"$":"b","v":"YWJj"}}'
    >>> encode("</script>")
    '"\\u003c/script>"'
    """
    text = json.dumps(_plain(state), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # No element can end or begin in it; within JSON "<" is in strings only. The two separators
    # are line ends to some readers of scripts.
    for sign in "<\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return {_key(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return _binary(bytes(value))
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        name = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        return {"$": "n", "v": name}
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} cannot be in an exported page: {value!r:.80}")


def _key(key: object) -> str:
    if isinstance(key, str) and key != "$":
        return key
    raise TypeError(f"keys of an exported page are text other than '$'; got {key!r:.80}")


def _binary(data: bytes) -> dict[str, str]:
    kind, kept = "b", data
    if len(data) >= _WORTH_TRYING:
        packed = gzip.compress(data, 9, mtime=0)
        if len(packed) < _PAYS * len(data):
            kind, kept = "z", packed
    return {"$": kind, "v": base64.b64encode(kept).decode("ascii")}
