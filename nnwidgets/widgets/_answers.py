"""Answers of an exercise: what was asked, what was typed, and whether it is right."""

from __future__ import annotations

from typing import Any

from nnwidgets.core import by_hand

Answer = dict[str, Any]


def answer_to(
    before: Answer | None,
    step: str,
    entry: tuple[int, ...],
    sample: int,
    given: float | None,
    expected: float,
    tolerance: float,
) -> Answer:
    """Return the answer to a question after another number was typed, or it was looked up."""
    looked_up = given is None
    tried = before or {"given": None, "correct": False, "attempts": 0, "revealed": False}
    correct = not looked_up and by_hand.is_right(given or 0.0, expected, tolerance)
    return {
        "step": step,
        "entry": list(entry),
        "asked": reference(step, entry),
        "sample": sample,
        "given": tried["given"] if looked_up else given,
        "expected": expected,
        "correct": tried["correct"] if looked_up else correct,
        "attempts": tried["attempts"] + (not looked_up),
        "revealed": tried["revealed"] or (looked_up and not tried["correct"]),
    }


def reference(step: str, entry: tuple[int, ...]) -> str:
    """Return ``"dW2[0,1]"``; a loss is one number."""
    return step if step == "loss" else f"{step}[{','.join(map(str, entry))}]"
