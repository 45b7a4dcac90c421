"""Why a model is no affine map: two inputs that show it, and the layer that bends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from nnwidgets.core._watch import Watch
from nnwidgets.core.collapse._double import Double
from nnwidgets.core.collapse._map import CLEAR, TOLERANCE, Slack, allowed, samples
from nnwidgets.core.collapse._subject import Subject, dtype_of


class Witness(NamedTuple):
    """Two inputs between which a model does not go straight.

    Attributes
    ----------
    x1, x2 : Tensor, shape input_shape
        In the model's precision.
    t : float
        Where between them: at x1 for 1, at x2 for 0.
    between : Tensor, shape output_shape, float64
        What the model answers there, f(t x1 + (1 - t) x2).
    straight : Tensor, shape output_shape, float64
        What an affine one would, t f(x1) + (1 - t) f(x2).
    """

    x1: Tensor
    x2: Tensor
    t: float
    between: Tensor
    straight: Tensor

    @property
    def gap(self) -> float:
        """By how much the two differ at most."""
        return float((self.between - self.straight).abs().max())


class NotAffine(ValueError):
    """The model is not affine, so no single W and b say what it does.

    Attributes
    ----------
    layer : str
        The path of the first module whose output is not affine in the model's input, such as
        "1"; for a function called in a ``forward`` its name behind that module's, "block.relu".
    kind : str
        What bends there, such as "ReLU" or "the function relu".
    witness : Witness
        Two inputs which show it.
    """

    def __init__(self, layer: str, kind: str, witness: Witness) -> None:
        super().__init__(
            f"the model is not affine: {layer!r} ({kind}) bends it. Between the inputs x1 and x2 "
            f"of .witness, at t = {witness.t:g}, f(t x1 + (1 - t) x2) and t f(x1) + (1 - t) f(x2) "
            f"differ by {witness.gap:.3g}"
        )
        self.layer, self.kind, self.witness = layer, kind, witness

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.layer, self.kind, self.witness)


def refusal(model: Subject, scales: Sequence[float], slack: Slack) -> NotAffine | None:
    """Return why a model is not affine, with the clearest witness found; None if there is none."""
    found = _search(model, scales, slack)
    if found is None:
        return None
    x1, x2, t = found
    between, straight = _both(model, x1[None], x2[None], t)
    layer, kind = _bends(model, x1, x2, t)
    dtype = dtype_of(model.own)
    witness = Witness(
        x1.reshape(model.input_shape).to(dtype),
        x2.reshape(model.input_shape).to(dtype),
        t,
        between.reshape(model.output_shape),
        straight.reshape(model.output_shape),
    )
    return NotAffine(layer, kind, witness)


def _both(model: Subject, x1: Tensor, x2: Tensor, t: float) -> tuple[Tensor, Tensor]:
    return model(t * x1 + (1 - t) * x2), t * model(x1) + (1 - t) * model(x2)


def _search(
    model: Subject, scales: Sequence[float], slack: Slack
) -> tuple[Tensor, Tensor, float] | None:
    """Return the pair with the clearest gap, among those of a usual size if one is clear there."""
    best, found = 1.0, None  # less than once what rounding could make shows nothing
    for scale, rows in samples(model.inputs, scales):
        x1, x2 = rows.chunk(2)
        noise = slack(scale)
        for t in (0.5, 0.25):
            ratio = _ratios(model, x1, x2, t, noise)
            at = int(ratio.argmax())
            if ratio[at] > best:
                best, found = float(ratio[at]), _round_off(model, x1[at], x2[at], t, noise)
        if best > CLEAR / TOLERANCE:
            break
    return found


def _ratios(model: Subject, x1: Tensor, x2: Tensor, t: float, slack: float) -> Tensor:
    """Return for each pair how many times the gap is what rounding could make."""
    between, straight = _both(model, x1, x2, t)
    gap = (between - straight).abs() / allowed(torch.cat([between, straight]), slack, CLEAR)
    # An overflow shows a bend, too, but not as clearly; nothing over nothing is no gap.
    return gap.nan_to_num(0, posinf=0).amax(1)


def _round_off(
    model: Subject, x1: Tensor, x2: Tensor, t: float, slack: float
) -> tuple[Tensor, Tensor, float]:
    """Return the pair in two digits, if it shows the same as well."""
    size = 10.0 ** int(torch.cat([x1, x2]).abs().max().log10().floor())
    short = [torch.round(x / size, decimals=1) * size for x in (x1, x2)]
    before = _ratios(model, x1[None], x2[None], t, slack)
    after = _ratios(model, short[0][None], short[1][None], t, slack)
    return (short[0], short[1], t) if after > before / 2 else (x1, x2, t)


def _bends(model: Subject, x1: Tensor, x2: Tensor, t: float) -> tuple[str, str]:
    """Return name and kind of the first call whose output is not straight from x1 to x2."""
    passes = []
    for x in (x1, x2, t * x1 + (1 - t) * x2):
        with _Calls(model.double) as calls, Double():
            model.double(x.reshape(1, *model.input_shape))
        passes.append(calls.made)
    for (name, kind, first), (other, _, second), (_, _, between) in zip(*passes, strict=False):
        # Where the way itself depends on the input, it parts here.
        if name != other or not first.shape == second.shape == between.shape:
            return name, kind
        straight = t * first + (1 - t) * second
        size = torch.stack([first, second, between]).abs().amax() if first.numel() else 0
        if not ((between - straight).abs() <= 10 * TOLERANCE * size).all():
            return name, kind
    return "model", model.kind


class _Calls(Watch):
    """Keeps a copy of what every function and module returns: (name, kind, numbers)."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__(model)
        self.made: list[tuple[str, str, Tensor]] = []

    def called(
        self, function: Any, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> Any:
        """Make the call and keep what it returns."""
        out = function(*args, **kwargs)
        place, path = self.place(name.strip("_")), self.path
        owner = self._model.get_submodule(path)
        inside = place == path or not (path or any(True for _ in owner.children()))
        kind = type(owner).__name__ if inside else f"the function {name.strip('_')}"
        self._keep(place, kind, out)
        return out

    def returned(self, path: str, module: nn.Module, output: Any) -> None:
        """Keep what a module returns: it may have left torch meanwhile."""
        self._keep(path or "model", type(module).__name__, output)

    def _keep(self, name: str, kind: str, out: Any) -> None:
        first = out[0] if isinstance(out, tuple) and out else out
        if isinstance(first, Tensor) and first.is_floating_point():
            self.made.append((name, kind, first.detach().clone()))
