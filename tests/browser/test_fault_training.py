"""Training that fails, diverges or is interrupted, as its page shows it."""

from __future__ import annotations

from pathlib import Path

from tests.browser.breaking import epoch, shown
from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import plane, wait_until
from tests.browser.lab import Notebook


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


def start(book: Notebook, index: int) -> None:
    """Run a cell and do not wait for it."""
    book.cell(index).locator(".jp-InputArea-editor").click()
    book.page.keyboard.press("Control+Enter")
