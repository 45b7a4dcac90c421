"""Frames to the browser: the latest only, no faster than they are answered."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from nnwidgets.widgets._clock import Clock, Throttle

if TYPE_CHECKING:
    from collections.abc import Callable

#: At most this many frames a second.
RATE = 60.0
#: Frames that may be unanswered at once: a page answers two together, and one is on its way.
CREDIT = 3
#: Seconds after which an unanswered frame is taken for lost.
PATIENCE = 1.0
#: So many rounds of lost frames, and nobody is thought to listen until somebody speaks again.
ROUNDS = 5


class Sender:
    """Sends frames while somebody listens.

    ``offer`` is called after every change, from any thread. Sending happens on the clock's thread,
    but for training's own frames: to make one takes less time than to hand it over. A frame is
    made when it is sent, so it always shows the latest state, and what was offered while no credit
    was left is sent when an answer comes.

    Parameters
    ----------
    clock
        Tells the time and runs the sending.
    send
        Makes and sends the frame of the serial number it is given.
    credit
        Frames that may be unanswered at once.
    """

    def __init__(self, clock: Clock, send: Callable[[int], None], credit: int = CREDIT) -> None:
        self._clock = clock
        self._send = send
        self._credit = credit
        self._throttle = Throttle(clock, 1 / RATE, self._fire)
        self._lock = threading.Lock()
        self._serial = 0
        self._in_flight: dict[int, float] = {}
        self._wanted = False
        self._rounds = 0
        self.listening = False

    def hello(self) -> None:
        """Somebody listens, and has seen nothing yet."""
        with self._lock:
            self.listening = True
            self._rounds = 0
            self._wanted = False
            self._in_flight.clear()
        self._throttle.touch()

    def alive(self) -> None:
        """Somebody spoke: if nobody was thought to listen, they need a frame."""
        if not self.listening:
            self.hello()

    def offer(self, *, more: bool = False) -> None:
        """There is something new to show; where `more` is to come, it is sent in this thread."""
        if self.listening and not self._wanted:
            if more:
                self._throttle.tick()
            else:
                self._throttle.touch()

    def got(self, serial: int) -> None:
        """A frame was answered, and with it every earlier one."""
        with self._lock:
            self._rounds = 0
            for old in [number for number in self._in_flight if number <= serial]:
                del self._in_flight[old]
        self._resume()

    def stop(self) -> None:
        """Nobody listens any more."""
        self.listening = False

    def _resume(self) -> None:
        with self._lock:
            wanted, self._wanted = self._wanted, False
        if wanted and self.listening:
            self._throttle.touch()

    def _fire(self) -> None:
        serial = self._take_credit()
        if serial is not None:
            self._send(serial)

    def _take_credit(self) -> int | None:
        with self._lock:
            now = self._clock.now()
            if len(self._in_flight) >= self._credit:
                lost = min(self._in_flight.values()) + PATIENCE
                if now < lost:
                    if not self._wanted:
                        self._wanted = True
                        self._clock.call_at(lost, self._resume)
                    return None
                self._lose()
            if not self.listening:
                return None
            self._serial += 1
            self._in_flight[self._serial] = now
            return self._serial

    def _lose(self) -> None:
        self._in_flight.clear()
        self._rounds += 1
        if self._rounds >= ROUNDS:
            self.listening = False
