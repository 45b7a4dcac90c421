"""What goes wrong between a page and its kernel, in a real browser; docs/proof/faults.md lists it.

Where a fault lasts a minute in life it lasts seconds here: what happens does not depend on how
long, once the page has noticed (after eight seconds) and Python sends no more (after five).
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import (
    SIDE_BY_SIDE,
    at_rest,
    centre,
    drag,
    part,
    place,
    plane,
    settle,
    wait_until,
)
from tests.browser.lab import Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# Of a whole step: the module itself may be read in the middle of one.
B1 = "float(net.weights['0.bias'][0])"
WEIGHTS = "{name: array.tolist() for name, array in net.weights.items()}"

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

EPOCH = '[data-number="epoch"] output'


def shown(notebook: OpenNotebook, *cells: str, **look: object) -> tuple[Notebook, Locator]:
    """Open two views of one network and return the first line of the first."""
    book = notebook(SIDE_BY_SIDE, *cells, **look)
    book.run(0)
    body = part(plane(book), "0/0", "body")
    body.wait_for(state="attached")
    return book, body


def start(book: Notebook, index: int) -> None:
    """Run a cell and do not wait for it."""
    book.cell(index).locator(".jp-InputArea-editor").click()
    book.page.keyboard.press("Control+Enter")


def epoch(book: Notebook | Page, index: int = 0) -> int:
    """Return the epoch that a view shows."""
    page = book.page if isinstance(book, Notebook) else book
    text = page.locator(".nnw-plane").nth(index).locator(EPOCH).first.inner_text()
    return int(text.replace(",", ""))


def badge(book: Notebook) -> Locator:
    """Return what the first view says of its kernel."""
    return plane(book).locator(".nnw-badge")


def agree(book: Notebook) -> None:
    """Return when the page has what Python has: what both planes draw is of the weights of now."""
    settle(book)
    drawn = place(part(plane(book), "0/0", "body"))
    book.ask("net.set_weights(net.weights)")  # a new frame of what there is
    settle(book)
    assert place(part(plane(book), "0/0", "body")) == drawn


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


def second_tab(book: Notebook) -> Page:
    """Save the notebook, and open it in another tab."""
    book.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    tab = book.page.context.new_page()
    tab.on("console", lambda message: book.hear(message.type, message.text))
    tab.on("pageerror", lambda error: book.hear("error", str(error)))
    tab.set_viewport_size({"width": 1400, "height": 1000})
    tab.goto(f"{book.lab.url}/lab/workspaces/two/tree/{book.name}?reset")
    tab.locator(".nnw-plane .nnw-axes").nth(1).wait_for(timeout=60_000, state="attached")
    return tab


def test_two_tabs_of_one_notebook_that_is_saved_while_it_trains(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    """What is dragged in one moves in the other; hands do not meddle; a tab may go at any time."""
    book, body = shown(notebook)
    book.ask("trainer.play()")
    book.until("net.epoch > 3", "True", seconds=30)
    tab = second_tab(book)
    there = tab.locator(".nnw-plane").first
    opened = epoch(tab)
    wait_until(lambda: epoch(tab) > opened and epoch(book) > opened, 20)  # live, both
    there.locator('[data-action="play"]').click()
    book.until("trainer.playing", "False")
    plane(book).locator('[data-action="play"][aria-label^="Play"]').wait_for()
    book.ask("trainer.reset()")
    wait_until(lambda: epoch(tab) == 0 and epoch(book) == 0)

    other = there.locator('[data-line="0/0"] [data-part="body"]')
    before = place(other)
    drag(book, centre(body), (30, 10))
    wait_until(lambda: place(other) == place(body) != before)

    # Each holds a line of its own while the rest learns.
    drag(book, centre(body), (5, 5), release=False)
    second = there.locator('[data-line="0/1"] [data-part="body"]')
    x, y = centre(second)
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 4, y - 4, steps=3)
    book.until("sum(net.run.problem.held)", "6")  # two weights and a bias of each line
    biases = "net.weights['0.bias'].tolist()"
    held = at_rest(book, biases)
    book.ask("trainer.play()")
    book.until("net.epoch > 20", "True", seconds=30)
    assert book.ask(biases) == held
    tab.screenshot(path=artifacts / "fault-second-tab.png")
    tab.close()
    book.until("sum(net.run.problem.held)", "3")
    kept, left = book.numbers(biases)
    book.until("net.epoch > " + book.ask("net.epoch + 5"), "True", seconds=20)
    now = book.numbers(biases)
    assert now[0] == kept
    assert now[1] != left
    book.page.mouse.up()
    book.until("sum(net.run.problem.held)", "0")
    book.ask("trainer.pause()")
    agree(book)


# What a page does that is suspended, as far as a kernel can tell: nothing at all.
SUSPEND = """async (seconds) => {
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end);
}"""


def test_a_tab_that_is_suspended_and_one_that_is_reloaded_in_training(
    notebook: OpenNotebook,
) -> None:
    """The kernel trains on and soon sends nothing; the page shows the newest when it wakes."""
    book, _ = shown(notebook)
    book.ask("trainer.play()")
    book.until("net.epoch > 3", "True", seconds=30)
    book.tell(
        "import threading, time\nnoted = []\n"
        "def note():\n    for _ in range(9):\n        time.sleep(1)\n"
        "        noted.append((net._traffic.sender._serial, net.epoch))\n"
        "threading.Thread(target=note, daemon=True).start()"
    )
    book.page.evaluate(SUSPEND, 10)
    noted = book.numbers("noted")
    (frames, trained), (later, epochs) = noted[1], noted[-1]
    assert later - frames <= 10, "frames are sent to a page that does not answer"
    assert epochs > trained
    wait_until(lambda: epoch(book) >= epochs, 10)  # no replay of what it has missed
    book.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    book.page.reload()
    plane(book, 1)
    reopened = epoch(book)
    wait_until(lambda: epoch(book) > reopened + 5, 20)
    assert badge(book).count() == 0
    book.wait_ready()
    book.ask("trainer.pause()")


def test_views_that_go_while_a_network_trains(notebook: OpenNotebook) -> None:
    """Training goes on when outputs, cells, views or the network go; it stops with its own cell."""
    book, _ = shown(notebook, "view = nnw.DecisionLines(net); view", "view", "view")

    def trains() -> None:
        book.until("net.epoch > " + book.ask("net.epoch + 3"), "True", seconds=20)

    book.ask("trainer.play()")
    book.run(1)
    trains()
    book.page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-cell-output')")
    trains()
    book.run(2)
    book.cell(2).locator(".nnw-plane .nnw-axes").wait_for(state="attached", timeout=20_000)
    book.ask("view.close()")
    book.cell(2).locator(".nnw-plane").wait_for(state="detached")
    trains()
    book.run(3)  # displaying a closed view opens it again
    book.cell(3).locator(".nnw-plane .nnw-axes").wait_for(state="attached", timeout=20_000)
    book.page.evaluate("() => window.jupyterapp.commands.execute('notebook:delete-cell')")
    book.cell(3).wait_for(state="detached")
    trains()
    assert book.page.locator(".nnw-plane").count() == 2
    book.ask("net.close()")
    book.page.locator(".nnw-plane").first.wait_for(state="detached")
    trains()
    book.tell("old, driver = net, trainer")
    book.run(0)
    part(plane(book), "0/0", "body").wait_for(state="attached")
    book.until("(driver.playing, net is old)", "(False, False)")


def test_training_that_fails_diverges_or_is_interrupted(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    """The view says why it stopped, and play, reset or the next cell go on from there."""
    wild = "wild = nnw.Trainer(net, 'sgd', lr=1e38); wild.fit(50, progress=False)"
    broken = "def fail(trainer, logs):\n    if logs['epoch'] == net_epoch + 2: 1 / 0\n"
    broken += "net_epoch = net.epoch\nnnw.Trainer(net, callbacks=[fail]).play()"
    book, _ = shown(notebook, wild, broken, "trainer = nnw.Trainer(net); trainer.fit(10**7)")
    notice = plane(book).locator(".nnw-notice")
    output = book.cell(1).locator(".jp-OutputArea")

    book.run(1)
    output.get_by_text("training diverged").first.wait_for()
    notice.get_by_text("Training stopped").wait_for()
    book.shot(artifacts / "fault-diverged.png")
    finite = "all(__import__('numpy').isfinite(array).all() for array in net.weights.values())"
    assert book.ask(finite) == "True"
    plane(book).locator('[data-action="reset"]').click()
    notice.wait_for(state="detached")
    book.until("(net.epoch, net.run.status.state)", "(0, 'idle')")

    book.run(2)
    notice.get_by_text("ZeroDivisionError").first.wait_for()
    book.shot(artifacts / "fault-callback.png")
    assert book.ask("(net.epoch, len(net.run.history))") == "(2, 3)"
    plane(book).locator('[data-action="play"]').click()
    notice.wait_for(state="detached")
    book.until("net.epoch > 5", "True", seconds=20)
    plane(book).locator('[data-action="play"]').click()
    book.until("net.run.status.state", "idle")

    start(book, 3)
    shown_then = epoch(book)
    wait_until(lambda: epoch(book) > shown_then + 5, 20)
    interrupt(book)
    book.cell(3).get_by_text("KeyboardInterrupt").first.wait_for(timeout=20_000)
    book.until("net.run.status.state", "idle", seconds=20)
    assert book.ask("len(net.run.history) == net.epoch + 1") == "True"

    book.ask("trainer.play()")
    interrupt(book)  # of a kernel that runs no cell
    book.until("net.epoch > " + book.ask("net.epoch + 10"), "True", seconds=20)
    book.ask("trainer.pause()")
    book.shot(artifacts / "fault-interrupted.png")


def interrupt(book: Notebook) -> None:
    """Press JupyterLab's own button."""
    book.page.evaluate("() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
