"""The browser's backward pass against torch autograd, in float64, for every loss and head."""

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from tests.js_process import Browser
from tests.test_js_forward import Stack, assert_close, make_stack, nll_of_probabilities, stacks

CLOSE = 1e-9
DOUBLE = [torch.float64]
ALL_LAYERS_TANH = [{"name": "tanh"}] * 3


def noisy_targets(outputs: torch.Tensor) -> torch.Tensor:
    return torch.randn_like(outputs)


def soft_labels(outputs: torch.Tensor) -> torch.Tensor:
    """Classes, and probabilities of classes, which bce takes as well."""
    return torch.where(torch.rand_like(outputs) < 0.3, torch.rand_like(outputs), 1.0).round(
        decimals=1
    )


def classes(outputs: torch.Tensor) -> torch.Tensor:
    return torch.randint(outputs.shape[1], (len(outputs),))


def half_mse(outputs: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return F.mse_loss(outputs, y) / 2


# (head, the loss' name, torch's own, targets, how many outputs)
CASES = {
    "mse": ("linear", "mse", F.mse_loss, noisy_targets, (1, 5)),
    "half mse of a sigmoid": ("sigmoid", "half_mse", half_mse, noisy_targets, (1, 5)),
    "mse of a sigmoid": ("sigmoid", "mse", F.mse_loss, noisy_targets, (1, 5)),
    "mse of a softmax": ("softmax", "mse", F.mse_loss, noisy_targets, (1, 5)),
    "mse of a log_softmax": ("log_softmax", "mse", F.mse_loss, noisy_targets, (1, 5)),
    "bce with logits": (
        *("linear", "bce", F.binary_cross_entropy_with_logits),
        *(soft_labels, (1, 3)),
    ),
    "bce": ("sigmoid", "bce", F.binary_cross_entropy, soft_labels, (1, 3)),
    "cross entropy": ("linear", "cross_entropy", F.cross_entropy, classes, (2, 10)),
    "cross entropy of a sigmoid": ("sigmoid", "cross_entropy", F.cross_entropy, classes, (2, 4)),
    "nll": ("log_softmax", "cross_entropy", F.nll_loss, classes, (2, 10)),
    "log of a softmax": ("softmax", "cross_entropy", nll_of_probabilities, classes, (2, 10)),
}


def autograd(stack: Stack, loss, y):
    """Everything by torch: z, a, outputs, the loss, its gradients, and the loss of each row."""
    zs, activations, x = [], [], stack.X
    for linear, activation in zip(stack.model[:-1:2], stack.model[1:-1:2], strict=True):
        zs.append(linear(x))
        x = activation(zs[-1])
        activations.append(x)
    outputs = stack.model[-1](x)
    value = loss(outputs, y)
    inside = [*zs, *activations]
    parameters = list(stack.model.parameters())
    gradients = torch.autograd.grad(value, [*inside, *parameters], retain_graph=True)
    rows = [loss(outputs[i : i + 1], y[i : i + 1]) for i in range(len(y))]
    depth = len(zs)
    return {
        "z": zs,
        "a": activations,
        "outputs": outputs,
        "loss": value,
        "losses": torch.stack(rows),
        "dz": gradients[:depth],
        "da": gradients[depth : 2 * depth],
        "gradient": torch.cat([g.flatten() for g in gradients[2 * depth :]]),
    }


def ask(browser: Browser, stack: Stack, name: str, y: torch.Tensor, **changes):
    task = {"bce": "binary", "cross_entropy": "multiclass"}.get(name, "regression")
    return browser.ask(
        "backward",
        spec=stack.spec | {"task": task, "loss": name} | changes,
        params=stack.params.tolist(),
        X=stack.X.flatten().tolist(),
        n=len(stack.X),
        y=y.double().flatten().tolist(),
        k=1,
    )


def assert_agrees(answer, wanted) -> None:
    for name, values in wanted.items():
        if isinstance(values, torch.Tensor):
            assert_close(answer[name], values, CLOSE)
            continue
        assert len(answer[name]) == len(values)
        for ours, theirs in zip(answer[name], values, strict=True):
            assert_close(ours, theirs, CLOSE)


def nearest_kink(stack: Stack) -> float:
    """Rounding may put a z on the other side of 0 than torch's: no gradient is the right one."""
    return min(z.abs().min().item() for z in stack.layers()[0])


@pytest.mark.parametrize("case", list(CASES))
@given(data=st.data())
@settings(max_examples=60)
def test_every_gradient_agrees(browser, case, data) -> None:
    head, name, loss, targets, outputs = CASES[case]
    stack = data.draw(stacks(heads=[head], outputs=outputs, dtypes=DOUBLE))
    with torch.no_grad():
        y = targets(stack.model(stack.X))
    assume(nearest_kink(stack) > 1e-12)
    wanted = autograd(stack, loss, y)
    # Beyond this, one place of a probability is more than the tolerance.
    assume(head == "linear" or float(wanted["losses"].detach().max()) < 10)
    assert_agrees(ask(browser, stack, name, y), wanted)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu"])
def test_a_z_of_exactly_0_has_the_slope_that_torch_gives_it(browser, name) -> None:
    biases = [True, True]
    activations = [{"name": name}, {"name": "linear"}]
    stack = make_stack([2, 5, 1], biases, activations, "linear", torch.float64, 4, 1.0, 3)
    with torch.no_grad():
        stack.model[0].weight.zero_()
        stack.model[0].bias.zero_()
        y = torch.randn(4, 1, dtype=torch.float64)
    assert_agrees(ask(browser, stack, "mse", y), autograd(stack, F.mse_loss, y))


def test_many_rows_and_units_cross_the_blocks_of_the_loops(browser) -> None:
    stack = make_stack(
        [19, 13, 8, 3], [True, False, True], ALL_LAYERS_TANH, "linear", torch.float64, 307, 2.0, 0
    )
    y = torch.randint(3, (307,))
    answer = ask(browser, stack, "cross_entropy", y)
    assert_agrees(answer, autograd(stack, F.cross_entropy, y))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_sigmoid_that_is_certain_and_wrong_has_no_gradient_left(browser, dtype) -> None:
    """σ(200) is 1 in either precision, and torch's bounded logarithm is flat there."""
    stack = make_stack([1, 1], [False], [{"name": "linear"}], "sigmoid", dtype, 1, 1.0, 0)
    with torch.no_grad():
        stack.model[0].weight.fill_(200.0)
        stack.X.fill_(1.0)
    y = torch.zeros(1, 1, dtype=dtype)
    wanted = autograd(stack, F.binary_cross_entropy, y)
    assert wanted["loss"] == 100
    assert wanted["gradient"] == 0
    assert_agrees(ask(browser, stack, "bce", y), wanted)


def test_what_only_python_can_compute_is_left_to_it(browser) -> None:
    stack = make_stack([2, 1], [True], [{"name": "linear"}], "linear", torch.float64, 3, 1.0, 0)
    y = torch.zeros(3, 1)
    assert ask(browser, stack, "mse", y, loss="custom") is None
    assert ask(browser, stack, "mse", y, kind="opaque") is None
