"""Tabs that are two, suspended, reloaded or closed, and views that go, while a network trains."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.breaking import agree, badge, epoch, shown
from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import at_rest, centre, drag, part, place, plane, wait_until
from tests.browser.lab import Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Page

# What a page does that is suspended, as far as a kernel can tell: nothing at all.
SUSPEND = """async (seconds) => {
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end);
}"""


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
