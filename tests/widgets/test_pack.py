"""Data on the wire: as short as they can be said without a digit lost."""

import numpy as np
import pytest

from nnwidgets.core.data import Data
from nnwidgets.widgets import _pack

N, D = 600, 500  # of float32: more than a megabyte


def read(message, dtype):
    """What the page makes of it: in double precision first, which float32 is rounded from."""
    if message["steps"] is None:
        X = np.frombuffer(message["X"], dtype)
    else:
        X = (np.frombuffer(message["X"], np.uint8) / np.float64(message["steps"])).astype(dtype)
    return X.reshape(message["n"], message["d"])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("steps", _pack.STEPS)
def test_pictures_are_a_byte_for_each_number(steps: int, dtype: type) -> None:
    whole = np.random.default_rng(0).integers(0, 256, (N, D))
    whole[0, :256] = range(256)  # each at least once
    X = whole.astype(dtype) / dtype(steps)
    message = _pack.data(Data.check(X, whole[:, 0], dtype), np.dtype(dtype), {7: 3})
    assert (message["steps"], len(message["X"]), message["acks"]) == (steps, N * D, {"7": 3})
    np.testing.assert_array_equal(read(message, dtype), X)


@pytest.mark.parametrize("place", [0, N - 1])
def test_one_number_that_is_none_of_these_and_all_are_floats(place: int) -> None:
    X = np.random.default_rng(0).integers(0, 256, (N, D)).astype(np.float32) / np.float32(255)
    for odd in (0.123456, -1 / 255, 256 / 255, 3e38):
        X[place, 7] = odd
        message = _pack.data(Data.check(X, X[:, 0], np.float32), np.dtype(np.float32), {})
        assert message["steps"] is None
        np.testing.assert_array_equal(read(message, np.float32), X)


def test_few_data_are_said_as_they_are() -> None:
    X = np.zeros((3, 2), np.float32)
    message = _pack.data(Data.check(X, X[:, 0], np.float32), np.dtype(np.float32), {})
    assert message["steps"] is None
