"""A page that is not there: what the kernel says to it is made as for a real one, and answered."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import comm
from comm.base_comm import BaseComm
from ipywidgets import Widget
from jupyter_client.session import Session

import nnwidgets as nnw

#: Frames that the frontend answers together; see TOGETHER in js/src/state/uplink.ts.
TOGETHER = 2


class Page:
    """Hears all that widgets say, and answers frames and feeds as the frontend does.

    Parameters
    ----------
    delay
        Seconds from a frame to its answer, which then comes on a thread of its own: the time a
        browser takes to hear of it. None answers at once, on the thread that sends.

    Attributes
    ----------
    frames
        How many there were.
    parameters
        The bytes of the last one.
    """

    def __init__(self, delay: float | None = None) -> None:
        self.frames = 0
        self.parameters = b""
        self._delay = delay
        self._session = Session(key=b"benchmark")
        self._heard = threading.Condition()
        self._answers: queue.SimpleQueue[tuple[Widget, int] | None] = queue.SimpleQueue()
        self._answering: dict[str, Widget] = {}
        self._thread = threading.Thread(target=self._answer_later, name="page", daemon=True)
        self._thread.start()

    def open(self, net: nnw.Network) -> None:
        """Open a network in the page and wait until it has shown something."""
        self._answering[net.comm.comm_id] = net.uplink
        self._say(net.uplink, type="hello")
        self.wait_for(1)

    def feed(self, view: Widget) -> None:
        """Have a view show what only Python can compute."""
        self._answering[view.comm.comm_id] = view
        self._say(view, type="hello")

    def wait_for(self, frames: int, seconds: float = 5.0) -> None:
        """Return when there were so many frames."""
        with self._heard:
            if not self._heard.wait_for(lambda: self.frames >= frames, seconds):
                raise TimeoutError(f"{self.frames} frames came, not {frames}")

    def publish(self, kind: str, content: dict[str, Any], buffers: list[Any] | None = None) -> int:
        """Do all that a kernel does with a message but write it to the socket; return its size."""
        message = self._session.msg(kind, content=content)
        parts = [*self._session.serialize(message), *(buffers or ())]
        return sum(memoryview(part).nbytes for part in parts)

    def hear(self, sender: str, data: dict[str, Any], buffers: list[Any] | None) -> None:
        """Take what came on a comm."""
        content = data.get("content")
        widget = self._answering.get(sender)
        kind = content.get("type") if isinstance(content, dict) else None
        if widget is None or kind not in ("frame", "feed"):
            return
        serial = content["serial"]
        if self._delay is None:
            self._say(widget, type="got", serial=serial)
        elif kind == "feed" or serial % TOGETHER == 0:
            self._answers.put((widget, serial))
        if kind == "feed":
            return
        with self._heard:
            self.frames += 1
            self.parameters = bytes((buffers or [b""])[0])
            self._heard.notify_all()

    def close(self) -> None:
        """Answer nothing any more."""
        self._answers.put(None)
        self._thread.join()

    def _answer_later(self) -> None:
        while (frame := self._answers.get()) is not None:
            widget, serial = frame
            time.sleep(self._delay or 0.0)
            self._say(widget, type="got", serial=serial)

    def _say(self, widget: Widget, **content: object) -> None:
        if widget.comm is not None:  # else it was closed in the meantime
            data = {"method": "custom", "content": content}
            widget.comm.handle_msg({"content": {"data": data}, "buffers": []})


class PageComm(BaseComm):
    """The kernel's end of a comm to the page."""

    def __init__(self, page: Page, **options: Any) -> None:
        self._page = page
        super().__init__(**options)

    def publish_msg(
        self,
        msg_type: str,
        data: Any = None,
        metadata: Any = None,
        buffers: Any = None,
        **keys: Any,
    ) -> None:
        """Send a message."""
        content = {"data": data or {}, "comm_id": self.comm_id, **keys}
        self._page.publish(msg_type, content, buffers)
        self._page.hear(self.comm_id, data or {}, buffers)


@contextmanager
def shown(delay: float | None = None) -> Iterator[Page]:
    """Have widgets made from here on talk to a page."""
    page, real = Page(delay), comm.create_comm
    comm.create_comm = partial(PageComm, page)
    try:
        yield page
    finally:
        comm.create_comm = real
        page.close()
