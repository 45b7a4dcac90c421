"""Data: what is accepted and as what, what is refused, and edits of points."""

import re

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnwidgets.core.data import Data

X = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
Y = np.array([0, 1, 1])


@pytest.mark.parametrize(
    "given_X",
    [
        X,
        X.astype(np.float16),
        X.astype(int),
        X.tolist(),
        np.asfortranarray(X),
        X[::-1][::-1],
        torch.tensor(X, requires_grad=True),
        torch.tensor(X, dtype=torch.bfloat16),
        np.ma.array(X),
        torch.complex(-torch.tensor(X), -torch.tensor(X)).conj().imag.detach(),
        pd.DataFrame(X, columns=["a", "b"]),
    ],
)
def test_points_of_any_kind_become_one(given_X):
    data = Data.check(given_X, Y, np.float32)
    assert np.array_equal(data.X, X)
    assert data.X.dtype == np.float32
    assert data.X.flags.c_contiguous


@pytest.mark.parametrize(
    ("y", "dtype"),
    [
        (Y, np.int64),
        (Y.astype(np.uint8), np.int64),
        (Y.astype(bool), np.int64),
        (torch.tensor(Y), np.int64),
        (pd.Series(Y), np.int64),
        ([0, 1, 1], np.int64),
        (Y / 1, np.float32),
        ([0.0, 1, 1], np.float32),
    ],
)
def test_targets_are_labels_or_floats(y, dtype):
    data = Data.check(X, y, np.float32)
    assert data.y.dtype == dtype
    assert data.y.tolist() == [0, 1, 1]


def test_double_precision_stays():
    data = Data.check(X + 1e-12, Y / 3, np.float64)
    assert np.array_equal(data.X, X + 1e-12)
    assert np.array_equal(data.y, Y / 3)


def test_the_data_are_copied_and_read_only():
    points, targets = X.copy(), Y.copy()
    data = Data.check(points, targets, np.float64)
    points[0, 0] = targets[0] = 9
    assert np.array_equal(data.X, X)
    assert np.array_equal(data.y, Y)
    for array in (data.X, data.y):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    assert points.flags.writeable


