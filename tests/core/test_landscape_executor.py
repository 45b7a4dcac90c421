"""Surfaces shared out over threads, processes and a Dask cluster, whose workers die."""

import multiprocessing
import os
import signal
import time
from concurrent.futures import (
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)

import numpy as np
import pytest
import torch
from torch import nn

import nnwidgets as nnw
from nnwidgets.core.landscape import _executor
from nnwidgets.core.landscape.evaluate import evaluate

X_AXIS, Y_AXIS = np.linspace(-1, 1, 12), np.linspace(0, 3, 9)
EXPECTED = X_AXIS + 10 * Y_AXIS[:, None]


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A busy machine may take long to start a worker; that is no reason to do its work here."""
    monkeypatch.setattr(_executor, "PATIENCE", 200.0)


class Linear:
    """An evaluator whose answer is known: x + 10 y."""

    how = "by rule"

    def losses(self, points):
        return points[:, 0] + 10 * points[:, 1]

    def cost(self, cells):
        return cells * 0.01


class Mortal(Linear):
    """Kills the first process that is not its home, as the out-of-memory killer would."""

    def __init__(self, marker):
        self.marker, self.home = marker, os.getpid()

    def losses(self, points):
        if os.getpid() != self.home and not self.marker.exists():
            self.marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().losses(points)


class Slow(Linear):
    """Takes its time, so that a worker can be killed in the middle of it."""

    def __init__(self, folder):
        self.folder = folder

    def losses(self, points):
        (self.folder / str(os.getpid())).touch()
        time.sleep(0.1)
        return super().losses(points)


def arguments():
    """A module of several layers that is no dense stack, and its data."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 4), nn.LayerNorm(4), nn.Tanh(), nn.Linear(4, 1))
    X = np.random.default_rng(0).standard_normal((20, 2))
    return {"model": model, "X": X, "y": X[:, 0] - 2 * X[:, 1]}


SETTINGS = {"loss": "mse", "axes": ("0.weight[0,0]", "3.weight[0,0]"), "resolution": 9}


def test_threads_give_the_same_surface():
    alone = nnw.loss_surface(**arguments(), **SETTINGS)
    with ThreadPoolExecutor(3) as executor:
        shared = nnw.loss_surface(**arguments(), **SETTINGS, executor=executor)
    np.testing.assert_array_equal(shared.z, alone.z)


def test_processes_give_the_same_surface():
    alone = nnw.loss_surface(**arguments(), **SETTINGS)
    with ProcessPoolExecutor(2) as executor:
        shared = nnw.loss_surface(**arguments(), **SETTINGS, executor=executor)
    np.testing.assert_allclose(shared.z, alone.z, rtol=1e-7)


@pytest.mark.parametrize(
    "model",
    [
        nnw.mlp([2, 4, 1]),
        nn.Sequential(
            nn.Unflatten(1, (1, 1, 2)), nn.Conv2d(1, 1, 1), nn.Flatten(), nn.Linear(2, 1)
        ),
    ],
    ids=["dense", "convolution"],
)
def test_fast_evaluators_can_be_sent(model):
    given = {**arguments(), "model": model, "axes": "random", "loss": "mse", "resolution": 5}
    alone = nnw.loss_surface(**given)
    with ProcessPoolExecutor(1) as executor:
        shared = nnw.loss_surface(**given, executor=executor)  # a warning would be an error
    np.testing.assert_allclose(shared.z, alone.z, rtol=1e-6)


def test_the_work_is_done_by_the_workers(tmp_path):
    with ProcessPoolExecutor(2) as executor:
        z = evaluate(Slow(tmp_path), X_AXIS, Y_AXIS, executor=executor)
    np.testing.assert_array_equal(z, EXPECTED)
    worked = {int(path.name) for path in tmp_path.iterdir()}
    assert worked
    assert os.getpid() not in worked


def test_a_worker_that_is_killed_loses_nothing(tmp_path):
    marker = tmp_path / "killed"
    shares = []
    with (
        ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as executor,
        pytest.warns(RuntimeWarning, match=r"of \d+ parts .*BrokenProcessPool.*computed here"),
    ):
        z = evaluate(Mortal(marker), X_AXIS, Y_AXIS, executor=executor, on_progress=shares.append)
    assert marker.exists()
    np.testing.assert_array_equal(z, EXPECTED)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_an_executor_that_is_shut_down_is_no_obstacle():
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.warns(RuntimeWarning, match="after shutdown"):
        z = evaluate(Linear(), X_AXIS, Y_AXIS, executor=executor)
    np.testing.assert_array_equal(z, EXPECTED)


def test_a_loss_that_cannot_be_sent_is_computed_here():
    settings = {**SETTINGS, "loss": lambda outputs, targets: (outputs - targets).abs().mean()}
    given = arguments()
    given["y"] = given["y"].reshape(-1, 1)
    alone = nnw.loss_surface(**given, **settings)
    with ProcessPoolExecutor(1) as executor, pytest.warns(RuntimeWarning, match="lambda"):
        shared = nnw.loss_surface(**given, **settings, executor=executor)
    np.testing.assert_array_equal(shared.z, alone.z)


class Silent(Executor):
    """Takes everything and never answers, like a cluster whose workers are all gone."""

    def __init__(self):
        self.futures = []

    def submit(self, fn, /, *args, **kwargs):
        self.futures.append(Future())
        return self.futures[-1]


def test_who_never_answers_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(_executor, "PATIENCE", 0.05)
    executor = Silent()
    with pytest.warns(RuntimeWarning, match=r"TimeoutError: nothing came back"):
        z = evaluate(Linear(), X_AXIS, Y_AXIS, executor=executor)
    np.testing.assert_array_equal(z, EXPECTED)
    assert all(future.cancelled() for future in executor.futures)


def test_an_error_of_the_evaluation_itself_is_raised():
    class Wrong(Linear):
        def losses(self, points):
            raise ZeroDivisionError("of the model's own")

    with ThreadPoolExecutor(1) as executor, pytest.raises(ZeroDivisionError, match="own"):
        evaluate(Wrong(), X_AXIS, Y_AXIS, executor=executor)


def test_what_is_under_way_is_cancelled():
    executor = Silent()
    asked = []

    def cancelled():
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(CancelledError):
        evaluate(Linear(), X_AXIS, Y_AXIS, executor=executor, cancelled=cancelled)
    assert executor.futures
    assert all(future.cancelled() for future in executor.futures)


@pytest.fixture(scope="module")
def client():
    """A real Dask cluster on this machine: a scheduler and two worker processes."""
    distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as connected,
    ):
        yield connected


def test_a_dask_cluster_gives_the_same_surface(client):
    alone = nnw.loss_surface(**arguments(), **SETTINGS)
    shared = nnw.loss_surface(**arguments(), **SETTINGS, executor=client.get_executor())
    np.testing.assert_allclose(shared.z, alone.z, rtol=1e-7)


def test_a_dask_worker_that_is_killed_loses_nothing(client, tmp_path):
    killed = []

    def kill_one(share):
        working = [int(path.name) for path in tmp_path.iterdir()]
        if share < 0.5 and working and not killed:
            killed.append(working[0])
            os.kill(working[0], signal.SIGKILL)

    assert os.getpid() not in killed
    z = evaluate(
        Slow(tmp_path), X_AXIS, Y_AXIS, executor=client.get_executor(), on_progress=kill_one
    )
    np.testing.assert_array_equal(z, EXPECTED)
    assert killed
    assert os.getpid() not in {int(path.name) for path in tmp_path.iterdir()}
