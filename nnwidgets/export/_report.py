"""What an export says of itself."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Export:
    """A page that was written; it can be used as its path.

    Attributes
    ----------
    path : Path
    size : int
        Bytes of the file.
    gzipped : int
        Bytes that a server sends of it.
    alive : tuple of str
        What moves and computes in the page, with no Python.
    recorded : tuple of str
        What stays as Python computed it, or only plays what was recorded; and why.
    """

    path: Path
    size: int
    gzipped: int
    alive: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()

    def __fspath__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        lines = [f"{self.path}: {_kib(self.size)}, {_kib(self.gzipped)} gzipped"]
        if self.alive:
            lines.append(f"  lives in the page: {', '.join(self.alive)}")
        lines += [f"  needs Python: {line}" for line in self.recorded]
        return "\n".join(lines)


def report(path: Path, data: bytes, alive: tuple[str, ...], recorded: tuple[str, ...]) -> Export:
    """Return what is said of a page that was written."""
    return Export(path, len(data), len(gzip.compress(data, 9)), alive, recorded)


def _kib(size: int) -> str:
    return f"{size / 1024:,.0f} KiB"
