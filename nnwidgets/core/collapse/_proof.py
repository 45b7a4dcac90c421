"""Whether every operation on the way from a model's input to its output is affine in the input.

The operations are those that torch itself comes down to (ATen), so it makes no difference whether a
module, a function or an operator of a ``forward`` has asked for them. What depends on the input is
known by its memory: a view, or a change in place, reaches whatever shares it.

An operation that is not in the tables below proves nothing, either way: it may bend, or torch may
have a new name for something straight.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from nnwidgets.core._watch import Watch
from nnwidgets.core.collapse._double import Double
from nnwidgets.core.collapse._subject import Subject


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Affine in all of their tensors at once: they move, copy and add numbers.
_JOINT = _words(
    "view _unsafe_view reshape _reshape_alias t transpose permute expand squeeze unsqueeze slice "
    "select alias detach clone contiguous copy lift lift_fresh as_strided unfold diagonal "
    "view_as_real movedim swapaxes flatten unflatten split unsafe_split split_with_sizes "
    "unsafe_split_with_sizes unsafe_chunk chunk unbind index index_select gather take flip roll "
    "rot90 repeat repeat_interleave tile cat stack hstack vstack index_add index_copy index_put "
    "scatter scatter_add select_scatter slice_scatter diagonal_scatter masked_fill masked_scatter "
    "where tril triu trace constant_pad_nd pad reflection_pad1d reflection_pad2d reflection_pad3d "
    "replication_pad1d replication_pad2d replication_pad3d _pad_circular pixel_shuffle "
    "pixel_unshuffle channel_shuffle im2col col2im add sub subtract rsub neg negative positive sum "
    "mean cumsum diff fill zero real "
    "avg_pool1d avg_pool2d avg_pool3d adaptive_avg_pool1d _adaptive_avg_pool2d adaptive_avg_pool2d "
    "_adaptive_avg_pool3d adaptive_avg_pool3d mkldnn_adaptive_avg_pool2d upsample_nearest1d "
    "upsample_nearest2d upsample_nearest3d _upsample_nearest_exact1d _upsample_nearest_exact2d "
    "_upsample_nearest_exact3d upsample_linear1d upsample_bilinear2d upsample_trilinear3d "
    "upsample_bicubic2d _upsample_bilinear2d_aa _upsample_bicubic2d_aa resolve_conj resolve_neg"
)
#: Products: of these arguments at most one may depend on the input. All others may.
_PRODUCTS: Mapping[str, slice] = {
    **dict.fromkeys(_words("mul multiply mm bmm mv dot vdot matmul inner outer"), slice(0, 2)),
    **dict.fromkeys(_words("linear conv1d conv2d conv3d convolution _convolution"), slice(0, 2)),
    **dict.fromkeys(_words("mkldnn_convolution mkldnn_linear"), slice(0, 2)),
    **dict.fromkeys(_words("addmm addmv addbmm baddbmm addr addcmul"), slice(1, 3)),
}
#: Affine in the first argument, as long as no other depends on the input.
_FIRST = _words(
    "div divide true_divide native_batch_norm _native_batch_norm_legit "
    "_native_batch_norm_legit_no_training _batch_norm_no_update cudnn_batch_norm "
    "miopen_batch_norm batch_norm lerp"
)
#: Only the shape is taken from what they are given.
_SHAPES = _words(
    "zeros_like ones_like empty_like full_like new_empty new_zeros new_ones new_full "
    "new_empty_strided sym_size sym_numel"
)
_MOST = 12  # sizes that are looked at
_AFAR = 1e30


@dataclass
class Proof:
    """What a pass over one row has shown.

    Attributes
    ----------
    open : tuple of str
        Where operations that are not known to be affine were made, in order; empty where the
        model is affine by its structure.
    largest : float
        The largest number made on the way, to which rounding is relative.
    sizes : tuple of float
        How large an input has to be for what goes into these operations to pass zero: where they
        may bend, be it far away.
    """

    open: tuple[str, ...]
    largest: float
    sizes: tuple[float, ...]


def prove(model: Subject) -> Proof:
    """Go through a model operation by operation."""
    usual = _pass(model, 1.0)
    sizes = set[float]()
    if usual.places:
        # From afar, so that rounding does not hide how what goes in there moves.
        here, there = _pass(model, 0.0), _pass(model, _AFAR)
        for one, other in zip(here.entering, there.entering, strict=False):
            if one.shape == other.shape:
                sizes.update(_sizes(one, other))
    places = tuple(dict.fromkeys(usual.places))
    return Proof(places, usual.largest, tuple(sorted(sizes)[:_MOST]))


def largest(model: Subject, size: float) -> float:
    """Return the largest number on the way of an input of a size."""
    return _pass(model, size).largest


def _pass(model: Subject, size: float) -> _Operations:
    generator = torch.Generator().manual_seed(1)
    row = torch.randn(1, *model.input_shape, dtype=torch.float64, generator=generator)
    row *= size
    with Watch(model.double) as watch:
        found = _Operations(watch, row)
        with Double(), found:
            model.double(row)
    return found


def _sizes(here: Tensor, there: Tensor) -> set[float]:
    """Return powers of ten at which numbers that are so at 0 and afar come to change their sign."""
    size = _AFAR * (here / (there - here)).abs()
    size = size[size.isfinite() & (size > 1e-60) & (size < 1e60)]
    if not size.numel():
        return set()
    few = float(size.min()), float(size.median()), float(size.max())
    return {10.0 ** math.ceil(math.log10(value)) for value in few}


class _Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Follows the input through all operations."""

    def __init__(self, watch: Watch, row: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._watch = watch
        self._kept = [row]  # so that no later memory gets an earlier's address
        self._known = {_address(row)}
        self.places: list[str] = []
        self.entering: list[Tensor] = []
        self.largest = 0.0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # Else torch imports its compiler for this, which takes seconds. It asks while the class is
        # made, when nothing of mutmut's is ready.
        return False  # pragma: no mutate

    def depends(self, value: Any) -> bool:
        """Whether any of these tensors depends on the input."""
        return any(_address(tensor) in self._known for tensor in _tensors(value))

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        reached = self.depends((args, kwargs))
        name = func._overloadpacket.__name__
        straight = not reached or self._straight(name.removesuffix("_"), args, kwargs)
        if not straight:
            floats = [t for t in _tensors(args) if t.is_floating_point() and self.depends(t)]
            self.entering += [tensor.clone().flatten() for tensor in floats]
        out = func(*args, **kwargs)
        if not reached or name in _SHAPES:
            return out
        made = list(_tensors(out))
        if name == "_to_copy":
            straight = all(tensor.is_floating_point() for tensor in made)
        if not straight:
            self.places.append(self._watch.place(name.strip("_")))
        for tensor in made:
            self._follow(tensor)
        return out

    def _straight(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
        if name in _JOINT or name in _SHAPES:
            return True
        if name in _PRODUCTS:
            factors = args[_PRODUCTS[name]]
            return sum(map(self.depends, factors)) <= 1
        if name in _FIRST:
            rounding = kwargs.get("rounding_mode") is not None
            batch = "batch_norm" in name and any(value is True for value in args)
            return not (rounding or batch or self.depends((args[1:], kwargs)))
        if name == "leaky_relu":
            return len(args) > 1 and args[1] == 1
        return False

    def _follow(self, tensor: Tensor) -> None:
        given = _address(tensor) == _address(self._kept[0])
        self._known.add(_address(tensor))
        self._kept.append(tensor)
        if given:
            return  # the input itself: nothing has been rounded yet
        if tensor.is_floating_point() and tensor.numel() and tensor.layout is torch.strided:
            self.largest = max(self.largest, float(tensor.abs().max()))


def _address(tensor: Tensor) -> int:
    if tensor.layout is not torch.strided:
        return id(tensor)  # sparse: no memory of one piece
    return int(tensor.untyped_storage()._cdata)


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, Mapping):
        yield from _tensors(list(value.values()))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            yield from _tensors(part)
