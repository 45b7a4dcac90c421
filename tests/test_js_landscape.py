"""The loss and its slopes where the ball of a loss surface is: the page against torch."""

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch.nn import functional as F

from tests.test_js_forward import Stack, make_stack

CLOSE = 1e-5


# By the loss' name: what the page is told, torch's own, and the targets for outputs.
LOSSES = {
    "mse": ({"task": "regression"}, F.mse_loss, torch.randn_like),
    "bce": (
        {"task": "binary"},
        F.binary_cross_entropy_with_logits,
        lambda outputs: torch.rand_like(outputs).round(),
    ),
    "cross_entropy": (
        {"task": "multiclass"},
        F.cross_entropy,
        lambda outputs: torch.randint(outputs.shape[1], (len(outputs),)),
    ),
}


def slopes_of(stack: Stack, loss, y, directions) -> tuple[float, list[float]]:
    """The loss and its derivatives along the directions, by autograd in float64."""
    model = stack.model.double()
    value = loss(model(stack.X.double()), y)
    gradient = torch.cat([g.flatten() for g in torch.autograd.grad(value, [*model.parameters()])])
    return value.item(), (directions @ gradient).tolist()


def nearest_kink(stack: Stack) -> float:
    """How near to 0 any hidden unit's z is: a slope across a relu's kink is a matter of taste."""
    zs, _ = stack.layers()
    return min((z.abs().min().item() for z in zs[:-1]), default=1.0)


@pytest.mark.parametrize("name", list(LOSSES))
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
@given(
    hidden=st.lists(st.integers(1, 9), min_size=1, max_size=3),
    inputs=st.integers(1, 4),
    n=st.integers(1, 60),
    axes=st.sampled_from(["parameters", "random"]),
    seed=st.integers(0, 2**31),
)
def test_the_loss_and_its_slopes_agree(
    browser, activation, name, hidden, inputs, n, axes, seed
) -> None:
    changes, loss, targets = LOSSES[name]
    sizes = [inputs, *hidden, 3 if name == "cross_entropy" else 1]
    activations = [{"name": activation}] * len(hidden) + [{"name": "linear"}]
    stack = make_stack(
        sizes, [True] * len(activations), activations, "linear", torch.float64, n, 2.0, seed
    )
    assume(activation != "relu" or nearest_kink(stack) > 1e-4)
    with torch.no_grad():
        y = targets(stack.model(stack.X))
    size = stack.spec["size"]
    if axes == "random":
        directions = 10 * torch.randn(2, size, dtype=torch.float64)
    else:
        directions = torch.eye(size, dtype=torch.float64)[torch.randperm(size)[:2]]
    answer = browser.ask(
        "landscape",
        spec=stack.spec | changes | {"loss": name},
        params=stack.params.tolist(),
        X=stack.X.flatten().tolist(),
        n=n,
        d=inputs,
        k=1,
        y=y.double().flatten().tolist(),
        directions=directions.tolist(),
    )
    value, slopes = slopes_of(stack, loss, y, directions)
    assert answer["loss"] == pytest.approx(value, rel=CLOSE)
    # Relative to how steep it is in this plane: along an axis the slope may well be 0.
    steep = max(abs(slope) for slope in slopes)
    assert answer["slopes"] == pytest.approx(slopes, rel=CLOSE, abs=CLOSE * steep + 1e-9)
