"""Uses the widgets for long, and looks at what that leaves: ``python -m soak``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from soak import drags, report, reruns, scripts
from tests.browser.lab import CHROMIUM_FLAGS, WEBGL_FLAGS, Notebook
from tests.browser.started import started

if TYPE_CHECKING:
    from soak.watch import Numbers

#: Seconds between two lines of what goes on.
TELL = 30.0
#: What a browser says that takes a context away because a page has too many.
CROWDED = "WebGL contexts"


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of dragging and training")
    parser.add_argument("--reruns", type=int, default=500, help="how often a cell is run again")
    parser.add_argument("--save", type=Path, help="a folder for the page, not docs/proof")
    parser.add_argument("--no-page", action="store_true", help="write nothing")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Drag, run again, tell; return the exit status."""
    options = parse(arguments)
    began = time.monotonic()
    found = report.Found(minutes=options.minutes, reruns=options.reruns)
    if options.minutes > 0:
        drag(options.minutes, found)
    if options.reruns > 0:
        run_again(options.reruns, found)
    found.seconds = time.monotonic() - began
    report.show(found)
    if not options.no_page:
        print("written:", ", ".join(report.write(found, options.save)))
    return 0 if found.holds else 1


def drag(minutes: float, found: report.Found) -> None:
    """Drag and train in a page of its own."""
    told = [time.monotonic()]

    def tell(sample: Numbers) -> None:
        if time.monotonic() - told[0] >= TELL:
            told[0] = time.monotonic()
            print(report.line(sample), flush=True)

    every = min(drags.EVERY, 60 * minutes / 12)
    with opened(drags.CELL, CHROMIUM_FLAGS) as book:
        found.samples, hand = drags.run(book, minutes, every, tell)
        found.drags = drags.checks(found.samples, book.complaints, hand)


def run_again(times: int, found: report.Found) -> None:
    """Run a cell again and again in a page of its own, with WebGL."""

    def tell(turn: int, heap: Numbers) -> None:
        print(f"{turn:4} runs: heap {heap['heap'] / 2**20:.1f} MiB", flush=True)

    with opened(reruns.CELL, WEBGL_FLAGS) as book:
        crowded: list[str] = []
        book.page.on(
            "console", lambda said: crowded.append(said.text) if CROWDED in said.text else None
        )
        found.before, found.after = reruns.run(book, times, tell)
        said = [*book.complaints, *crowded]
        found.again = reruns.checks(times, found.before, found.after, said)


@contextmanager
def opened(cell: str, flags: list[str]) -> Iterator[Notebook]:
    """Start JupyterLab and Chromium with a notebook of one cell, which is watched."""
    with started(flags) as (browser, lab):
        lab.write("soak.ipynb", [cell])
        book = Notebook.open(browser, lab, "soak.ipynb", before=scripts.WATCH)
        book.page.wait_for_timeout(1000)
        yield book


if __name__ == "__main__":
    sys.exit(main())
