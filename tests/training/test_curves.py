"""Several runs side by side: their sources, what is new in them, tables of them."""

import csv
import io
from typing import Any

import numpy as np
import pytest

from nnwidgets.training.curves import Source, shared_rows, to_csv, to_dataframe
from nnwidgets.training.history import History
from nnwidgets.training.trainer import Trainer
from tests.training.oracle import make_run


def history(losses: list[float], **metrics: float) -> History:
    made = History(size=1)
    for epoch, loss in enumerate(losses):
        made.append(epoch, np.zeros(1), loss=loss, metrics=metrics)
    return made


def test_a_run_and_a_trainer_are_followed_and_a_history_is_not() -> None:
    run = make_run()
    trainer = Trainer(run)
    live, same, fixed = Source(run, "a"), Source(trainer, "b"), Source(run.history, "c")
    trainer.fit(3, progress=False)
    assert live.run is same.run is run
    assert fixed.run is None
    assert [len(each.columns()["epoch"]) for each in (live, same, fixed)] == [4, 4, 1]
    trainer.reset()
    assert len(fixed.columns()["epoch"]) == 1


def test_columns_are_checked() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"loss": [3.0, 2.0], "epoch": [5, 7]})
    assert Source(frame, "x").columns()["epoch"].tolist() == [5, 7]
    indexed = Source(history([1.0, 2.0]).to_dataframe(), "x").columns()
    assert indexed["epoch"].tolist() == [0, 1]
    assert Source({"loss": [1.0, None]}, "x").columns()["epoch"].tolist() == [0, 1]
    bad: list[tuple[Any, type[Exception], str]] = [
        (3, TypeError, "run 'x' must be a Network"),
        ({}, ValueError, "no column"),
        ({"loss": 3}, TypeError, r"x\['loss'\] must be a list of numbers, got int"),
        ({"loss": [[1.0]]}, ValueError, r"one dimension, got shape \(1, 1\)"),
        ({"loss": [1.0], "margin": [1.0, 2.0]}, ValueError, "one length"),
        ({"epoch": [1, 1], "loss": [1.0, 2.0]}, ValueError, "must be finite and grow"),
    ]
    for given, error, text in bad:
        with pytest.raises(error, match=text):
            Source(given, "x")


def test_shared_rows_against_a_plain_comparison() -> None:
    rng = np.random.default_rng(0)
    made = history([1.0, 0.9, 0.8])
    for _ in range(300):
        before = made.columns()
        last = made[-1]["epoch"] if len(made) else -1
        epoch = int(rng.integers(0, last + 3)) if rng.random() < 0.2 else int(last) + 1
        metrics = {"margin": float(rng.integers(3))} if rng.random() < 0.1 else {}
        made.append(epoch, np.zeros(1), loss=float(rng.integers(3)), metrics=metrics)
        now = made.columns()
        rows = [
            [tuple(repr(c.get(name, np.full(9**5, np.nan))[i]) for name in now) for i in range(n)]
            for c, n in ((before, len(before["epoch"])), (now, len(now["epoch"])))
        ]
        pairs = enumerate(zip(*rows, strict=False))
        expected = next((i for i, (a, b) in pairs if a != b), min(map(len, rows)))
        assert shared_rows(before, now) == expected


def test_nothing_is_shared_after_a_clear_that_forgot_a_metric() -> None:
    made = history([1.0, 0.5], margin=1.0)
    before = made.columns()
    made.clear()
    made.append(0, np.zeros(1), loss=1.0)
    assert shared_rows(before, made.columns()) == 0


def test_csv_reads_back_exactly() -> None:
    runs = {"a": history([0.1, 1 / 3], margin=2.0).columns(), "b, c": history([7.0]).columns()}
    rows = list(csv.DictReader(io.StringIO(to_csv(runs))))
    assert [(row["run"], row["epoch"]) for row in rows] == [("a", "0"), ("a", "1"), ("b, c", "0")]
    assert float(rows[1]["loss"]) == 1 / 3
    assert [row["margin"] for row in rows] == ["2.0", "2.0", ""]
    assert list(rows[0])[:6] == ["run", "epoch", "loss", "accuracy", "test_loss", "test_accuracy"]


def test_a_dataframe_is_indexed_by_run_and_epoch() -> None:
    pytest.importorskip("pandas")
    frame = to_dataframe({"a": history([3.0, 2.0]).columns(), "b": history([5.0]).columns()})
    assert frame.loc[("a", 1), "loss"] == 2.0
    assert frame.index.names == ["run", "epoch"]
    assert len(frame) == 3
