"""Find a Chromium for the browser tests, or get one where this machine allows it.

Tried in this order: ``$NNWIDGETS_CHROMIUM``; a browser on the PATH; the one Playwright downloaded;
installing the system's package, as root or where sudo asks no password; Playwright's download.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "NNWIDGETS_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = f"No Chromium: install the package chromium, or set {VARIABLE} to a Chrome's path."


def find_chromium() -> str | None:
    """Return the path of a Chromium that starts, or None.

    Raises
    ------
    FileNotFoundError
        If ``$NNWIDGETS_CHROMIUM`` is set and is not a browser that starts.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        if starts(chosen):
            return chosen
        raise FileNotFoundError(f"{VARIABLE} is {chosen!r}, which does not start")
    return next(filter(starts, candidates()), None)


def candidates() -> Iterator[str]:
    """Yield the paths of browsers that may be there."""
    yield from filter(None, map(shutil.which, NAMES))
    downloaded = playwright_chromium()
    if downloaded is not None:
        yield downloaded


def starts(path: str) -> bool:
    """Tell whether a browser can say its version: a snap's stub or a missing library cannot."""
    try:
        done = subprocess.run([path, "--version"], check=False, capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def playwright_chromium() -> str | None:
    """Return the path of Playwright's own download, or None where there is none."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def installations() -> Iterator[list[list[str]]]:
    """Yield the ways to get a Chromium that this machine offers, each a list of commands."""
    apt = shutil.which("apt-get")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    sudo = [] if root else ["sudo", "-n"]
    if apt and (root or shutil.which("sudo")):
        # A bare container has no font, and none of them would show x₁ or σ.
        packages = ["chromium", "fonts-dejavu-core"]
        yield [
            [*sudo, apt, "update", "-qq"],
            [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", apt, "install", "-yqq", *packages],
        ]
    yield [[sys.executable, "-m", "playwright", "install", "chromium"]]


def succeeds(commands: list[list[str]]) -> bool:
    """Run commands until one fails."""
    runs = (subprocess.run(command, check=False, stdout=sys.stderr) for command in commands)
    return all(run.returncode == 0 for run in runs)


def main() -> int:
    """Make sure there is a Chromium; return the exit status."""
    try:
        if find_chromium():
            return 0
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    for commands in installations():
        print("No Chromium found; trying:", " ".join(commands[-1]), file=sys.stderr)
        if succeeds(commands) and find_chromium():
            return 0
    print(ADVICE, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
