"""Dragging in a real JupyterLab: every view moves at once, and Python hears of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.gestures import SIDE_BY_SIDE, centre, drag, part, plane
from tests.browser.lab import Notebook

WEIGHTS = "{k: v.tolist() for k, v in net.weights.items()}"


def shown(notebook: OpenNotebook, **options: object) -> Notebook:
    """Open article A's blobs with both planes."""
    book = notebook(SIDE_BY_SIDE, **options)
    book.run(0)
    plane(book, 1)
    part(plane(book), "0/0", "body").wait_for(state="attached")
    return book


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_views_appear(notebook: OpenNotebook, theme: str, artifacts: Path) -> None:
    """Both planes are drawn in both themes, on the theme's own ground."""
    book = shown(notebook, theme=theme)
    book.shot(artifacts / f"planes-{theme}.png")
    ground = plane(book).locator(".nnw-plot").evaluate("el => getComputedStyle(el).backgroundColor")
    brightness = np.mean([int(part) for part in ground[4:-1].split(",")])
    assert (brightness > 128) == (theme == "light")


def test_dragging_a_body_moves_the_bias_in_python_and_keeps_the_weights(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    """The line is translated: its bias alone changes, by w·(dx, dy)."""
    book = shown(notebook)
    before = book.numbers(WEIGHTS)
    body = part(plane(book), "0/0", "body")
    drag(book, centre(body), (40, 10))
    book.shot(artifacts / "dragged-body.png")
    book.until(f"model[0].bias[0].item() != {before['0.bias'][0]!r}", "True")
    after = book.numbers(WEIGHTS)
    assert after["0.weight"] == before["0.weight"]
    assert after["0.bias"][1] == before["0.bias"][1]


def test_both_views_are_painted_in_the_same_frame(notebook: OpenNotebook) -> None:
    """While a line is dragged, the feature space is never a frame behind."""
    book = shown(notebook)
    book.page.evaluate(
        """() => {
            const planes = [...document.querySelectorAll('.nnw-plane')];
            window.frames_seen = [];
            const look = () => {
                if (!planes[0].isConnected) return;
                window.frames_seen.push(planes.map((el) => el.dataset.frame));
                requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
        }"""
    )
    drag(book, centre(part(plane(book), "0/0", "body")), (60, 20), steps=20)
    pairs = book.page.evaluate("() => window.frames_seen")
    assert len({pair[0] for pair in pairs}) > 10
    assert all(left == right for left, right in pairs)


def test_turning_keeps_the_steepness_and_the_other_end(notebook: OpenNotebook) -> None:
    """An end handle turns the line about the other end."""
    book = shown(notebook)
    before = book.numbers(WEIGHTS)
    end = part(plane(book), "0/0", "end")
    drag(book, centre(end), (60, -80))
    book.until(
        f"bool((model[0].weight[0] != torch.tensor({before['0.weight'][0]!r})).any())", "True"
    )
    after = book.numbers(WEIGHTS)
    old, new = np.array(before["0.weight"][0]), np.array(after["0.weight"][0])
    assert np.linalg.norm(new) == pytest.approx(np.linalg.norm(old), rel=1e-6)
    assert old @ new > 0
    assert after["0.weight"][1] == before["0.weight"][1]


def test_a_double_click_flips_the_sign(notebook: OpenNotebook) -> None:
    """Weights and bias change sign, so the line stays where it is."""
    book = shown(notebook)
    before = book.numbers(WEIGHTS)
    book.page.mouse.dblclick(*centre(part(plane(book), "0/0", "start")))
    wanted = [-value for value in before["0.weight"][0]]
    book.until("model[0].weight[0].tolist()", str(wanted))
    assert book.numbers(WEIGHTS)["0.bias"][0] == -before["0.bias"][0]
