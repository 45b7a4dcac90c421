"""Gradients recorded beside training, against plain loops over autograd."""

import time
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import nnwidgets as nnw
from nnwidgets.core.gradient import KeptRandomness, loss_gradient
from nnwidgets.core.initial import initialise
from nnwidgets.training import gradients
from nnwidgets.training._flow_layers import BINS, FlowLayers
from nnwidgets.training._flow_rows import FlowRows
from nnwidgets.training.gradients import GradientRecorder
from nnwidgets.training.trainer import Trainer
from tests.training.oracle import data, flat, make_run, network


class Odd(nn.Module):
    """Dropout, normalisation, a convolution, a scalar, and a layer that nothing reaches."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 3, 2)
        self.norm = nn.BatchNorm1d(3)
        self.drop = nn.Dropout(0.3)
        self.unused = nn.Linear(4, 4)
        self.scale = nn.Parameter(torch.tensor(1.5))
        self.out = nn.Linear(3, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        z = torch.relu(self.norm(self.conv(x[:, None])))[:, :, 0]
        return self.out(self.drop(z)) * self.scale


def rms(tensor: torch.Tensor) -> float:
    return float(tensor.detach().double().square().mean().sqrt())


def plain_gradients(model: nn.Module) -> dict[str, torch.Tensor | None]:
    """What a tutorial would do for the gradient over all data."""
    X, y = data()
    model.eval()
    model.zero_grad(set_to_none=True)
    nn.BCEWithLogitsLoss()(model(X), y).backward()
    return {name: p.grad for name, p in model.named_parameters()}


def replay(run: Any, epoch: int) -> nn.Sequential:
    model = network()
    values = torch.from_numpy(run.history.parameters(epoch))
    nn.utils.vector_to_parameters(values, model.parameters())
    return model


@pytest.mark.parametrize("of", ["auto", "loss"])
def test_every_row_is_autograds_gradient_of_the_loss(of: str) -> None:
    run = make_run()
    recorder = GradientRecorder(run, every=1, of=of)
    Trainer(run, batch_size=8, seed=2).fit(7, progress=False)
    assert recorder.layers == ("0", "2")
    assert recorder.epochs.tolist() == list(range(8))
    for epoch in range(8):
        model = replay(run, epoch)
        found = plain_gradients(model)
        for layer, name in enumerate(recorder.layers):
            g = found[f"{name}.weight"]
            assert g is not None
            assert recorder.gradient[epoch, layer] == pytest.approx(rms(g), rel=1e-5)
            weight = dict(model.named_parameters())[f"{name}.weight"]
            assert recorder.weight[epoch, layer] == pytest.approx(rms(weight), rel=1e-6)
            counts = recorder.histogram[epoch, layer]
            assert counts.sum() == g.numel()
            expected, _ = np.histogram(g.abs().double().numpy(), recorder.edges)
            assert (counts == expected).all()


def test_updates_are_those_of_the_epoch_and_of_its_last_step() -> None:
    run = make_run()
    recorder = GradientRecorder(run, every=1)
    trainer = Trainer(run, optimizer="sgd", lr=0.3, batch_size=None)
    trainer.fit(3, progress=False)
    assert np.isnan(recorder.update[0]).all()
    assert np.isnan(recorder.step[0]).all()
    np.testing.assert_allclose(recorder.update[1:], recorder.step[1:])  # one batch an epoch
    np.testing.assert_allclose(recorder.step[1:], 0.3 * recorder.gradient[:-1], rtol=1e-4)
    trainer.reset()
    batches = Trainer(run, optimizer="sgd", lr=0.3, batch_size=10)
    before: list[Any] = []
    batches._stepper._run.subscribe(lambda kind: None)
    batches.step(4, unit="batch")
    before.append(flat(run.problem.model))
    batches.step(1, unit="batch")
    moved = flat(run.problem.model) - before[0]
    np.testing.assert_allclose(recorder.step[1, 0], np.sqrt(np.mean(moved[:8] ** 2)), rtol=1e-5)
    whole = run.history.parameters(1).astype(float) - run.history.parameters(0)
    np.testing.assert_allclose(recorder.update[1, 0], np.sqrt(np.mean(whole[:8] ** 2)), rtol=1e-5)


@pytest.mark.parametrize("optimizer", ["adam", lambda p: torch.optim.Adam(p, lr=0.02)])
@pytest.mark.parametrize("make", [network, Odd])
@pytest.mark.parametrize("of", ["loss", "grad"])
def test_recording_does_not_change_training(make: Any, of: str, optimizer: Any) -> None:
    ended, random = [], []
    for recorded in (False, True):
        torch.manual_seed(4)
        model = make()
        run = make_run(model)
        recorder = GradientRecorder(run, every=1, of=of) if recorded else None
        Trainer(run, optimizer=optimizer, seed=3).fit(6, progress=False)
        ended.append([t.clone() for t in model.state_dict().values()])
        random.append(torch.rand(3))
        if recorder is not None:
            assert (recorder.error, len(recorder.epochs)) == ("", 7)
    assert all(torch.equal(a, b) for a, b in zip(*ended, strict=True))
    assert torch.equal(*random)


def test_a_module_of_any_kind_by_layer() -> None:
    torch.manual_seed(0)
    run = make_run(Odd())
    recorder = GradientRecorder(run, every=1)
    assert recorder.layers == ("conv", "unused", "out")
    found = plain_gradients(run.problem.model)
    assert recorder.gradient[0, 0] == pytest.approx(rms(found["conv.weight"]), rel=1e-5)  # type: ignore[arg-type]
    assert recorder.gradient[0, 2] == pytest.approx(rms(found["out.weight"]), rel=1e-5)  # type: ignore[arg-type]
    assert np.isnan(recorder.gradient[0, 1])
    assert recorder.sizes.tolist() == [6, 16, 3]


def test_a_loop_of_ones_own_has_what_stands_in_grad() -> None:
    run = make_run()
    model = run.problem.model
    recorder = GradientRecorder(run, every=1)
    X, y = data()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    sizes = []
    for _ in range(4):
        optimizer.zero_grad()
        loss = 3 * nn.BCEWithLogitsLoss()(model(X), y)  # not the network's loss
        loss.backward()
        optimizer.step()
        sizes.append(rms(model[0].weight.grad))
        run.record()
    np.testing.assert_allclose(recorder.gradient[1:, 0], sizes, rtol=1e-6)
    np.testing.assert_allclose(recorder.update[1:, 0], 0.1 * np.array(sizes), rtol=1e-4)
    assert np.isnan(recorder.step).all()
    optimizer.zero_grad(set_to_none=True)
    run.record()
    found = plain_gradients(replay(run, 5))["0.weight"]
    assert found is not None
    assert recorder.gradient[5, 0] == pytest.approx(rms(found), rel=1e-5)


def test_a_model_that_draws_numbers_even_so_leaves_none_missing() -> None:
    class Noisy(nn.Linear):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x) + 0 * torch.rand(1)

    run = make_run(Noisy(2, 1))
    randomness = KeptRandomness(run.problem)
    before = torch.get_rng_state()
    for _ in range(3):
        loss_gradient(run.problem, randomness=randomness)
    assert torch.equal(before, torch.get_rng_state())


def test_rewinding_and_reset_drop_rows() -> None:
    run = make_run()
    recorder = GradientRecorder(run, every=2)
    for epoch in range(1, 8):
        run.record(epoch=epoch)
    assert recorder.epochs.tolist() == [0, 2, 4, 6]
    run.record(epoch=3)
    assert recorder.epochs.tolist() == [0, 2]
    run.reset()
    assert recorder.epochs.tolist() == [0]


def test_auto_takes_its_share_of_the_time_and_the_last_epoch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]

    class Time:
        @staticmethod
        def perf_counter() -> float:
            now[0] += 0.5  # what a recording takes: looked at before and after
            return now[0]

    monkeypatch.setattr(gradients, "time", Time)
    run = make_run()
    recorder = GradientRecorder(run)

    def clock(trainer: Any, logs: Any) -> None:
        now[0] += 1.0

    Trainer(run, callbacks=[clock]).fit(50, progress=False)
    epochs = recorder.epochs.tolist()
    assert epochs[0] == 0
    assert epochs[-1] == 50
    assert 3 <= len(epochs) <= 12
    assert not np.isnan(recorder.update[-1]).any()


def test_only_while_somebody_asks() -> None:
    run = make_run()
    with GradientRecorder(run, every=1) as recorder:
        run.record()
    run.record()
    assert recorder.epochs.tolist() == [0, 1]
    other = GradientRecorder(run, every=1)
    assert len(run.witnesses._functions) == 1
    del other
    assert len(run.witnesses._functions) == 0


def test_what_fails_is_noted_and_ends_no_training() -> None:
    class Fails(nn.Linear):
        fails = False

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if self.fails and not self.training and torch.is_grad_enabled():
                raise RuntimeError("not now")
            return super().forward(x)

    model = Fails(2, 1)
    run = make_run(model)
    model.fails = True
    recorder = GradientRecorder(run)
    Trainer(run).fit(2, progress=False)
    assert recorder.error == "RuntimeError: not now"
    assert run.epoch == 2
    with pytest.raises(LookupError, match="not now"):
        recorder.flow()


def test_rows_bound_the_work_and_leave_the_gradient_alone() -> None:
    run = make_run()
    X, y = data()
    places = torch.linspace(0, len(X) - 1, 20).round().long()
    found = loss_gradient(run.problem, rows=20)["0.weight"]
    model = run.problem.model
    loss = nn.BCEWithLogitsLoss()(model(X[places]), y[places])
    (want,) = torch.autograd.grad(loss, [model[0].weight])
    assert found is not None
    torch.testing.assert_close(found, want)
    assert model[0].weight.grad is None


def test_the_verdict_on_a_deep_sigmoid_and_a_large_initialisation() -> None:
    X, y = nnw.datasets.moons(n=100)
    deep = nnw.Network(nnw.mlp([2, *[8] * 12, 1], "sigmoid", seed=0), X, y)
    flow = GradientRecorder(deep).flow()
    assert flow.verdict == "vanishing"
    assert 0 < flow.ratio < 1e-3
    model = nnw.mlp([2, *[8] * 12, 1], "relu", seed=0)
    with torch.no_grad():
        for linear in model[::2]:
            linear.weight.normal_(0, 0.7, generator=torch.Generator().manual_seed(1))
        model[0].weight.mul_(1e-3)
        model[-1].weight.mul_(1e5)
    assert GradientRecorder(nnw.Network(model, X, y)).flow(exploding=10).verdict == "exploding"
    line = nnw.Network(nn.Linear(2, 1), X, y)
    assert GradientRecorder(line).flow().verdict == "one layer"


def test_weights_that_are_all_too_small_or_too_large_are_told() -> None:
    compared = {"small": "vanishing", "large": "exploding", "kaiming": "even"}
    X, y = nnw.datasets.moons(n=100)
    for init, verdict in compared.items():
        model = nnw.mlp([2, *[16] * 10, 1], "relu", seed=0)
        initialise(model, init)
        flow = GradientRecorder(nnw.Network(model, X, y)).flow()
        assert (init, flow.verdict) == (init, verdict)
        assert 1e-3 < flow.ratio < 1e3  # which would not tell


def test_tiny_gradients_keep_their_size() -> None:
    run = make_run()
    layers = FlowLayers(run.problem.parameters)
    values = layers.of(np.full(17, 1e-200))
    np.testing.assert_allclose(layers.rms(values), [1e-200, 1e-200])
    assert layers.rms(0 * values).tolist() == [0, 0]
    assert layers.zeros(0 * values).tolist() == [1, 1]
    assert layers.histogram(values)[:, 0].tolist() == [8, 4]
    assert layers.histogram(np.full_like(values, 1e99))[:, BINS - 1].tolist() == [8, 4]


def test_many_rows_are_thinned() -> None:
    rows = FlowRows(8)
    for epoch in range(100):
        if rows.wants():
            rows.add(epoch, {"n": np.array([epoch])})
    assert len(rows) <= 8
    assert (np.diff(rows.epochs()) > 0).all()
    assert rows.epochs()[0] == 0
    generation, start, epochs, found = rows.since(rows.generation, 2)
    assert (start, len(epochs)) == (2, len(rows) - 2)
    assert [int(row["n"][0]) for row in found] == epochs
    rows.cut(5)
    assert rows.since(generation, 2)[1] == 0


def test_it_can_be_read_while_training_runs() -> None:
    run = make_run()
    recorder = GradientRecorder(run, every=1)
    trainer = Trainer(run)
    trainer.play()
    deadline = time.monotonic() + 60
    reads = 0
    try:
        while reads < 100 or len(recorder.epochs) <= 3:  # pandas may take a second to be imported
            assert time.monotonic() < deadline
            assert recorder.gradient.shape[1:] == (2,)
            assert len(recorder.to_dataframe().columns) == 5
            reads += 1
    finally:
        trainer.pause()


def test_bad_arguments() -> None:
    run = make_run()
    with pytest.raises(TypeError, match="net must be a Network, got int"):
        GradientRecorder(3)
    with pytest.raises(ValueError, match="of must be one of"):
        GradientRecorder(run, of="both")
    with pytest.raises(ValueError, match="every must be an integer of at least 1"):
        GradientRecorder(run, every=0)
    with pytest.raises(ValueError, match="rows must be an integer"):
        GradientRecorder(run, rows=0)
