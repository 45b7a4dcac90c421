"""What goes wrong between a page and its kernel, in a real browser; docs/proof/faults.md lists it.

Where a fault lasts a minute in life it lasts seconds here: what happens does not depend on how
long, once the page has noticed (after eight seconds) and Python sends no more (after five).
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.browser.breaking import agree, badge, epoch, shown
from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import at_rest, centre, drag, part, place, plane, settle, wait_until

# Of a whole step: the module itself may be read in the middle of one.
B1 = "float(net.weights['0.bias'][0])"

# A call that keeps Python's lock, as some of C do: no thread of the kernel does anything.
FREEZE = "__import__('ctypes').PyDLL(None).usleep({seconds} * 1_000_000)"

# Where the first line is drawn in every frame of the page.
WATCH = """(line) => {
    window.nnw_seen = [];
    const look = () => {
        if (!line.isConnected) return;
        const at = ["x1", "y1", "x2", "y2"].map((name) => line.getAttribute(name)).join();
        if (window.nnw_seen.at(-1) !== at) window.nnw_seen.push(at);
        requestAnimationFrame(look);
    };
    look();
}"""

# The kernel's connection is cut, and every attempt to have it back fails until `mend`.
CUT = """() => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    const settings = kernel.serverSettings;
    const Real = settings.WebSocket;
    settings.WebSocket = function () { return new Real("ws://127.0.0.1:9/"); };
    window.nnw_mend = (now) => {
        settings.WebSocket = Real;
        if (now) void kernel.reconnect();
    };
    kernel._ws.close();
}"""


def test_a_kernel_that_is_frozen_while_a_line_is_dragged(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    """The line stays where it was left; the kernel gets the last place and no heap of messages."""
    count = "heard = []\ntake = net._commands._take\n"
    count += "net._commands._take = lambda m, p: (heard.append(m['type']), take(m, p))"
    book, body = shown(notebook)
    book.tell(count)
    began = centre(body)
    drag(book, began, (10, 5), release=False)
    book.page.evaluate(
        """(code) => void window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
            .requestExecute({ code })""",
        FREEZE.format(seconds=10),
    )
    book.page.wait_for_timeout(300)
    for step in range(1, 21):
        book.page.mouse.move(began[0] + 10 + 2 * step, began[1] + 5 + step)
        book.page.evaluate("() => new Promise(requestAnimationFrame)")
    book.page.mouse.up()
    settle(book)
    left = place(body)
    body.evaluate(WATCH)
    badge(book).wait_for(timeout=20_000)
    book.shot(artifacts / "fault-frozen.png")
    badge(book).wait_for(state="detached", timeout=20_000)
    settle(book)
    agree(book)
    assert place(body) == left
    assert book.page.evaluate("() => window.nnw_seen.length") == 1, "the line moved by itself"
    heard = book.numbers("heard")
    assert heard.count("ping") <= 5, heard
    assert not book.numbers("net.run.problem.held.tolist()").count(True)


def test_a_connection_that_is_cut_and_comes_back(notebook: OpenNotebook, artifacts: Path) -> None:
    """Both sides go on; afterwards the hand's last word stands and the rest is the training's."""
    book, body = shown(notebook, theme="dark")
    at = centre(body)
    drag(book, at, (5, 2), release=False)
    book.ask("trainer.play()")
    book.until("net.epoch > 5", "True", seconds=30)
    book.page.evaluate(CUT)
    book.page.mouse.move(at[0] + 40, at[1] + 10, steps=8)
    badge(book).wait_for(timeout=20_000)
    book.shot(artifacts / "fault-cut.png")
    shown_then = epoch(book)
    book.page.evaluate("() => window.nnw_mend(true)")
    badge(book).wait_for(state="detached", timeout=40_000)
    wait_until(lambda: epoch(book) > shown_then + 20, 20)
    held = at_rest(book, B1)  # still in the hand, though all else learns
    book.page.mouse.up()
    book.until(f"{B1} != {held}", "True")  # and now this learns again
    book.ask("trainer.pause()")
    at_rest(book, B1)
    agree(book)
    book.complaints[:] = [text for text in book.complaints if "WebSocket" not in text]


def test_a_kernel_that_is_killed_or_restarted_in_the_middle_of_a_drag(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    """The line stays in the hand; the view says that the kernel is gone, and what to do."""
    book, body = shown(notebook, fresh=True)
    for how in ("restarted", "killed"):
        drag(book, centre(body), (15, 5), release=False)
        if how == "killed":
            os.kill(int(book.ask("__import__('os').getpid()")), signal.SIGKILL)
        else:
            book.page.evaluate(
                "() => void window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
                ".restart()"
            )
        badge(book).wait_for(timeout=30_000)
        before = place(body)
        at = centre(body)
        book.page.mouse.move(at[0] + 30, at[1] + 12, steps=5)
        settle(book)
        assert place(body) != before
        book.page.mouse.up()
        assert badge(book).get_attribute("data-link") == "disconnected"
        book.shot(artifacts / f"fault-{how}.png")
        dialog = book.page.locator(".jp-Dialog .jp-mod-accept")
        if how == "killed":
            dialog.wait_for(timeout=20_000)
        if dialog.count():
            dialog.first.click()
        book.wait_ready()
        book.run(0)
        badge(book).wait_for(state="detached", timeout=20_000)
        body = part(plane(book), "0/0", "body")
        body.wait_for(state="attached")
