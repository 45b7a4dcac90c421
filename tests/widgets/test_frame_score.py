"""Who works out the loss of a frame: the page where it can, and Python where only Python can."""

import numpy as np
import pytest
import torch
from torch import nn

import nnwidgets as nnw
from tests.widgets.fakes import FakeClock, Page

BIAS = 5  # a flat index in a 2-2-1 network


def edited(page: Page, clock: FakeClock, seq: int = 1) -> dict[str, object]:
    """Move one parameter from the page; return the status of the frame that answers."""
    page.say(type="edit", seq=seq, index=[BIAS], value=[seq / 8], held=[])
    clock.advance(0.1)
    return page.heard("frame")[-1]["status"]


def opened(net: nnw.Network, clock: FakeClock) -> Page:
    page = Page(net)
    page.say(type="hello")
    clock.advance(0.1)
    return page


def test_a_stack_is_not_run_for_a_frame(page: Page, clock: FakeClock, model: nn.Module) -> None:
    edited(page, clock)  # what is written once a second has its loss, and has now been written
    calls: list[object] = []
    model.register_forward_hook(lambda *_: calls.append(1))
    status = edited(page, clock, seq=2)
    assert (status["loss"], status["accuracy"]) == (None, None)
    assert calls == []


def test_what_is_kept_has_the_loss(page: Page, clock: FakeClock, net: nnw.Network) -> None:
    edited(page, clock)
    clock.advance(2.0)
    outputs = net.run.problem.model(torch.tensor(net.X))[:, 0]
    wanted = nn.functional.binary_cross_entropy_with_logits(outputs, torch.tensor(net.y).float())
    assert net._status["loss"] == pytest.approx(wanted.item(), rel=1e-6)


def test_a_loss_that_is_known_is_sent(page: Page, clock: FakeClock, net: nnw.Network) -> None:
    net.record(loss=0.25, accuracy=0.5)
    clock.advance(0.1)
    status = page.heard("frame")[-1]["status"]
    assert (status["loss"], status["accuracy"]) == (0.25, 0.5)


def test_python_works_out_a_loss_of_ones_own(clock: FakeClock, model: nn.Module) -> None:
    X, y = nnw.datasets.blobs4(n=40)
    targets = np.asarray(y, np.float32).reshape(-1, 1)
    net = nnw.Network(model, X, targets, loss=lambda out, y: (out - y).abs().mean())
    status = edited(opened(net, clock), clock)
    with torch.no_grad():
        wanted = (model(torch.as_tensor(X)) - torch.as_tensor(targets)).abs().mean().item()
    assert status["loss"] == pytest.approx(wanted, rel=1e-6)


def test_python_works_out_what_the_page_cannot_run(clock: FakeClock, opaque: nnw.Network) -> None:
    status = edited(opened(opaque, clock), clock)
    assert status["loss"] == pytest.approx(opaque.evaluate().loss, rel=1e-6)
