"""A trace as a table to read."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nnwidgets.core._trace_result import LayerTrace, Trace

_FEW = 4  # numbers that a cell shows one by one
_HEADS = ("layer", "input", "z", "a", "dL/dz", "dL/da", "dL/dW", "dL/db")
_UPDATES = ("ΔW", "Δb")


def as_text(trace: Trace) -> str:
    """Return the table as lines of text."""
    rows = [_heads(trace), *_rows(trace)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
    return "\n".join([_title(trace), *lines])


def as_html(trace: Trace) -> str:
    """Return the table as HTML."""
    heads = "".join(f"<th>{escape(head)}</th>" for head in _heads(trace))
    body = "".join(
        "<tr>" + "".join(f"<td>{_html_cell(cell)}</td>" for cell in row) + "</tr>"
        for row in _rows(trace)
    )
    return (
        '<div style="overflow-x: auto"><table>'
        f"<caption>{escape(_title(trace))}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _html_cell(cell: str) -> str:
    """Return a shape and below it its range, which stays in one line whatever the page's style."""
    return (
        escape(cell).replace("] ", "]<br>").replace(" … ", "\N{NO-BREAK SPACE}…\N{NO-BREAK SPACE}")
    )


def _title(trace: Trace) -> str:
    first = trace.x[0] if isinstance(trace.x, tuple) else trace.x
    samples = f"{len(first)} sample{'s' if len(first) != 1 else ''}"
    loss = "" if trace.loss is None else f", {trace.loss_name} loss {trace.loss:.6g}"
    mode = ", in training mode" if trace.training else ""
    return f"Trace of {samples}{loss}{mode}"


def _heads(trace: Trace) -> tuple[str, ...]:
    shown = _HEADS if trace.loss is not None else _HEADS[:4]
    return shown + (_UPDATES if trace.updates else ())


def _rows(trace: Trace) -> list[tuple[str, ...]]:
    return [_row(layer, trace) for layer in trace.layers]


def _row(layer: LayerTrace, trace: Trace) -> tuple[str, ...]:
    named = f"{layer.name}: {layer.kind}" if layer.name != layer.kind else layer.name
    name = named + (f" → {layer.activation}" if layer.activation not in (None, layer.kind) else "")
    arrays = [layer.input, layer.z, layer.a]
    if trace.loss is not None:
        arrays += [layer.dz, layer.da, layer.weight_grad, layer.bias_grad]
    if trace.updates:
        arrays += [layer.weight_update, layer.bias_update]
    return (name, *map(_brief, arrays))


def _brief(array: Any) -> str:
    if array is None:
        return "—"
    if array.size == 0:
        return f"{_shape(array)} empty"
    if array.size <= _FEW:
        return ", ".join(_number(value) for value in array.reshape(-1).tolist())
    low, high = _number(np.nanmin(array)), _number(np.nanmax(array))
    return f"{_shape(array)} {low} … {high}"


def _shape(array: Any) -> str:
    return f"[{'×'.join(map(str, array.shape))}]"


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")
