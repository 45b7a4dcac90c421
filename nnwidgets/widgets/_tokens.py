"""What the tokens of an input are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: A vocabulary, one name for each position, or a function of the row that names them.
Tokens = Mapping[int, str] | Sequence[str] | Callable[[NDArray[Any]], Sequence[str]] | None


def check_tokens(tokens: object) -> None:
    """Raise TypeError for what names no tokens."""
    listed = isinstance(tokens, Sequence) and not isinstance(tokens, str)
    if tokens is None or isinstance(tokens, Mapping) or callable(tokens) or listed:
        return
    raise TypeError(
        "tokens must be a list of str (by id, or one for each position), a dict of id to str, or "
        f"a function of a row that returns a list; got {type(tokens).__name__}"
    )


def token_names(tokens: Tokens, row: NDArray[Any]) -> list[str]:
    """Name the tokens of one row.

    Parameters
    ----------
    tokens
        See :class:`nnwidgets.AttentionMaps`.
    row : ndarray, shape (length,) of ids, or (length, features)

    Returns
    -------
    list of str
        As many as the row is long.

    Raises
    ------
    ValueError
        If a function names another number of them.
    """
    length = len(row)
    if callable(tokens):
        named = [str(name) for name in tokens(row)]
        if len(named) != length:
            raise ValueError(f"tokens must name {length} tokens, it returned {len(named)}")
        return named
    if row.ndim == 1 and bool((row == np.round(row)).all()):
        return [_name(tokens, int(value)) for value in row]
    if isinstance(tokens, Sequence) and len(tokens) == length:
        return [str(name) for name in tokens]
    return [str(position) for position in range(length)]


def _name(tokens: Any, token: int) -> str:
    if isinstance(tokens, Mapping):
        return str(tokens.get(token, token))
    if tokens is not None and 0 <= token < len(tokens):
        return str(tokens[token])
    return str(token)
