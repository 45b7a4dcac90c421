"""Tasks in a real JupyterLab: exclusive or separated by two lines, with the mouse and with keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import centre, drag, part, plane, settle, wait_until
from tests.browser.lab import Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Locator

# Between the lines x1 + x2 = 1.2 and 0.8, each of which has its positive side away from the other,
# nothing is positive: h1's has to come down to 0.5 or so, and h2's has to go up to 1.5.
TWO_LINES = """
import nnwidgets as nnw, ipywidgets
data = nnw.datasets.xor(n=80, noise=0.06)
model = nnw.mlp([2, 2, 1])
net = nnw.Network(model, data)
net.weights = {"0.weight": [[5, 5], [-5, -5]], "0.bias": [-6, 4],
               "2.weight": [[3, 3]], "2.bias": [-2]}
net.mark_initial()
lines = nnw.DecisionLines(net)
task = nnw.Task(
    net,
    "Separate exclusive or with two lines: drag them until every point is on its right side.",
    accuracy=1, by_hand=True, freeze=["2.weight", "2.bias"], hide=["training", "points"],
    hints=["The blue points have to lie between the lines.", "Both lines fall from left to right."],
)
ipywidgets.HBox([lines, task])
"""


def panel(book: Notebook) -> Locator:
    """Return the task's panel, once it has been judged."""
    found = book.page.locator(".nnw-task")
    found.locator(".nnw-goal").first.wait_for(timeout=30_000)
    settle(book)
    return found


def test_solved_by_dragging_two_lines(notebook: OpenNotebook, artifacts: Path) -> None:
    book = notebook(TWO_LINES)
    book.run(0)
    task = panel(book)
    shown = plane(book)
    verdict = task.locator(".nnw-task-verdict")
    assert verdict.inner_text() == "2 of 3"
    assert not shown.locator(".nnw-controls").is_visible()
    assert not shown.locator(".nnw-palette").is_visible()
    task.get_by_text("Hint (2 left)").click()
    wait_until(lambda: "between the lines" in task.locator(".nnw-hints").inner_text())
    drag(book, centre(part(shown, "0/0", "body")), (-78, 78))
    book.until("task.attempts", "1")
    assert book.ask("task.solved") == "False"
    wait_until(lambda: "1 attempt" in task.inner_text())
    drag(book, centre(part(shown, "0/1", "body")), (78, -78))
    wait_until(lambda: verdict.inner_text().strip() == "solved")
    book.until("task.solved, task.attempts, task.hints_used", "True 2 1")
    book.shot(artifacts / "task-solved.png")
    assert book.numbers("task.weights['2.bias'].tolist()") == [-2.0]
    assert book.numbers("task.history[-1]['solved']") is True
    task.get_by_text("Back to the start").click()
    book.until("net.weights['0.bias'].tolist()", "[-6.0, 4.0]")
    wait_until(lambda: task.locator(".nnw-goal").first.get_attribute("data-met") == "no")
    assert verdict.inner_text().strip() == "solved"


def test_solved_by_keys_and_training_is_off(notebook: OpenNotebook, artifacts: Path) -> None:
    book = notebook(TWO_LINES, theme="dark")
    book.run(0)
    task = panel(book)
    shown = plane(book)
    keys = book.page.keyboard
    shown.locator(".nnw-plot").focus()
    keys.press("Space")  # which plays, elsewhere
    keys.press("ArrowRight")
    book.page.wait_for_timeout(500)
    assert book.ask("net.epoch, net.run.batches, net.run.status.state") == "0 0 idle"
    goal = task.locator(".nnw-goal").first

    def push(line: str, key: str, until: str) -> None:
        part(shown, line, "body").focus()
        for _ in range(40):
            keys.press(key)
            book.page.wait_for_timeout(120)
            if book.ask(until) == "True":
                return
        raise AssertionError(f"{key} never made {until}")

    push(
        "0/0",
        "Shift+ArrowDown",
        "sum(-net.weights['0.bias'][0] / net.weights['0.weight'][0]) < 1.1",
    )
    push(
        "0/1", "Shift+ArrowUp", "sum(-net.weights['0.bias'][1] / net.weights['0.weight'][1]) > 2.9"
    )
    wait_until(lambda: goal.get_attribute("data-met") == "yes")
    wait_until(lambda: task.locator(".nnw-task-verdict").inner_text().strip() == "solved")
    book.until("task.solved", "True")
    book.shot(artifacts / "task-keys.png")
