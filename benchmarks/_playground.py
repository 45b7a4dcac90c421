"""Where a checkout of tensorflow/playground is: none of it is in this repository, or in a package.

It is looked for in the folder that the environment variable ``TENSORFLOW_PLAYGROUND`` names, then
in a cache, and is cloned into that, at one commit, where there is git and a network.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.js_process import JS, find_node

VARIABLE = "TENSORFLOW_PLAYGROUND"
ADDRESS = "https://github.com/tensorflow/playground.git"
COMMIT = "02469bd3751764b20486015d4202b792af5362a6"
SOURCE = Path("src") / "nn.ts"
SECONDS = 60

_BUNDLE = """
import { build } from "esbuild";
const [outfile, entry] = process.argv.slice(1);
await build({ entryPoints: [entry], outfile, format: "esm", bundle: true, tsconfigRaw: {} });
"""


def find(*, network: bool) -> Path | None:
    """Return the peer's nn.ts, or None where it is not to be had.

    Parameters
    ----------
    network
        Whether it may be cloned.

    Raises
    ------
    FileNotFoundError
        If the variable names a folder without it.
    """
    given = os.environ.get(VARIABLE)
    if given:
        source = Path(given) / SOURCE
        if not source.is_file():
            raise FileNotFoundError(f"{VARIABLE} must be a checkout of {ADDRESS}; got {given!r}")
        return source
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "nnwidgets-benchmarks" / COMMIT
    if not (folder / SOURCE).is_file() and network:
        _clone(folder)
    return folder / SOURCE if (folder / SOURCE).is_file() else None


def bundled(source: Path, bundle: Path) -> Path:
    """Bundle the peer's source as a module that Node can import; return the bundle."""
    command = [find_node(), "--input-type=module", "--eval", _BUNDLE, str(bundle), str(source)]
    subprocess.run(command, cwd=JS, check=True)
    return bundle


def _clone(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    git = ["git", "-c", "advice.detachedHead=false", "-C", str(folder)]
    steps = (["init", "-q"], ["fetch", "-q", "--depth", "1", ADDRESS, COMMIT])
    quiet = os.environ | {"GIT_TERMINAL_PROMPT": "0"}
    try:
        for step in (*steps, ["checkout", "-q", COMMIT]):
            subprocess.run(
                [*git, *step], check=True, timeout=SECONDS, capture_output=True, env=quiet
            )
    except (OSError, subprocess.SubprocessError):
        return  # no git, or no network: whoever asks says that there is no peer
