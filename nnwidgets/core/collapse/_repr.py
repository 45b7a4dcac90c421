"""A collapsed model in a few lines of text."""

from __future__ import annotations

from typing import Any

_FEW = 4


def describe(found: Any) -> str:
    """Return what a :class:`~nnwidgets.core.collapse.Collapse` is, for reading."""
    outputs, inputs = found.W.shape
    size = f"W ({outputs}, {inputs}), b ({outputs},)"
    lines = [f"{found.kind} {found.input_shape} → {found.output_shape} is y = W x + b: {size}"]
    if max(outputs, inputs) <= _FEW:
        lines += [f"  {line}" for line in _formulas(found)]
    how = {
        "structure": "by structure: every operation is affine",
        "jacobian": "by its Jacobian, measured and not proven",
        "differences": "by differences, measured and not proven",
    }[found.by]
    lines.append(how + (f" ({', '.join(found.unproven[:_FEW])})" if found.unproven else ""))
    lines.append(
        f"on {found._usual.n} random inputs: r² {found.r2:.14g}, MSE {found.mse:.2g}, "
        f"largest residual {found.residual:.2g}"
    )
    return "\n".join(lines)


def _formulas(found: Any) -> list[str]:
    outputs, inputs = found.W.shape
    x = [f"x{_low(i + 1)}" if inputs > 1 else "x" for i in range(inputs)]
    y = [f"y{_low(i + 1)}" if outputs > 1 else "y" for i in range(outputs)]
    lines = []
    for name, row, bias in zip(y, found.W.tolist(), found.b.tolist(), strict=True):
        terms = [f"{_signed(w)} {unit}" for w, unit in zip(row, x, strict=True)]
        sum_ = " ".join([*terms, _signed(bias)]).removeprefix("+ ")
        lines.append(f"{name} = {'−' + sum_[2:] if sum_.startswith('− ') else sum_}")
    return lines


def _low(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'} {abs(value):.4g}"
