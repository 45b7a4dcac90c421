"""What is in the distributions, and when the frontend is built for them."""

import os
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import hatch_build

ROOT = Path(__file__).parent.parent


def build(kind: str, source: Path, into: Path) -> Path:
    """Build a "wheel" or "sdist" of a source tree and return its path."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", into]
    subprocess.run(command, cwd=source, check=True, stdout=subprocess.DEVNULL)
    (built,) = into.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        # Python 3.11 knows filters from 3.11.4 on.
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(folder, **safely)
    (root,) = folder.iterdir()
    return root


def files_under(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_the_sdist_ships_sources_and_the_built_frontend(unpacked: Path) -> None:
    files = files_under(unpacked)

    assert {"js/src/index.ts", "js/package-lock.json", "hatch_build.py", "LICENSE"} <= files
    assert {f"nnwidgets/static/{name}" for name in hatch_build.BUILT} <= files
    assert not [name for name in files if "node_modules" in name or name.startswith(".venv")]


def test_a_wheel_from_the_sdist_needs_no_node(unpacked: Path, tmp_path: Path) -> None:
    wheel = build("wheel", unpacked, tmp_path)

    assert not (unpacked / "js" / "node_modules").exists()  # so nothing was installed to build it
    names = set(zipfile.ZipFile(wheel).namelist())
    info = next(name for name in names if name.endswith("/METADATA")).partition("/")[0]
    modules = {f"nnwidgets/{name}" for name in files_under(unpacked / "nnwidgets")}
    licences = {"licenses/LICENSE", "licenses/THIRD_PARTY_NOTICES.md"}
    about = {f"{info}/{name}" for name in ("METADATA", "WHEEL", "RECORD", *licences)}
    assert names == modules | about
    assert "nnwidgets/py.typed" in names


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a tree with sources of an hour ago and a frontend built since."""
    (tmp_path / "js" / "src").mkdir(parents=True)
    static = tmp_path / "nnwidgets" / "static"
    static.mkdir(parents=True)
    for name in ("js/build.mjs", "js/package-lock.json", "js/src/index.ts"):
        (tmp_path / name).touch()
    hour_ago = time.time() - 3600
    for path in (tmp_path / "js").rglob("*"):
        os.utime(path, (hour_ago, hour_ago))
    for name in hatch_build.BUILT:
        (static / name).touch()
    return tmp_path


def test_a_built_frontend_is_not_built_again(checkout: Path) -> None:
    assert hatch_build.is_current(checkout)


def change(root: Path) -> None:
    in_a_minute = time.time() + 60
    os.utime(root / "js" / "src" / "index.ts", (in_a_minute, in_a_minute))


def remove_source(root: Path) -> None:
    time.sleep(0.02)  # the folder's time must pass that of the built files
    (root / "js" / "src" / "index.ts").unlink()


def remove_style(root: Path) -> None:
    (root / "nnwidgets" / "static" / "network.css").unlink()


@pytest.mark.parametrize("spoil", [change, remove_source, remove_style])
def test_a_stale_frontend_is_built_again(spoil: Callable[[Path], None], checkout: Path) -> None:
    spoil(checkout)

    assert not hatch_build.is_current(checkout)


def test_an_sdists_file_times_do_not_matter(checkout: Path) -> None:
    change(checkout)
    (checkout / "PKG-INFO").touch()

    assert hatch_build.is_current(checkout)


def test_a_failing_build_says_what_node_said(tmp_path: Path) -> None:
    shutil.copy(ROOT / "js" / "package.json", tmp_path)

    with pytest.raises(RuntimeError, match=r"'node build.mjs' failed(.|\n)*Cannot find module"):
        hatch_build.run(tmp_path, hatch_build.node, "build.mjs")
