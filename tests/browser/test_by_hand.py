"""A pass worked by hand, in a real browser: the steps, the numbers, the keys, the exercise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import part, place, plane, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.lab import Notebook

ARTICLE = """
import numpy as np, torch
import nnwidgets as nnw
model = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Sigmoid())
net = nnw.Network(model, [[0.5, 0.1], [-0.4, 0.9]], [[0.8], [0.2]], loss="half_mse")
net.weights = {"0.weight": [[0.3, 0.7]], "0.bias": [-0.2]}
view = nnw.ForwardBackward(net, lr=0.5)
view"""

SMALL = """
import nnwidgets as nnw
net = nnw.Network(nnw.mlp([2, 2, 1], seed=16), *nnw.datasets.blobs4(n=40))
view = nnw.ForwardBackward(net)
view"""

CLASSES = """
import numpy as np, nnwidgets as nnw
rng = np.random.default_rng(0)
X, y = rng.normal(size=(60, 4)).astype("float32"), rng.integers(0, 3, 60)
net = nnw.Network(nnw.mlp([4, 5, 3], "relu", seed=1), X, y)
view = nnw.ForwardBackward(net)
view"""

LARGE = """
import numpy as np, nnwidgets as nnw
rng = np.random.default_rng(0)
X, y = rng.random((300, 64)).astype("float32"), rng.integers(0, 10, 300)
net = nnw.Network(nnw.mlp([64, 64, 32, 10], "tanh", seed=1), X, y)
view = nnw.ForwardBackward(net, batch=16)
view"""


def shown(book: Notebook) -> Locator:
    """Return the view, once its formulas are typeset."""
    view = book.page.locator(".nnw-by-hand")
    view.locator(".nnw-formula .katex").first.wait_for(timeout=60_000)
    return view


def step(view: Locator, name: str) -> None:
    """Go to a step by its button."""
    view.locator(f'.nnw-chip[data-step="{name}"]').click()
    view.locator(f'.nnw-step[data-step="{name}"]').wait_for()


def results(view: Locator) -> list[str]:
    """Return what the lines of the step come to, in TeX."""
    texs = view.locator(".nnw-line .nnw-formula").evaluate_all("all => all.map(e => e.dataset.tex)")
    return [re.findall(r"\\boldsymbol\{(.*)\}$", tex)[0] for tex in texs]


def picture(view: Locator, path: Path) -> None:
    view.page.evaluate("document.fonts.ready")
    view.screenshot(path=path)


def go_through(book: Notebook, view: Locator, path: Path, kept: tuple[str, ...] = ()) -> None:
    """Show every step, and keep pictures of some; nothing may be bad TeX."""
    for name in book.numbers("view.steps"):
        step(view, name)
        assert view.locator(".katex-error").count() == 0
        if name in kept:
            picture(view, path.with_name(f"{path.stem}-{name}.png"))


def field(view: Locator, symbol: str) -> Locator:
    """Return the field of a weight."""
    return view.get_by_role("textbox", name=symbol, exact=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_articles_example(notebook: OpenNotebook, artifacts: Path, theme: str) -> None:
    book = notebook(ARTICLE, theme=theme)
    book.run(0)
    view = shown(book)
    found = {}
    for name in ("z1", "y", "loss", "delta1", "dW1", "db1", "W1", "b1"):
        step(view, name)
        found[name] = results(view)
        if name in ("z1", "dW1", "W1"):
            picture(view, artifacts / f"by-hand-article-{theme}-{name}.png")
    assert found == {
        "z1": ["0.02"],
        "y": ["0.505"],
        "loss": ["0.04351"],
        "delta1": ["-0.07374"],
        "dW1": ["-0.03687", "-0.007374"],
        "db1": ["-0.07374"],
        "W1": ["0.3184", "0.7037"],
        "b1": ["-0.1631"],
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_keys_go_through_the_steps(notebook: OpenNotebook, artifacts: Path, theme: str) -> None:
    book = notebook(SMALL, theme=theme)
    book.run(0)
    view = shown(book)
    view.locator(".nnw-chip").first.focus()
    for key, name in (("ArrowRight", "a1"), ("End", "b2"), ("ArrowLeft", "W2"), ("Home", "z1")):
        book.page.keyboard.press(key)
        view.locator(f'.nnw-step[data-step="{name}"]').wait_for()
        book.until("view.step", name)
    assert view.locator(".nnw-steps-count").inner_text() == "step 1 of 15"
    assert book.ask("net.epoch") == "0"  # the arrows were not for the training
    go_through(book, view, artifacts / f"by-hand-small-{theme}.png", ("z1", "delta1", "W2"))


def test_weights_are_typed_and_everything_follows(notebook: OpenNotebook, artifacts: Path) -> None:
    both = "import ipywidgets; ipywidgets.VBox([view, nnw.DecisionLines(net)])"
    book = notebook(SMALL.removesuffix("view") + both)
    book.run(0)
    view = shown(book)
    body = part(plane(book), "0/0", "body")
    body.wait_for(state="attached")
    before = place(body)
    w11 = field(view, "w₁₁⁽¹⁾")
    w11.fill("1.5")
    w11.press("Enter")
    book.until("net.weights['0.weight'][0, 0]", "1.5")
    wait_until(lambda: place(body) != before)
    line = view.locator(".nnw-line .nnw-formula").first
    assert "= 1.5\\cdot" in str(line.get_attribute("data-tex"))
    w11.press("ArrowUp")
    w11.press("Shift+ArrowDown")
    book.until("round(float(net.weights['0.weight'][0, 0]), 4)", "0.6")
    w11.press("Escape")
    view.locator(".nnw-chip").first.focus()
    book.page.wait_for_timeout(700)  # two presses in a row are one step of undo
    for wanted in ("1.5", str(book.ask("net.run.problem.initial[0]"))):
        book.page.keyboard.press("Control+z")
        book.until("net.weights['0.weight'][0, 0]", wanted)
    # What a formula is of stands out in the graph, and in the other views.
    view.locator(".nnw-line").nth(1).hover()
    view.locator('.nnw-hand-unit[data-unit="0/1"][data-chosen]').wait_for(state="attached")
    picture(view, artifacts / "by-hand-linked.png")


def test_the_update_is_made_and_taken_back(notebook: OpenNotebook, artifacts: Path) -> None:
    book = notebook(ARTICLE)
    book.run(0)
    view = shown(book)
    rate = view.get_by_role("textbox", name="Learning rate η")
    rate.fill("2")
    rate.press("Enter")
    book.until("view.lr", "2.0")
    step(view, "W1")
    wanted = book.ask(
        "[round(v, 5) for v in (lambda t: (net.weights['0.weight'][0]"
        " - 2 * t.gradients['0.weight'][0]).tolist())"
        "(nnw.trace(model, [[0.5, 0.1]], [[0.8]], loss='half_mse'))]"
    )
    view.get_by_role("button", name="Apply the whole update").click()
    now = "[round(float(v), 5) for v in net.weights['0.weight'][0]]"
    book.until(now, wanted)
    view.get_by_text(re.compile(r"the loss fell from 0\.0435")).wait_for()
    picture(view, artifacts / "by-hand-applied.png")
    view.locator(".nnw-chip").first.focus()
    book.page.keyboard.press("Control+z")
    book.until(now, "[0.3, 0.7]")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_exercise_is_checked_and_graded(
    notebook: OpenNotebook, artifacts: Path, theme: str
) -> None:
    book = notebook(ARTICLE, theme=theme)
    book.run(0)
    view = shown(book)
    view.get_by_role("button", name="You try").click()
    book.until("view.you_try", "True")
    answer = view.get_by_role("textbox", name="z is")
    answer.wait_for()
    assert "0.02}" not in str(view.locator(".nnw-line .nnw-formula").get_attribute("data-tex"))
    answer.fill("0.35")
    answer.press("Enter")
    view.get_by_text("Too far from 0.").wait_for()
    answer.fill("-0.02")
    view.get_by_role("button", name="Check").click()
    view.get_by_text("the sign is not").wait_for()
    picture(view, artifacts / f"by-hand-try-{theme}.png")
    answer.fill("zero")
    answer.press("Enter")
    view.get_by_text("A number, such as").wait_for()
    answer.fill("0.02")
    answer.press("Enter")
    view.get_by_text("✓ right").wait_for()
    book.until(
        "[(a['asked'], a['correct'], a['attempts']) for a in view.answers]", "[('z1[0]', True, 3)]"
    )
    step(view, "loss")  # which needs ŷ
    assert view.locator(".nnw-line").count() == 0
    view.get_by_role("button", name="Show me their results").click()
    loss = view.get_by_role("textbox", name="L is")
    loss.fill("0.0435")
    loss.press("Enter")
    view.get_by_text("✓ right").wait_for()
    book.until("[a['revealed'] for a in view.answers]", "[False, True, False]")
    book.until("round(view.score, 3)", "0.2")
    assert view.locator(".nnw-score").inner_text() == "2 of 10 right"
    picture(view, artifacts / f"by-hand-tried-{theme}.png")


def test_steps_are_played_slowly(notebook: OpenNotebook) -> None:
    book = notebook(ARTICLE.replace("lr=0.5", "lr=0.5, seconds=1.0"), reduced_motion="reduce")
    book.run(0)
    view = shown(book)
    first = view.locator(".nnw-step").get_attribute("data-step")
    view.locator(".nnw-chip").first.focus()
    book.page.keyboard.press("p")
    # Any later step will do: a locator looks twice a second, and might not see a certain one.
    view.locator(f'.nnw-step:not([data-step="{first}"])').wait_for()
    book.page.keyboard.press("p")
    rested = book.ask("view.step")
    book.page.wait_for_timeout(1500)
    assert book.ask("view.step") == rested
    assert rested != first
    bar = view.locator(".nnw-progress")
    assert bar.evaluate(
        "e => getComputedStyle(e, '::-webkit-progress-value').transitionDuration"
    ) in ("0s", "")


def test_a_sample_under_the_pointer_is_worked_meanwhile(notebook: OpenNotebook) -> None:
    book = notebook(SMALL)
    book.run(0)
    view = shown(book)
    sample = view.get_by_role("spinbutton", name=re.compile("Sample"))
    sample.fill("7")
    sample.press("Enter")
    book.until("view.sample", "7")
    view.get_by_text(re.compile(r"x = \(")).wait_for()
    x = book.numbers("[float(v) for v in net.X[7]]")
    tex = str(view.locator(".nnw-whole").first.get_attribute("data-tex"))
    assert f"{x[0]:.4g}" in tex
    view.get_by_label("Loss of").select_option("16")
    book.until("view.batch", "16")
    step(view, "loss")
    wanted = book.ask("f'{nnw.trace(net.run.problem.model, net.X[:16], net.y[:16]).loss:.4g}'")
    assert results(view) == [wanted]


def test_three_classes(notebook: OpenNotebook, artifacts: Path) -> None:
    book = notebook(CLASSES)
    book.run(0)
    view = shown(book)
    go_through(book, view, artifacts / "by-hand-classes.png", ("z1", "y", "delta1", "dW1"))


@pytest.mark.parametrize("width", [440, 760])
def test_a_large_network(notebook: OpenNotebook, artifacts: Path, width: int) -> None:
    book = notebook(LARGE.replace("batch=16", f"batch=16, width={width}"))
    book.run(0)
    view = shown(book)
    path = artifacts / f"by-hand-large-{width}.png"
    go_through(book, view, path, ("z1", "delta2", "dW2", "W3"))
    assert view.evaluate("e => e.scrollWidth <= e.clientWidth")
    step(view, "z2")
    view.locator(".nnw-chip[aria-current]").focus()
    book.page.keyboard.press("ArrowDown")
    view.get_by_text("2 of 32").wait_for()
