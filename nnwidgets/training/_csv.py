"""Columns of numbers as CSV text."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def as_csv(header: Iterable[str], rows: Iterable[Iterable[object]], path: str | Path | None) -> str:
    """Return a line for the header and one for each row, also written to `path` if given.

    A missing number is an empty field; floats are written so that they read back exactly.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(["" if _missing(field) else field for field in row])
    if path is not None:
        Path(path).write_text(text.getvalue(), encoding="utf-8")
    return text.getvalue()


def _missing(field: object) -> bool:
    return isinstance(field, float) and math.isnan(field)
