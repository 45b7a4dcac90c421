"""What an export says of itself."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Export:
    """A page that was written.

    Attributes
    ----------
    path : Path
    size : int
        Bytes of the file.
    gzipped : int
        Bytes that a server sends of it.
    """

    path: Path
    size: int
    gzipped: int

    def __fspath__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        return f"{self.path}: {_kib(self.size)}, {_kib(self.gzipped)} gzipped"


def size_of(data: bytes) -> tuple[int, int]:
    """Return how long a file is, and how long gzipped."""
    return len(data), len(gzip.compress(data, 9))


def _kib(size: int) -> str:
    return f"{size / 1024:,.0f} KiB"
