"""Where files are written: what is a path, and what is said of one that is none."""

from pathlib import Path

import pytest

from nnwidgets.core._files import destination


def test_text_and_paths_are_taken(tmp_path: Path) -> None:
    assert destination(tmp_path / "new.json") == tmp_path / "new.json"
    assert destination(str(tmp_path / "new.json")) == tmp_path / "new.json"


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        (b"bytes.json", TypeError, "path must be text or a Path, got bytes"),
        (3, TypeError, "got int"),
        ("", ValueError, "path must name a file, got ''"),
        (".", IsADirectoryError, "path must be a file, and '.' is a folder"),
        ("no/where.json", FileNotFoundError, "no folder 'no' to write 'where.json' into"),
    ],
)
def test_what_is_no_place_is_refused(
    path: object,
    error: type[Exception],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=message):
        destination(path)  # type: ignore[arg-type]
