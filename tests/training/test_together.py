"""Networks of one shape that train side by side do what each does by itself."""

import threading
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import nnwidgets as nnw
from nnwidgets.core.problem import Problem
from nnwidgets.training._fleet import alike
from nnwidgets.training._together import fit_together
from nnwidgets.training.gradients import GradientRecorder
from nnwidgets.training.run import Run
from nnwidgets.training.trainer import Trainer

ACTIVATIONS = ["tanh", "relu", "tanh", "elu", "sigmoid"]


def trainers(
    data: Any, sizes: list[int], optimizer: str = "sgd", lr: float = 0.1, **options: Any
) -> list[Trainer]:
    models = [nnw.mlp(sizes, a, seed=i).double() for i, a in enumerate(ACTIVATIONS)]
    return [
        Trainer(Run(Problem(m, *data)), optimizer, lr, batch_size=16, seed=3, **options)
        for m in models
    ]


def classes(n: int = 60) -> Any:
    X = np.random.default_rng(0).normal(size=(n, 2))
    return X, (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)


DATA = {
    "cross_entropy": (classes(), 3),
    "bce": ((classes()[0], classes()[1] % 2), 1),
    "mse": ((classes()[0], np.sin(classes()[0])), 2),
}


@pytest.mark.parametrize("name", list(DATA))
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "adamw", "rmsprop"])
def test_the_numbers_are_those_of_one_after_the_other(name: str, optimizer: str) -> None:
    data, outputs = DATA[name]
    made = [trainers(data, [2, 5, 4, outputs], optimizer, 0.01) for _ in range(2)]
    recorders = [[GradientRecorder(t.run, every=1, of="loss") for t in each] for each in made]
    assert len({alike(t) for t in made[0]}) == 1
    fit_together(made[0], 3, progress=False)
    for trainer in made[1]:
        trainer.fit(3, progress=False)
    for together, alone in zip(*made, strict=True):
        assert together.run.problem.loss.name == name
        np.testing.assert_allclose(together.history.loss, alone.history.loss, rtol=1e-9)
        ours, theirs = (t.run.problem.parameters.read() for t in (together, alone))
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-10)
        assert together.run.status == alone.run.status
        assert together.run.batches == alone.run.batches == 12
        np.testing.assert_allclose(together.last_step, alone.last_step, rtol=1e-5, atol=1e-9)
        together.fit(2, progress=False)  # each goes on by itself, with its own memory
        alone.fit(2, progress=False)
        np.testing.assert_allclose(together.history.loss, alone.history.loss, rtol=1e-8)
    for ours_, theirs_ in zip(*recorders, strict=True):
        np.testing.assert_allclose(ours_.gradient, theirs_.gradient, rtol=1e-6, atol=1e-12)
        np.testing.assert_allclose(ours_.step, theirs_.step, rtol=1e-5, atol=1e-12)


def test_one_that_diverges_ends_and_the_others_go_on() -> None:
    data, outputs = DATA["mse"]
    made = [trainers(data, [2, 5, outputs]) for _ in range(2)]
    for each in made:
        each[1].lr = 1e9
        fine = each[0].run.problem.parameters.read()
    fit_together(made[0], 4, progress=False)
    for trainer in made[1]:
        if trainer is made[1][1]:
            with pytest.warns(RuntimeWarning, match="diverged"):
                trainer.fit(4, progress=False)
        else:
            trainer.fit(4, progress=False)
    for together, alone in zip(*made, strict=True):
        assert together.run.status == alone.run.status
        assert together.run.epoch == alone.run.epoch
        ours, theirs = (t.run.problem.parameters.read() for t in (together, alone))
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    assert [t.run.status.state for t in made[0]].count("diverged") == 1
    assert not np.array_equal(fine, made[0][0].run.problem.parameters.read())


def test_what_is_not_alike_trains_by_itself() -> None:
    data, outputs = DATA["bce"]
    first = trainers(data, [2, 5, outputs])
    heard: list[int] = []
    own = nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 1)).double()
    others = [
        Trainer(Run(Problem(own, *data)), "sgd", 0.1, 16, 3),
        Trainer(Run(Problem(nnw.mlp([2, 4, 1]).double(), *data)), "sgd", 0.1, 16, 3),
        trainers(data, [2, 5, outputs], callbacks=[lambda t, logs: heard.append(logs["epoch"])])[0],
        trainers(data, [2, 5, outputs], stop={"loss": 9.0})[0],
        trainers((data[0][:40], data[1][:40]), [2, 5, outputs])[0],
    ]
    begun = trainers(data, [2, 5, outputs])[0]
    begun.step(1, "batch")
    keys = [alike(t) for t in [*first, *others, begun]]
    assert len(set(keys[:5])) == 1
    assert keys[5] is keys[7] is keys[8] is keys[10] is None
    assert len({keys[0], keys[6], keys[9]}) == 3
    said: list[int] = []
    fit_together([*first, *others, begun], 2, progress=lambda logs: said.append(logs["epochs"]))
    assert [t.run.epoch for t in (*first, *others)] == [2] * 8 + [1, 2]  # stopped by its loss
    assert begun.run.epoch == 2
    assert heard == [1, 2]
    assert set(said) == {14}


def test_frozen_parameters_stay_and_a_pause_stops_them_all() -> None:
    data, outputs = DATA["bce"]
    group = trainers(data, [2, 5, outputs])
    group[2].run.freeze("0.weight")
    kept = group[2].run.problem.parameters.arrays()["0.weight"]
    pausing: list[threading.Thread] = []

    def pause(kind: str) -> None:
        if kind == "epoch" and group[0].run.epoch == 2 and not pausing:
            pausing.append(threading.Thread(target=group[1].pause))
            pausing[0].start()

    group[0].run.subscribe(pause)
    fit_together(group, 100_000, progress=False)
    pausing[0].join()
    assert all(2 <= trainer.run.epoch < 100_000 for trainer in group)
    assert all(trainer.run.status.state == "idle" for trainer in group)
    assert all(trainer.run.seat.look()[0] is None for trainer in group)
    np.testing.assert_array_equal(group[2].run.problem.parameters.arrays()["0.weight"], kept)
    assert torch.get_num_threads() >= 1
    group[0].fit(1, progress=False)


def test_what_goes_wrong_leaves_all_of_them_as_they_should_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data, outputs = DATA["bce"]
    group = trainers(data, [2, 5, outputs])

    def fail() -> None:
        raise RuntimeError("at fault")

    monkeypatch.setattr(group[3].run, "measure", fail)
    with pytest.raises(RuntimeError, match="at fault"):
        fit_together(group, 3, progress=False)
    assert all(trainer.run.status.state == "failed" for trainer in group)
    assert all(trainer.run.seat.look()[0] is None for trainer in group)
    monkeypatch.undo()
    fit_together(group, 1, progress=False)
    assert {trainer.run.status.state for trainer in group} == {"idle"}
    busy = group[4]
    busy.play()
    with pytest.raises(RuntimeError, match="training this network"):
        fit_together(group, 1, progress=False)
    busy.pause()
    assert all(trainer.run.seat.look()[0] is None for trainer in group)
