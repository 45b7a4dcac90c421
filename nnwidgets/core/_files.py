"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def destination(path: object) -> Path:
    """Return where a file is to go, before anything is computed.

    Raises
    ------
    TypeError
        If it is no path.
    FileNotFoundError, IsADirectoryError
        If its folder does not exist, or it is a folder itself.
    """
    if not isinstance(path, str | os.PathLike) or not isinstance(os.fspath(path), str):
        raise TypeError(f"path must be text or a Path, got {type(path).__name__}")
    target = Path(path)
    if not str(path):
        raise ValueError("path must name a file, got ''")
    if target.is_dir():
        raise IsADirectoryError(f"path must be a file, and {str(target)!r} is a folder")
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"path: there is no folder {str(target.parent)!r} to write {target.name!r} into"
        )
    return target


def write_whole(target: Path, data: bytes) -> None:
    """Write a file in one step: a reader finds the old one or the new one, never a part.

    Raises
    ------
    OSError
        Where it cannot be written: no room, no permission. What was there is as it was.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(_mode(target))
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """Return the permissions of the file that is replaced, or what others may read."""
    try:
        return target.stat().st_mode & 0o777
    except FileNotFoundError:
        return 0o644
