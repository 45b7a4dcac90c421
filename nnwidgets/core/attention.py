"""The attention weights of a model for one input, whether or not it asks for them.

``nn.MultiheadAttention`` returns weights only where it is called with ``need_weights=True``, and
then averaged over its heads; ``nn.TransformerEncoderLayer`` asks for none. Here the call is seen
when it is made, and made with the weights of every head; the model gets what it had asked for.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from nnwidgets.core._arrays import to_array
from nnwidgets.core._watch import Watch, bound, floats, original
from nnwidgets.core.structure import evaluating

FloatArray = NDArray[np.float32]

_MULTIHEAD = tuple(inspect.signature(F.multi_head_attention_forward).parameters)
_SCALED = ("query", "key", "value", "attn_mask", "dropout_p", "is_causal", "scale", "enable_gqa")
#: How far rows of weights may be from 1: half precision rounds.
_NEAR_ONE = 0.02


@dataclass(frozen=True, eq=False)
class AttentionCall:
    """One call of attention, for one input.

    Attributes
    ----------
    name : str
        The module's path, with " (2)" where it is called again.
    weights : ndarray of float32, shape (heads, targets, sources)
        How much each target (row) takes from each source (column); rows sum to 1, or are nought
        where the mask lets nothing through.
    blocked : ndarray of bool, shape (targets, sources), or None
        Where the mask lets nothing through, in any head; None without a mask.
    seen : str
        How they were found: "multihead" (``nn.MultiheadAttention``), "scaled"
        (``F.scaled_dot_product_attention``), "softmax" or "returned" (by a module).
    entropy : ndarray of float64, shape (heads, targets)
        −Σ w·log₂ w of every row, in bits: 0 where all goes to one source, log₂ of the number of
        sources where all get the same (Shannon 1948).
    """

    name: str
    weights: FloatArray
    blocked: NDArray[np.bool_] | None
    seen: str
    entropy: NDArray[np.float64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "entropy", entropy(self.weights))


def entropy(weights: ArrayLike) -> NDArray[np.float64]:
    """Return the entropy of rows of weights, in bits.

    Parameters
    ----------
    weights : array_like, shape (..., sources)
        Not negative; rows sum to 1.

    Returns
    -------
    ndarray of float64, shape (...)

    Examples
    --------
    >>> entropy([[1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25]])
    array([0., 2.])
    """
    share = np.asarray(weights, np.float64)
    logs = np.log2(share, out=np.zeros_like(share), where=share != 0)
    bits: NDArray[np.float64] = np.abs((share * logs).sum(-1))
    return bits


def attention_maps(model: nn.Module, x: ArrayLike | Tensor) -> tuple[AttentionCall, ...]:
    """Run a model on one input and keep the weights of every attention, head by head.

    Parameters
    ----------
    model : nn.Module
        It is run in evaluation mode and left as it was. Seen are ``nn.MultiheadAttention`` (alone
        or in the transformer layers), ``F.scaled_dot_product_attention``, a softmax over the last
        axis of a tensor of three or four dimensions, and modules that return weights.
    x : array_like or Tensor
        One input with its axis for the sample, as the model takes it: (1, tokens) or
        (1, tokens, features). Of several the first is used. A tensor is passed as it is, an array
        in the parameters' dtype where it holds fractions, else as int64.

    Returns
    -------
    tuple of AttentionCall
        In the order of the calls.

    Raises
    ------
    ValueError
        If the model cannot be called on ``x``, or no attention was seen.

    Examples
    --------
    >>> layer = nn.MultiheadAttention(8, 2, batch_first=True)
    >>> class Model(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.attend = layer
    ...
    ...     def forward(self, x):
    ...         return self.attend(x, x, x, need_weights=False)[0]
    >>> (call,) = attention_maps(Model(), torch.zeros(1, 4, 8))
    >>> call.name, call.weights.shape, call.entropy[0]
    ('attend', (2, 4, 4), array([2., 2., 2., 2.]))
    """
    model = original(model)
    rows = x if isinstance(x, Tensor) else _as_tensor(x, model)
    try:
        return record_attention(model, rows[:1])
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(
            f"the model could not be called on x of shape {tuple(rows[:1].shape)} and dtype "
            f"{rows.dtype}: {type(error).__name__}: {error}"
        ) from error


def record_attention(model: nn.Module, row: Tensor) -> tuple[AttentionCall, ...]:
    """Run a model on a tensor of one row; see :func:`attention_maps`."""
    model = original(model)
    watch = _Watch(model)
    with evaluating(model), torch.no_grad(), watch:
        model(row)
    if not watch.calls:
        raise ValueError(no_attention(model))
    return tuple(watch.calls)


def no_attention(model: nn.Module) -> str:
    """Say why a model has no attention maps, and what shows it instead."""
    return (
        "AttentionMaps needs a model that calls nn.MultiheadAttention, a transformer layer, "
        "F.scaled_dot_product_attention or a module that returns weights (rows that sum to 1); "
        f"this {type(model).__name__} calls none. FeatureMaps shows convolutions, NetworkGraph "
        "and Activations show dense layers"
    )


def _as_tensor(x: ArrayLike, model: nn.Module) -> Tensor:
    array = to_array(x, "x")
    like = next(model.parameters(), torch.zeros(()))
    dtype = like.dtype if array.dtype.kind == "f" else torch.int64
    return torch.tensor(array, dtype=dtype, device=like.device)


class _Watch(Watch):
    def __init__(self, model: nn.Module) -> None:
        super().__init__(model)
        self.calls: list[AttentionCall] = []
        self._before: list[int] = []

    def called(
        self, function: Any, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> Any:
        """Make the call; of attention, with the weights of every head."""
        if name == "multi_head_attention_forward":
            return self._multihead(function, args, kwargs)
        out = function(*args, **kwargs)
        if name == "scaled_dot_product_attention":
            weights, blocked = _scaled_weights(bound(_SCALED, args, kwargs))
            self._note(name, weights, blocked, "scaled")
        elif name == "softmax" and _is_weights(out):
            self._note(name, _four(out), None, "softmax")
        return out

    def entered(self, path: str) -> None:
        """Note how many weights there are before the module adds its own."""
        self._before.append(len(self.calls))

    def returned(self, path: str, module: nn.Module, output: Any) -> None:
        """Take weights that a module returns, where nothing in it has been seen."""
        if len(self.calls) > self._before.pop() or not isinstance(output, tuple | list):
            return
        for value in output[1:]:
            if isinstance(value, Tensor) and value.ndim in (3, 4) and _is_weights(value):
                self.calls.append(
                    AttentionCall(path or "model", _first(_four(value)), None, "returned")
                )
                return

    def _multihead(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        given = bound(_MULTIHEAD, args, kwargs)
        wanted = given.get("need_weights", True)
        average = given.get("average_attn_weights", True)
        given |= {"need_weights": True, "average_attn_weights": False}
        out, weights = function(**given)
        batched = weights if weights.ndim == 4 else weights[None]
        blocked = _blocked(given, tuple(batched.shape[-2:]))
        self._note("attention", batched, blocked, "multihead")
        if not wanted:
            return out, None
        return out, weights.mean(dim=-3) if average else weights

    def _note(self, name: str, weights: Tensor, blocked: Any, seen: str) -> None:
        if blocked is not None and not blocked.any():
            blocked = None
        self.calls.append(AttentionCall(self.name(name), _first(weights), blocked, seen))


def _first(weights: Tensor) -> FloatArray:
    found: FloatArray = floats(weights[0])
    return found


def _four(weights: Tensor) -> Tensor:
    """Return weights as (samples, heads, targets, sources)."""
    return weights if weights.ndim == 4 else weights[:, None]


def _is_weights(value: object) -> TypeGuard[Tensor]:
    """Whether this is a tensor (samples, [heads,] targets, sources) of rows that sum to 1."""
    if not isinstance(value, Tensor) or value.ndim not in (3, 4) or value.shape[-1] < 2:
        return False
    if not value.is_floating_point():
        return False
    rows = value.float()
    return bool((rows >= 0).all()) and bool(((rows.sum(-1) - 1).abs() < _NEAR_ONE).all())


def _blocked(given: Mapping[str, Any], shape: tuple[int, ...]) -> NDArray[np.bool_] | None:
    """Return where the masks of a multi-head attention let nothing through."""
    found = np.zeros(shape, bool)
    mask, padding = given.get("attn_mask"), given.get("key_padding_mask")
    if mask is not None:
        heads = given["num_heads"] if mask.ndim == 3 else 1  # the first sample's
        stops = _stops(mask).reshape(-1, *mask.shape[-2:])[:heads].all(0)
        found[: stops.shape[0], : stops.shape[1]] |= stops
    if padding is not None:
        stops = _stops(padding).reshape(-1, padding.shape[-1])[0]
        found[:, : stops.shape[0]] |= stops
    return found


def _stops(mask: Tensor) -> NDArray[np.bool_]:
    """A multi-head mask stops where it is True, or −∞."""
    plain: NDArray[np.bool_] = (
        (mask if mask.dtype is torch.bool else torch.isneginf(mask)).cpu().numpy()
    )
    return plain


def _scaled_weights(given: Mapping[str, Any]) -> tuple[Tensor, NDArray[np.bool_] | None]:
    """Work out softmax(q·kᵀ·scale + mask), as ``scaled_dot_product_attention`` documents it."""
    query, key = (_four(given[name]).double() for name in ("query", "key"))
    has_heads = given["query"].ndim == 4
    if key.shape[1] != query.shape[1]:  # groups of heads share their keys
        key = key.repeat_interleave(query.shape[1] // key.shape[1], 1)
    scale = given.get("scale")
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = query @ key.transpose(-2, -1) * scale
    mask = given.get("attn_mask")
    if given.get("is_causal"):
        mask = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril()
    if mask is None:
        return scores.softmax(-1), None
    added = torch.zeros(mask.shape, dtype=scores.dtype, device=scores.device)
    # Here, unlike in a multi-head mask, True lets through.
    added = added.masked_fill(~mask, -math.inf) if mask.dtype is torch.bool else mask.double()
    if added.ndim == 3 and not has_heads:  # its first axis is the samples, else the heads
        added = added[:, None]
    scores = scores + added
    stops = torch.isneginf(added).expand(scores.shape)
    # A row that may look nowhere is nought in torch, where softmax alone would make it NaN.
    weights = scores.softmax(-1).masked_fill(stops.all(-1, keepdim=True), 0.0)
    return weights, stops[0].all(0).cpu().numpy()
