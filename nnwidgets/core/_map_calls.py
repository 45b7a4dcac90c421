"""The calls of a convolutional model that return maps, with what each of them was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from nnwidgets.core import _windows
from nnwidgets.core._watch import Watch, bound, floats
from nnwidgets.core._windows import Reads, Window, pair


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ACTIVATIONS = _words(
    "relu relu6 leaky_relu elu selu celu gelu silu mish tanh sigmoid softplus softsign hardtanh "
    "hardswish hardsigmoid logsigmoid prelu rrelu threshold sin tanhshrink softshrink"
)
_ARITHMETIC = _words(
    "add iadd radd sub isub rsub subtract mul imul rmul multiply div truediv itruediv divide "
    "true_divide neg cat concat concatenate clamp abs pow exp sqrt"
)
_NORMALISATION = _words("batch_norm")
#: What returns the same numbers: it is no step.
_SAME = _words(
    "clone contiguous detach to float half double bfloat16 dropout dropout2d alpha_dropout "
    "feature_alpha_dropout type_as cpu cuda requires_grad_"
)
_KERNELS = (nn.Conv2d, nn.ConvTranspose2d, nn.LazyConv2d)

_CONVOLUTION = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
_TRANSPOSED = (
    *("input", "weight", "bias", "stride", "padding"),
    *("output_padding", "groups", "dilation"),
)
_MAXIMUM = ("input", "kernel_size", "stride", "padding", "dilation", "ceil_mode")
_AVERAGE = ("input", "kernel_size", "stride", "padding", "ceil_mode")


@dataclass
class MapCall:
    """A step as it was called; see :class:`nnwidgets.core.feature_maps.MapStep`."""

    name: str
    function: str
    kind: str
    reads: tuple[int | None, ...]
    maps: Any
    spans: tuple[Reads, Reads] | None
    window: Window | None = None
    weight: Tensor | None = None
    bias: Tensor | None = None
    groups: int = 1


def find_kernels(model: nn.Module) -> bool:
    """Whether the model has a two-dimensional convolution."""
    return any(isinstance(module, _KERNELS) for module in model.modules())


class MapWatch(Watch):
    """Notes the steps of a pass over one picture.

    Attributes
    ----------
    picture : ndarray or None
        What the first convolution, pooling or activation of a picture was given.
    calls : list of MapCall
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__(model)
        self.picture: Any = None
        self.calls: list[MapCall] = []
        self._index: dict[int, int] = {}
        self._kept: list[Tensor] = []  # so that no later tensor gets the identity of an earlier

    def called(
        self, function: Any, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> Any:
        """Make the call and note it if it makes maps of maps."""
        plain = name.strip("_")
        sources = [value for value in _tensors([*args, *kwargs.values()]) if _is_picture(value)]
        before = self._first(plain, sources)
        out = function(*args, **kwargs)
        made = out[0] if isinstance(out, tuple) and out else out
        if not isinstance(made, Tensor) or not _is_picture(made) or not sources:
            return out
        if plain in _SAME:
            if id(sources[0]) in self._index:
                self._remember(made, self._index[id(sources[0])])
        elif before or any(id(source) in self._index for source in sources):
            self._note(plain, made, sources, args, kwargs)
        return out

    def _first(self, name: str, sources: list[Tensor]) -> bool:
        """Take what a step reads for the picture, where it is the first of them."""
        spatial = name in _READERS or name in _ACTIVATIONS or name in _NORMALISATION
        if not (spatial and sources) or self.picture is not None:
            return False
        self.picture = floats(sources[0][0])
        self._remember(sources[0], -1)
        return True

    def _remember(self, tensor: Tensor, index: int) -> None:
        self._kept.append(tensor)
        self._index[id(tensor)] = index

    def _note(
        self,
        function: str,
        made: Tensor,
        sources: list[Tensor],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> None:
        read = _READERS.get(function)
        # A kernel has four dimensions as well: only the input is read.
        inputs = sources[:1] if read else sources
        inputs = [source for source in inputs if id(source) in self._index] or inputs
        call = MapCall(
            name=self.name(function),
            function=function,
            kind=_kind(function),
            reads=tuple(self._index.get(id(source)) for source in inputs),
            maps=floats(made[0]),
            spans=None,
        )
        before, after = tuple(inputs[0].shape[2:]), tuple(made.shape[2:])
        if read is not None:
            read(call, before, after, args, kwargs)
        elif before == after and call.kind != "other":
            call.spans = _windows.pointwise(after)
        self.calls.append(call)
        self._remember(made, len(self.calls) - 1)


_Size = tuple[int, ...]
_Read = Callable[[MapCall, _Size, _Size, Sequence[Any], Mapping[str, Any]], None]


def _kind(function: str) -> str:
    for kind, names in _KINDS.items():
        if function in names:
            return kind
    return "other"


def _convolution(
    call: MapCall, before: _Size, after: _Size, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    del before
    given = bound(_CONVOLUTION, args, kwargs)
    call.weight, call.bias = given["weight"], given.get("bias")
    call.groups = given.get("groups", 1)
    kernel = pair(tuple(call.weight.shape[2:]))
    dilation = pair(given.get("dilation", 1))
    padding = given.get("padding", 0)
    first = last = (0, 0)
    if padding == "same":
        total = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
        first, last = pair([n // 2 for n in total]), pair([n - n // 2 for n in total])
    elif not isinstance(padding, str):
        first = last = pair(padding)
    _slide(call, after, Window(kernel, pair(given.get("stride", 1)), first, last, dilation))


def _transposed(
    call: MapCall, before: _Size, after: _Size, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    del before
    given = bound(_TRANSPOSED, args, kwargs)
    stride, padding, dilation = (
        pair(given.get(name, default))
        for name, default in (("stride", 1), ("padding", 0), ("dilation", 1))
    )
    kernel = pair(tuple(given["weight"].shape[2:]))
    window = Window(kernel, stride, padding, padding, dilation)
    call.spans = _windows.transposed(window, after)


def _pool(names: tuple[str, ...]) -> _Read:
    def read(
        call: MapCall, before: _Size, after: _Size, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> None:
        del before
        given = bound(names, args, kwargs)
        kernel, padding = pair(given["kernel_size"]), pair(given.get("padding", 0))
        stride = given.get("stride")
        steps = kernel if stride is None or stride == [] else pair(stride)
        dilation, ceil = pair(given.get("dilation", 1)), bool(given.get("ceil_mode", False))
        _slide(call, after, Window(kernel, steps, padding, padding, dilation, ceil))

    return read


def _adaptive(
    call: MapCall, before: _Size, after: _Size, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    del args, kwargs
    if all(n % o == 0 for n, o in zip(before, after, strict=True)):
        kernel = pair([n // o for n, o in zip(before, after, strict=True)])
        _slide(call, after, Window(kernel, kernel))
    else:
        call.spans = _windows.adaptive(before, after)


def _resize(
    call: MapCall, before: _Size, after: _Size, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    mode = bound(("input", "size", "scale_factor", "mode"), args, kwargs).get("mode", "nearest")
    call.spans = _windows.nearest(before, after) if mode == "nearest" else None


def _pad(
    call: MapCall, before: _Size, after: _Size, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    del before
    sides = list(bound(("input", "pad"), args, kwargs)["pad"])
    left, right, top, bottom = [*sides, 0, 0, 0, 0][:4]
    if len(sides) <= 4:
        _slide(call, after, Window((1, 1), (1, 1), (top, left), (bottom, right)))


def _slide(call: MapCall, after: _Size, window: Window) -> None:
    call.window, call.spans = window, window.reads(after)


_MAXIMA = ("max_pool2d", "max_pool2d_with_indices")
_READERS: Mapping[str, _Read] = {
    "conv2d": _convolution,
    "conv_transpose2d": _transposed,
    **dict.fromkeys(_MAXIMA, _pool(_MAXIMUM)),
    "avg_pool2d": _pool(_AVERAGE),
    "adaptive_avg_pool2d": _adaptive,
    "adaptive_max_pool2d": _adaptive,
    "interpolate": _resize,
    "upsample": _resize,
    "pad": _pad,
}
_KINDS: Mapping[str, frozenset[str]] = {
    "convolution": frozenset(["conv2d"]),
    "transposed": frozenset(["conv_transpose2d"]),
    "pooling": frozenset([*_MAXIMA, "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d"]),
    "activation": _ACTIVATIONS,
    "normalisation": _NORMALISATION,
    "padding": frozenset(["pad"]),
    "resizing": frozenset(["interpolate", "upsample"]),
    "arithmetic": _ARITHMETIC,
}


def _tensors(values: Sequence[Any]) -> list[Tensor]:
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, list | tuple):
            found += [item for item in value if isinstance(item, Tensor)]
    return found


def _is_picture(tensor: Tensor) -> bool:
    return tensor.ndim == 4 and len(tensor) == 1 and tensor.numel() > 0
