"""What only Python can compute, on its way to one view: the latest only, and never in a hurry.

Python to browser, on the view's comm: ``{type: "feed", serial, ...} [buffers]``, or with ``error``
(text) alone where it could not be computed. Browser to Python: ``{type: "hello"}`` asks for one,
``{type: "got", serial}`` answers one.
"""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

from nnwidgets.core._threads import one_thread
from nnwidgets.widgets import _clock, _json
from nnwidgets.widgets._sender import Sender
from nnwidgets.widgets._traffic import MOVING
from nnwidgets.widgets._wire import MAX_SERIAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnwidgets.widgets._library import LibraryView

#: Of all time, so much may be spent on one view's feed: at rest, and while training goes on.
DUTY = 0.5
DUTY_IN_TRAINING = 0.02

#: Payloads that may be unanswered at once: a page answers each.
CREDIT = 2
#: JSON and buffers.
Payload = tuple[dict[str, Any], list[bytes]]


class Feed:
    """Sends a view its payload after each offer, no faster than the page takes it.

    Computing it takes a bounded share of the time, so that training is not slowed by being
    watched; the last state always gets through.

    Parameters
    ----------
    view
        Whose comm carries it. It is not kept alive.
    """

    def __init__(self, view: LibraryView) -> None:
        self._view = weakref.ref(view)
        self._sender = Sender(_clock.FEEDS, self._send, credit=CREDIT)
        self._rest_until = float("-inf")
        self._lock = threading.Lock()
        self._waiting = False

    def offer(self) -> None:
        """There may be something new to show."""
        if not self._sender.listening or self._waiting:
            return
        if _clock.FEEDS.now() >= self._rest_until:
            self._sender.offer()
            return
        with self._lock:
            already, self._waiting = self._waiting, True
        if not already:
            _clock.FEEDS.call_at(self._rest_until, self._rested)

    def stop(self) -> None:
        """Nobody looks at the view any more."""
        self._sender.stop()

    def heard(self, message: Mapping[str, object]) -> bool:
        """Take the page's ``hello`` or ``got``; answer whether it was one of these.

        Raises
        ------
        WireError
            For a ``got`` without a serial number.
        """
        kind = message.get("type")
        if kind == "hello":
            self._sender.hello()
        elif kind == "got":
            self._sender.got(_json.integer(message, "serial", MAX_SERIAL))
        else:
            return False
        return True

    def _rested(self) -> None:
        with self._lock:
            self._waiting = False
        self._sender.offer()

    def _send(self, serial: int) -> None:
        view = self._view()
        if view is None or not view.is_open:
            return
        start = time.perf_counter()
        try:
            with one_thread():  # training and the browser need the others
                payload = view._payload()
        except Exception as error:  # noqa: BLE001  (told to the reader of the page)
            payload = {"error": f"{type(error).__name__}: {error}"}, []
        seconds = time.perf_counter() - start
        duty = DUTY_IN_TRAINING if view.net.run.status.state in MOVING else DUTY
        self._rest_until = _clock.FEEDS.now() + seconds * (1 / duty - 1)
        if payload is None:
            self._sender.got(serial)
            return
        content, buffers = payload
        view.send({**content, "type": "feed", "serial": serial}, buffers)
