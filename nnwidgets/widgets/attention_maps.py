"""``AttentionMaps``: who looks at whom, in every head of every layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnwidgets.core.attention import AttentionCall
from nnwidgets.widgets import _options
from nnwidgets.widgets._inputs import Inputs
from nnwidgets.widgets._pictures import (
    Floats,
    Json,
    SampleView,
    answers,
    check_sample,
    finite,
    target,
)
from nnwidgets.widgets._tokens import Tokens, check_tokens, token_names
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from torch import nn

    from nnwidgets.core.datasets import Dataset
    from nnwidgets.widgets._feed import Payload
    from nnwidgets.widgets.network import Network

#: Most tokens that are shown, and most heads of a layer.
MOST_TOKENS = 96
MOST_HEADS = 16


class AttentionMaps(SampleView):
    """Attention weights by layer and head, with the tokens they belong to and their entropy.

    A row of a map is one token: how much it takes from each of the others; rows sum to 1. Point
    at a row, or move to it with the arrow keys, and the lines show what it looks at.

    Parameters
    ----------
    net
        A :class:`Network` of a model that attends; or a module, followed by ``X`` and ``y``.
        Seen are ``nn.MultiheadAttention`` (alone or in ``nn.TransformerEncoder``, with
        ``need_weights`` on or off), ``F.scaled_dot_product_attention``, a softmax over the last
        axis, and modules that return weights.
    tokens : list of str, dict of int to str, or callable, optional
        What tokens are called: by their id where the input is ids, else one for each position;
        or a function of one row that returns a list. Default: the ids, or the positions.
    inputs : array_like, shape (n, tokens) or (n, tokens, features), optional
        What is shown in the place of the network's data.
    sample : int, default 0
        Which row is shown.
    layer, head : int, default 0
        Which map is large.
    controls : bool, default False
        Whether the control bar is shown.
    width : int, default 760
        In pixels.
    title : str

    Raises
    ------
    ValueError
        For a model without attention, naming the views that show it.
    TypeError
        For tokens that name none.

    Notes
    -----
    The entropy of a row is −Σ w·log₂ w in bits (Shannon 1948): 0 where all goes to one token, log₂
    of the number of tokens where all get the same. Dropout is off.

    Examples
    --------
    >>> AttentionMaps(net, tokens=list("abcdefgh"))  # doctest: +SKIP
    """

    layer = option(_options.Whole(0, -1000, 1000))
    head = option(_options.Whole(0, -1000, 1000))

    def __init__(
        self,
        net: Network | nn.Module,
        X: ArrayLike | Dataset | None = None,
        y: ArrayLike | None = None,
        *,
        tokens: Tokens = None,
        inputs: Any = None,
        **options: Any,
    ) -> None:
        check_tokens(tokens)
        self._tokens, self._wanted_inputs = tokens, inputs
        super().__init__(net, X, y, **options)

    def _resolve(self, net: Network, options: dict[str, Any]) -> None:
        problem = net.run.problem
        self._inputs = Inputs(problem, self._wanted_inputs)
        sample = options.get("sample", 0)
        row = check_sample(sample, len(self._inputs)) if isinstance(sample, int) else 0
        with problem.turn:
            calls, _ = self._inputs.attention(row)
        self._heads = [len(call.weights) for call in calls]
        token_names(self._tokens, self._inputs.row(row))
        _check("layer", options.get("layer", 0), len(calls))
        _check("head", options.get("head", 0), min(self._heads))

    def _payload(self) -> Payload:
        problem = self.net.run.problem
        with problem.turn:
            row, epoch = self._row(), self.net.run.epoch
            calls, outputs = self._inputs.attention(row)
            told = target(problem, row) if self._inputs.own else None
        floats = Floats()
        content: Json = {
            "sample": row,
            "n": self._rows(),
            "own": self._inputs.own,
            "epoch": epoch,
            "target": told,
            "answers": answers(problem, outputs),
            "tokens": token_names(self._tokens, self._inputs.row(row))[:MOST_TOKENS],
            "calls": [_call(call, floats) for call in calls],
        }
        return content, [floats.buffer()]

    def _rows(self) -> int:
        return len(self._inputs)


def _check(name: str, value: Any, count: int) -> None:
    if isinstance(value, int) and not -count <= value < count:
        raise ValueError(f"{name} must be from 0 to {count - 1}, got {value}")


def _call(call: AttentionCall, floats: Floats) -> Json:
    heads, targets, sources = call.weights.shape
    shown = call.weights[:MOST_HEADS, :MOST_TOKENS, :MOST_TOKENS]
    blocked = None
    if call.blocked is not None:
        blocked = floats.add(call.blocked[:MOST_TOKENS, :MOST_TOKENS])
    rows = np.nan_to_num(call.entropy)  # a row that may look at nothing has none
    return {
        "name": call.name,
        "seen": call.seen,
        "heads": heads,
        "targets": targets,
        "sources": sources,
        "shown": list(shown.shape),
        "at": floats.add(shown),
        "blocked": blocked,
        "entropy": [finite(bits.mean()) for bits in rows[:MOST_HEADS]],
        "rows": floats.add(rows[:MOST_HEADS, :MOST_TOKENS]),
    }
