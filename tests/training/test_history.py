import copy
import csv
import io
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnwidgets.training.history import History

finite = st.floats(-1e6, 1e6)


def filled(epochs: int, **options: int) -> History:
    history = History(3, np.float64, **options)
    for epoch in range(epochs):
        history.append(epoch, np.full(3, float(epoch)), loss=1 / (epoch + 1))
    return history


rows = st.lists(
    st.fixed_dictionaries(
        {"epoch": st.integers(0, 40), "loss": finite},
        optional={"accuracy": finite, "test_loss": finite, "metrics": st.just({"f1": 0.5})},
    ),
    max_size=60,
)


@given(rows)
def test_a_history_is_a_list_of_rows_that_rewinds(given_rows):
    history = History(1)
    expected: list[dict] = []
    for row in given_rows:
        expected = [r for r in expected if r["epoch"] < row["epoch"]] + [row]
        history.append(parameters=np.array([row["epoch"]]), **row)

    assert history.epochs.tolist() == [row["epoch"] for row in expected]
    assert history.loss.tolist() == [row["loss"] for row in expected]
    for mine, row in zip(history, expected, strict=True):
        assert mine["accuracy"] == row.get("accuracy")
        assert mine["test_loss"] == row.get("test_loss")
        assert mine["test_accuracy"] is None
        assert mine.get("f1") == row.get("metrics", {}).get("f1")
        assert history.parameters(row["epoch"]) == [row["epoch"]]


@given(epochs=st.integers(1, 300), room=st.integers(0, 40), asked=st.integers(-5, 400))
def test_thinned_parameters_are_those_of_the_nearest_kept_epoch(epochs, room, asked):
    history = filled(epochs, max_bytes=room * 3 * 8)
    kept = {int(history.parameters(epoch)[0]) for epoch in range(epochs)}

    assert {0, epochs - 1} <= kept
    assert len(kept) <= max(2, room)
    # Half of the room is in use at least, so that little is forgotten for nothing.
    assert len(kept) >= min(epochs, max(2, room) // 2)
    found = int(history.parameters(asked)[0])
    assert found == history.kept_epoch(asked)
    assert abs(found - asked) == min(abs(epoch - asked) for epoch in kept)
    assert len(history) == epochs


def test_kept_parameters_are_evenly_spaced_but_for_the_last():
    history = filled(100, max_bytes=10 * 24)
    kept = sorted({history.kept_epoch(epoch) for epoch in range(100)})
    assert kept[:-1] == list(range(0, kept[-2] + 1, kept[1]))


def test_memory_stays_within_the_bound():
    assert filled(2000, max_bytes=50 * 24)._vectors._store.nbytes <= 50 * 24


def test_rewinding_after_thinning_goes_on_sensibly():
    history = filled(100, max_bytes=8 * 24)
    history.append(50, np.full(3, -1.0), loss=0.0)
    assert len(history) == 51
    assert history.parameters(50)[0] == -1.0
    assert history.parameters(0)[0] == 0.0
    assert history.kept_epoch(49) < 51


def test_columns_taken_earlier_do_not_change():
    history = filled(5)
    before = history.loss
    values = before.tolist()
    history.append(2, np.zeros(3), loss=-1.0)
    history.clear()
    history.append(0, np.zeros(3), loss=-2.0)
    assert before.tolist() == values
    with pytest.raises(ValueError, match="read-only"):
        before[0] = 1.0


def test_stored_parameters_are_copies_both_ways():
    history, vector = History(2), np.zeros(2)
    history.append(0, vector, loss=1.0)
    vector[:] = 7
    history.parameters(0)[:] = 8
    assert history.parameters(0).tolist() == [0, 0]


def test_a_late_metric_is_missing_in_earlier_rows():
    history = filled(2)
    history.append(2, np.zeros(3), loss=0.1, metrics={"margin": 4})
    assert history.metrics == ("margin",)
    assert history["margin"][2] == 4
    assert np.isnan(history["margin"][:2]).all()
    assert history[0]["margin"] is None


def test_columns_are_equally_long_and_start_with_epoch():
    columns = filled(3).columns()
    assert next(iter(columns)) == "epoch"
    assert {len(column) for column in columns.values()} == {3}


def test_csv_reads_back_exactly(tmp_path):
    history = History(1)
    history.append(0, np.zeros(1), loss=0.1 + 0.2, accuracy=None)
    history.append(1, np.zeros(1), loss=math.inf, accuracy=1 / 3, metrics={'a "b", c': 1.5})
    text = history.to_csv(tmp_path / "run.csv")
    assert (tmp_path / "run.csv").read_text(encoding="utf-8") == text
    first, second = csv.DictReader(io.StringIO(text))
    assert float(first["loss"]) == 0.1 + 0.2
    assert first["accuracy"] == ""
    assert float(second["loss"]) == math.inf
    assert float(second["accuracy"]) == 1 / 3
    assert float(second['a "b", c']) == 1.5


def test_data_frame_is_indexed_by_epoch():
    frame = filled(3).to_dataframe()
    assert frame.index.tolist() == [0, 1, 2]
    assert frame["loss"].tolist() == [1, 1 / 2, 1 / 3]


def test_rows_from_the_end_and_out_of_range():
    history = filled(3)
    assert history[-1] == history[2]
    for index in (3, -4):
        with pytest.raises(IndexError, match="3 rows"):
            history[index]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"epoch": -1}, ValueError, "epoch"),
        ({"parameters": np.zeros(2)}, ValueError, r"\(3,\)"),
        ({"metrics": {"loss": 1.0}}, ValueError, "built-in"),
        ({"metrics": {"f1": "high"}}, TypeError, "f1"),
    ],
)
def test_a_bad_row_is_refused_and_changes_nothing(change, error, words):
    history = filled(2)
    row = {"epoch": 2, "parameters": np.zeros(3), "loss": 0.0} | change
    with pytest.raises(error, match=words):
        history.append(**row)
    assert len(history) == 2


@pytest.mark.parametrize("again", [copy.deepcopy, lambda h: pickle.loads(pickle.dumps(h))])
def test_a_history_can_be_saved_and_copied(again):
    history = filled(300, max_bytes=24 * 100)
    other = again(history)
    assert other.to_csv() == history.to_csv()
    assert np.array_equal(other.parameters(299), history.parameters(299))
    other.append(300, np.zeros(3), loss=0.0)
    assert (len(other), len(history)) == (301, 300)


def test_what_is_no_row_and_no_epoch_is_said():
    history = filled(3)
    with pytest.raises(TypeError, match=r"row's number or a column's name, got slice\(0, 1"):
        history[0:1]
    with pytest.raises(TypeError, match="epoch must be a number, got 'last'"):
        history.parameters("last")


def test_what_was_never_recorded_is_said():
    with pytest.raises(LookupError, match="nothing"):
        History(1).parameters(0)
    with pytest.raises(KeyError, match="no column 'f1'"):
        History(1)["f1"]


def test_which_epochs_have_parameters_and_those():
    history = History(2, max_bytes=4 * 2 * 4)  # room for four
    assert history.kept([0, 1])[1].shape == (0, 2)
    for epoch in range(9):
        history.append(epoch, np.full(2, epoch), loss=1.0)
    epochs, vectors = history.kept([8, 0, 3, 4, 77])
    assert epochs.tolist() == [0, 4, 8]
    np.testing.assert_array_equal(vectors, [[0, 0], [4, 4], [8, 8]])
    vectors[:] = 5
    assert history.parameters(0).tolist() == [0, 0]
