"""Views that share a network, networks that share a page, kernels that go and come back."""

from __future__ import annotations

from pathlib import Path

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import SHOW, SIDE_BY_SIDE, centre, drag, part, place, plane, settle
from tests.browser.lab import Notebook

WIDGETS = "len(__import__('ipywidgets').widgets.widget._instances)"
# What each bundle goes by that the page has evaluated.
BUNDLES = """() => [...globalThis[Symbol.for("nnwidgets.bundles@1")].keys()]"""


def test_views_in_different_cells_move_together(notebook: OpenNotebook) -> None:
    """Two decision lines of one network: dragging one moves the other."""
    book = notebook(
        SHOW + "nnw.DecisionLines(net, height=260)", "nnw.DecisionLines(net, height=260)"
    )
    book.run(0)
    book.run(1)
    first, second = (part(plane(book, i), "0/0", "body") for i in (0, 1))
    second.wait_for(state="attached")
    drag(book, centre(first), (30, 10))
    settle(book)
    assert place(first) == place(second)
    assert plane(book).get_attribute("data-frame") == plane(book, 1).get_attribute("data-frame")


def test_two_networks_on_a_page_do_not_meddle(notebook: OpenNotebook) -> None:
    """A drag in one network leaves the other as it was; each speaks its own language."""
    other = "other = nnw.Network(nnw.mlp([2, 2, 1], seed=5), X, y, lang='zh')\n"
    other += "nnw.DecisionLines(other, height=260)"
    book = notebook(SHOW + "nnw.DecisionLines(net, height=260)", other)
    book.run(0)
    book.run(1)
    second = part(plane(book, 1), "0/0", "body")
    second.wait_for(state="attached")
    settle(book)
    line, weights = place(second), book.ask("other.weights")
    before = book.ask("net.weights")
    drag(book, centre(part(plane(book), "0/0", "body")), (30, 10))
    book.until(f"str(net.weights) != {before!r}", "True")
    assert place(second) == line
    assert book.ask("other.weights") == weights
    said = [plane(book, i).get_by_text("loss", exact=False).count() for i in (0, 1)]
    assert said[0] > 0
    assert said[1] == 0
    languages = [key.split()[::2] for key in book.page.evaluate(BUNDLES)]
    assert ["network", "en"] in languages
    assert ["network", "zh"] in languages


def test_running_a_cell_again_leaves_nothing_behind(notebook: OpenNotebook) -> None:
    """Models in the kernel and in the page, and views, are as many as after the first run."""
    book = notebook(SIDE_BY_SIDE)
    counts = []
    for _ in range(4):
        book.run(0)
        plane(book, 1)
        book.page.wait_for_function("() => document.querySelectorAll('.nnw-plane').length === 2")
        bundles = book.page.evaluate(BUNDLES)
        counts.append((book.ask(WIDGETS), models_in_page(book), len(bundles)))
    assert counts[1:] == counts[:1] * 3


def models_in_page(book: Notebook) -> int:
    """Return how many widget models the page's manager holds."""
    return int(
        book.page.evaluate(
            """async () => {
                const panel = window.jupyterapp.shell.currentWidget;
                const kernel = panel.sessionContext.session.kernel;
                return kernel._comms.size;
            }"""
        )
    )


def test_a_kernel_restart_leaves_the_views_draggable(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    """After a restart the view says that the kernel is gone, and its lines still move."""
    book = notebook(SIDE_BY_SIDE)
    book.run(0)
    body = part(plane(book), "0/0", "body")
    body.wait_for(state="attached")
    book.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    badge = plane(book).locator(".nnw-badge")
    badge.wait_for(timeout=20_000)
    settle(book)
    before = place(body)
    drag(book, centre(body), (30, 10))
    settle(book)
    assert place(body) != before
    assert plane(book, 1).get_attribute("data-frame") == plane(book).get_attribute("data-frame")
    book.shot(artifacts / "kernel-gone.png")
    book.run(0)
    part(plane(book), "0/0", "body").wait_for(state="attached")
    plane(book).locator(".nnw-badge").wait_for(state="detached", timeout=20_000)


def test_a_saved_notebook_opens_again(notebook: OpenNotebook, artifacts: Path) -> None:
    """With widget state saved, the views are there without a kernel having run anything."""
    book = notebook(SIDE_BY_SIDE)
    book.run(0)
    plane(book, 1)
    book.page.evaluate(
        """async () => {
            const app = window.jupyterapp;
            await app.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState');
            await app.commands.execute('docmanager:save');
        }"""
    )
    book.page.reload()
    book.wait_ready()
    body = part(plane(book), "0/0", "body")
    body.wait_for(state="attached", timeout=20_000)
    settle(book)
    before = place(body)
    drag(book, centre(body), (30, 10))
    settle(book)
    assert place(body) != before
    book.shot(artifacts / "reopened.png")
