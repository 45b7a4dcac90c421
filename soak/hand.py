"""A mouse that never rests: it takes hold of a line, a slider and the ball, in turns."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from itertools import cycle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.gestures import Point
    from tests.browser.lab import Notebook

#: Seconds that one thing is held.
TURN = 4.0
#: Radii of the way the mouse takes, in pixels.
WAY = (45.0, 25.0)

# Where a thing can be taken hold of; null while it is out of sight.
PLACES = {
    "line": """() => {
        const line = document.querySelector('.nnw-plane [data-line="0/0"] [data-part="body"]');
        const plane = line?.closest(".nnw-plot")?.getBoundingClientRect();
        const box = line?.getBoundingClientRect();
        if (!box || !plane) return null;
        const x = box.x + box.width / 2, y = box.y + box.height / 2;
        const inside = x > plane.x && x < plane.right && y > plane.y && y < plane.bottom;
        return inside ? [x, y] : null;
    }""",
    "slider": """() => {
        const box = document.querySelector(".nnw-rows .nnw-track")?.getBoundingClientRect();
        return box ? [box.x + box.width / 2, box.y + box.height / 2] : null;
    }""",
    "ball": """() => {
        const box = document.querySelector(".nnw-ball .dot")?.getBoundingClientRect();
        return box ? [box.x + box.width / 2, box.y + box.height / 2] : null;
    }""",
}


class Hand:
    """Drags what is in the page of a notebook.

    Attributes
    ----------
    turns
        How often each thing was held.
    """

    def __init__(self, book: Notebook) -> None:
        self._book = book
        self._things = cycle(PLACES)
        self.turns = dict.fromkeys(PLACES, 0)

    def work(self, seconds: float) -> None:
        """Drag for so long."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            self._hold(next(self._things), min(end, now + TURN))

    def _hold(self, thing: str, until: float) -> None:
        mouse = self._book.page.mouse
        place = self._book.page.evaluate(PLACES[thing])
        if place is None:  # out of sight, and no reason to rest
            self._move((200.0, 300.0), lambda turn: turn < 0.3, until)
            return
        mouse.move(*place)
        mouse.down()
        self._move(place, lambda _turn: True, until)
        mouse.up()
        self.turns[thing] += 1

    def _move(self, around: Point, more: Callable[[float], bool], until: float) -> None:
        began = time.monotonic()
        while (now := time.monotonic()) < until and more(now - began):
            angle = 2 * math.pi * (now - began) / 2.0
            x = around[0] + WAY[0] * math.sin(angle)
            self._book.page.mouse.move(x, around[1] + WAY[1] * math.sin(2 * angle))