@pytest.mark.parametrize(
    ("points", "targets", "error", "message"),
    [
        (X[:, 0], Y, ValueError, "X must be 2-D (n, d), got shape (3,): X.reshape(-1, 1) makes"),
        (X[None], Y, ValueError, "y must have as many rows as X (1), got 3"),
        (5.0, Y, ValueError, "X must be 2-D (n, d), got shape ()"),
        (X[:0], Y[:0], ValueError, "at least one row and one column, got shape (0, 2)"),
        (X[:, :0], Y, ValueError, "at least one row and one column, got shape (3, 0)"),
        ([[1, 2], [3]], Y, ValueError, "X must be rectangular"),
        (torch.tensor(X).int(), Y, TypeError, "floating dtype, got torch.int32: pass X.float()"),
        (X * 1j, Y, TypeError, "X must be an array of real numbers, got dtype complex128"),
        ([["a", "b"]] * 3, Y, TypeError, "X must be an array of real numbers, got dtype <U1"),
        (None, Y, TypeError, "X must be an array of real numbers, got NoneType"),
        (np.where(X == 3, np.nan, X), Y, ValueError, "X must be finite, got X[1, 1] = nan"),
        (np.where(X == 3, -np.inf, X), Y, ValueError, "X must be finite, got X[1, 1] = -inf"),
        (X * 1e38, Y, ValueError, "X[2, 0] = 4e+38, which float32 cannot hold"),
        (X, Y[:2], ValueError, "y must have as many rows as X (3), got 2"),
        (X, Y[:, None, None], ValueError, "y must have shape (n,) or (n, k), got (3, 1, 1)"),
        (X, 1, ValueError, "y must have shape (n,) or (n, k), got ()"),
        (X, np.zeros((3, 0)), ValueError, "y must have at least one column, got (3, 0)"),
        (X, [0, np.inf, 1], ValueError, "y must be finite, got y[1] = inf"),
        (X, ["a", "b", "c"], TypeError, "y must be an array of real numbers, got dtype <U1"),
        (X, [0, None, 1], TypeError, "got list (dtype object)"),
        (
            X,
            np.uint64([2**64 - 1, 0, 1]),
            ValueError,
            "y must hold integers of at most 92",
        ),
        (torch.tensor(X).to_sparse(), Y, TypeError, "X must be a dense tensor, got torch.float64"),
        (torch.tensor(X, device="meta"), Y, TypeError, "X must hold data, got a tensor on the"),
        (np.ma.masked_equal(X, 3), Y, ValueError, "X must have no masked entries, got 1"),
    ],
)
def test_what_is_wrong_is_said(points, targets, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Data.check(points, targets, np.float32)


def test_errors_use_the_given_names():
    with pytest.raises(ValueError, match=r"test y must have as many rows as test X \(3\)"):
        Data.check(X, Y[:1], np.float32, ("test X", "test y"))


data_sets = st.integers(1, 5).flatmap(
    lambda n: st.tuples(
        st.lists(st.lists(st.floats(-9, 9), min_size=2, max_size=2), min_size=n, max_size=n),
        st.lists(st.integers(0, 2), min_size=n, max_size=n),
    )
)


@given(data_sets, st.data())
def test_edits_are_those_of_lists_and_leave_the_old_data(drawn, draw):
    points, labels = drawn
    data = Data.check(points, labels, np.float64)
    row = draw.draw(st.integers(0, len(points) - 1))

    added = data.add([7, 8.5], 1)
    assert added.X.tolist() == [*points, [7, 8.5]]
    assert added.y.tolist() == [*labels, 1]

    moved = data.move(row, np.array([7.0, 8.5], np.float32))
    assert moved.X.tolist() == [*points[:row], [7, 8.5], *points[row + 1 :]]
    assert moved.y.tolist() == labels

    labelled = data.label(row, 2.0)
    assert labelled.y.tolist() == [*labels[:row], 2, *labels[row + 1 :]]
    assert labelled.y.dtype == np.int64

    if len(points) > 1:
        deleted = data.delete(row)
        assert deleted.X.tolist() == points[:row] + points[row + 1 :]
        assert deleted.y.tolist() == labels[:row] + labels[row + 1 :]

    assert (data.X.tolist(), data.y.tolist()) == (points, labels)
    for edited in (added, moved, labelled):
        assert not edited.X.flags.writeable
        assert not edited.y.flags.writeable


def test_rows_of_targets_are_edited_whole():
    data = Data.check(X, np.eye(3), np.float32)
    assert data.label(1, [0.5, 0.5, 0]).y[1].tolist() == [0.5, 0.5, 0]
    assert data.add([0, 0], [0, 0, 1]).y.shape == (4, 3)
    with pytest.raises(ValueError, match=r"y must have shape \(3,\), got \(\)"):
        data.label(1, 1)


def test_integer_targets_become_floats_when_one_is_none():
    data = Data.check(X, Y, np.float32).label(0, 0.5)
    assert data.y.dtype == np.float32
    assert data.y.tolist() == [0.5, 1, 1]
    assert Data.check(X, Y, np.float32).add([0, 0], 0.25).y.tolist() == [0, 1, 1, 0.25]


@pytest.mark.parametrize(
    ("edit", "error", "message"),
    [
        (lambda data: data.move(3, [0, 0]), ValueError, "row must lie in 0 .. 2, got 3"),
        (lambda data: data.delete(-1), ValueError, "row must lie in 0 .. 2, got -1"),
        (lambda data: data.delete(1.0), TypeError, "row must be an int, got float: 1.0"),
        (lambda data: data.label(True, 1), TypeError, "row must be an int, got bool"),
        (lambda data: data.move(0, [0]), ValueError, "x must have shape (2,), got (1,)"),
        (lambda data: data.add([0, np.nan], 1), ValueError, "x must be finite, got x[1] = nan"),
        (lambda data: data.add([0, 0], "a"), TypeError, "y must be an array of real numbers"),
        (lambda data: data.add([0, 0], [1]), ValueError, "y must have shape (), got (1,)"),
        (lambda data: data.label(0, np.inf), ValueError, "y must be finite, got y = inf"),
        (
            lambda data: data.delete(0).delete(0).delete(0),
            ValueError,
            "the last point cannot be deleted",
        ),
    ],
)
def test_a_wrong_edit_is_refused(edit, error, message):
    with pytest.raises(error, match=re.escape(message)):
        edit(Data.check(X, Y, np.float32))
