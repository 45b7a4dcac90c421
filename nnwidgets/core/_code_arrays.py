"""Numbers as Python text: in the script where they are few, in a file beside it where not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

#: What an array may be called in an npz file, whose entries are files: not NUL, "/", or "file".
_PLAIN = re.compile(r"(?!file$)[A-Za-z0-9_][A-Za-z0-9_. -]{0,200}")

#: Numbers of one array that are written into the script; of more it would be no reading.
MOST = 3000
WIDTH = 96


@dataclass
class Arrays:
    """Writes tensors as expressions, and keeps those that are too large for that.

    Attributes
    ----------
    kept : dict of str to ndarray
        What the script reads from its npz file.
    """

    kept: dict[str, NDArray[Any]] = field(default_factory=dict)

    def text(self, name: str, tensor: Tensor, indent: int = 0) -> str:
        """Return an expression that makes a tensor again, exactly."""
        plain = tensor.detach().cpu()
        if plain.dtype in (torch.float16, torch.bfloat16):
            return f"{self._float(name, plain.float(), indent)}.to({plain.dtype})"
        return self._float(name, plain, indent)

    def _float(self, name: str, tensor: Tensor, indent: int) -> str:
        if tensor.numel() > MOST:
            key = name if _PLAIN.fullmatch(name) else f"array {len(self.kept)}"
            self.kept[key] = np.array(tensor.numpy())
            return f"torch.from_numpy(saved[{quoted(key)}])"
        double = ", dtype=torch.float64" if tensor.dtype == torch.float64 else ""
        return f"torch.tensor({written(tensor.numpy(), indent)}{double})"


def quoted(text: str) -> str:
    r"""Return a text as Python writes it: whatever is in a name stays within its quotes.

    Examples
    --------
    >>> print(quoted("0.weight"), quoted('a"b' + chr(10)))
    "0.weight" "a\"b\n"
    """
    inside = repr('"' + text)[2:-1]  # a text with this sign in it is written between single ones
    return '"' + inside.replace('"', '\\"') + '"'


def written(array: NDArray[Any], indent: int = 0) -> str:
    """Return nested lists whose numbers read back to the same bits."""
    return _nested(array) if array.ndim == 0 else _lines([*map(_nested, array)], indent)


def _nested(array: NDArray[Any]) -> str:
    if array.ndim == 0:
        return _number(array[()])
    return f"[{', '.join(map(_nested, array))}]"


def _number(value: Any) -> str:
    if isinstance(value, np.floating):
        # numpy's str is the shortest text that reads back to the same float of this size.
        return str(value).removesuffix("0") if str(value).endswith(".0") else str(value)
    return repr(value.item())


def _lines(parts: list[str], indent: int) -> str:
    """Return a list that is broken between its entries, never within one."""
    whole = f"[{', '.join(parts)}]"
    if len(whole) + indent < WIDTH - 24:
        return whole
    lines, line = [], ""
    for part in parts:
        longer = f"{line} {part}," if line else f"{part},"
        if line and len(longer) > WIDTH - indent:
            lines.append(line)
            longer = f"{part},"
        line = longer
    inner = "\n" + " " * (indent + 4)
    return f"[{inner}{inner.join([*lines, line])}\n{' ' * indent}]"
