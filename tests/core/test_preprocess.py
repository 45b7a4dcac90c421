"""The scalers against NumPy's own statistics, and undone."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnwidgets.core.preprocess import MinMaxScaler, Standardizer

SCALERS = [Standardizer, MinMaxScaler]
X = np.array([[1.0, -20.0, 0.5], [2.0, 40.0, 0.25], [4.0, 0.0, 8.0], [-3.0, 5.0, 1.0]])

matrices = hnp.arrays(
    np.float64,
    st.tuples(st.integers(2, 12), st.integers(1, 4)),
    elements=st.floats(-1e4, 1e4, width=32),
)


def spread_out(rows):
    """True where no feature is (nearly) constant beside its size: float32 then tells it apart."""
    return (np.ptp(rows, axis=0) > 1e-3 * np.abs(rows).max(axis=0)).all()


@settings(deadline=None)
@given(matrices.filter(spread_out))
def test_standardised_features_have_mean_0_and_deviation_1(rows):
    scaled = Standardizer().fit_transform(rows)
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled.mean(axis=0, dtype=float), 0, atol=1e-5)
    np.testing.assert_allclose(scaled.std(axis=0, dtype=float), 1, atol=1e-5)


@settings(deadline=None)
@given(matrices.filter(spread_out), st.floats(-5, 5), st.floats(0.1, 5))
def test_min_max_reaches_both_ends_of_its_range_and_no_further(rows, low, width):
    scaled = MinMaxScaler(range=(low, low + width)).fit_transform(rows)
    np.testing.assert_allclose(scaled.min(axis=0), low, atol=1e-5)
    np.testing.assert_allclose(scaled.max(axis=0), low + width, atol=1e-5)


@pytest.mark.parametrize("scaler", [Standardizer(), MinMaxScaler(), MinMaxScaler((-1, 1))])
@settings(deadline=None)
@given(rows=matrices)
def test_inverse_undoes_transform_even_for_constant_features(scaler, rows):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        back = scaler.inverse_transform(torch.from_numpy(scaler.fit_transform(rows)).double())
    reach = np.abs(rows).max(axis=0) + np.ptp(rows, axis=0)
    assert (np.abs(back.numpy() - rows) <= 1e-6 * reach + 1e-30).all()


def test_parameters_are_those_of_numpy_and_are_remembered():
    standard, ranged = Standardizer().fit(X), MinMaxScaler().fit(X)
    np.testing.assert_allclose(standard.mean, X.mean(axis=0))
    np.testing.assert_allclose(standard.scale, X.std(axis=0))
    np.testing.assert_array_equal(ranged.min, X.min(axis=0))
    np.testing.assert_array_equal(ranged.max, X.max(axis=0))
    # New samples are scaled by what was learned, not by their own statistics.
    np.testing.assert_allclose(
        standard.transform([[1, 2, 3]])[0], (np.array([1, 2, 3]) - X.mean(0)) / X.std(0), rtol=1e-6
    )
    assert ranged.transform([[11.0, 0, 0]])[0, 0] == pytest.approx(2.0)


def test_parameters_cannot_be_changed_from_outside():
    scaler = Standardizer().fit(X)
    scaler.mean[:] = 99
    np.testing.assert_allclose(scaler.mean, X.mean(axis=0))


def test_repr_shows_the_parameters():
    assert repr(Standardizer()) == "Standardizer(not fitted)"
    assert repr(Standardizer().fit([[0, 1], [1, 5]])) == (
        "Standardizer(mean=[0.5, 3], scale=[0.5, 2])"
    )
    assert repr(MinMaxScaler((-1, 1))) == "MinMaxScaler(range=(-1, 1), not fitted)"
    assert repr(MinMaxScaler().fit([[0, 1], [1, 5]])) == (
        "MinMaxScaler(range=(0, 1), min=[0, 1], max=[1, 5])"
    )
    many = repr(Standardizer().fit(np.random.default_rng(0).normal(size=(5, 64))))
    assert "\n" not in many
    assert len(many) < 150
    assert "..." in many


@pytest.mark.parametrize("make", SCALERS)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_a_tensor_gives_a_tensor_of_its_dtype(make, dtype):
    tensor = torch.tensor(X, dtype=dtype, requires_grad=True)
    scaler = make().fit(tensor)
    scaled = scaler.transform(tensor)
    assert isinstance(scaled, torch.Tensor)
    assert scaled.dtype is dtype
    assert not scaled.requires_grad
    expected = scaler.transform(tensor.detach().double().numpy())
    torch.testing.assert_close(
        scaled.double(), torch.tensor(expected).double(), rtol=1e-2, atol=1e-2
    )
    assert scaler.inverse_transform(scaled).dtype is dtype


@pytest.mark.parametrize("make", SCALERS)
def test_lists_integers_and_frames_give_float32(make):
    pandas = pytest.importorskip("pandas")
    rows = [[1, 2], [3, 5], [0, 0]]
    expected = make().fit_transform(np.array(rows, dtype=float))
    for given_rows in (rows, np.array(rows, dtype=np.int8), pandas.DataFrame(rows)):
        scaled = make().fit_transform(given_rows)
        assert type(scaled) is np.ndarray
        assert scaled.dtype == np.float32
        np.testing.assert_array_equal(scaled, expected)
    integers = make().fit_transform(torch.tensor(rows))
    assert integers.dtype is torch.float32
    np.testing.assert_array_equal(integers.numpy(), expected)


@pytest.mark.parametrize("make", SCALERS)
def test_the_input_is_not_written_to(make):
    rows = X.copy()
    scaler = make().fit(rows)
    scaler.transform(rows)
    scaler.inverse_transform(rows)
    np.testing.assert_array_equal(rows, X)


@pytest.mark.parametrize("make", SCALERS)
@pytest.mark.parametrize("method", ["fit", "fit_transform"])
def test_a_constant_feature_keeps_scale_1_and_is_told(make, method):
    rows = np.array([[0.1, 1.0], [0.1, 3.0], [0.1, 2.0]])  # the mean of 0.1s is not 0.1 in binary
    scaler = make()
    with pytest.warns(UserWarning, match=r"constant features \[0\] keep scale 1") as caught:
        getattr(scaler, method)(rows)
    assert caught[0].filename == __file__  # points at the caller's line
    np.testing.assert_array_equal(scaler.transform(rows)[:, 0], 0.0)
    assert scaler.transform([[1.1, 1.0]])[0, 0] == pytest.approx(1.0)


def test_very_small_and_very_large_spreads_are_scaled_too():
    rows = np.array([[0.0, -1e200], [1e-200, 1e200]])
    np.testing.assert_allclose(Standardizer().fit_transform(rows), [[-1, -1], [1, 1]])


@pytest.mark.parametrize("make", SCALERS)
@pytest.mark.parametrize("method", ["transform", "inverse_transform"])
def test_use_before_fit_is_refused(make, method):
    with pytest.raises(RuntimeError, match=rf"{make.__name__}: call fit\(X\) before {method}"):
        getattr(make(), method)(X)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (Standardizer, "mean"),
        (Standardizer, "scale"),
        (MinMaxScaler, "min"),
        (MinMaxScaler, "max"),
    ],
)
def test_parameters_before_fit_are_refused(make, name):
    with pytest.raises(RuntimeError, match=rf"call fit\(X\) before {name}"):
        getattr(make(), name)


@pytest.mark.parametrize("make", SCALERS)
@pytest.mark.parametrize(
    ("bad", "error", "words"),
    [
        ([1.0, 2.0], ValueError, r"X must have shape \(n, d\), got shape \(2,\).*reshape"),
        (np.zeros((2, 2, 2)), ValueError, r"got shape \(2, 2, 2\)"),
        (np.zeros((0, 2)), ValueError, "at least one row"),
        (np.zeros((2, 0)), ValueError, "at least one feature"),
        ([[1.0, np.nan]], ValueError, "X must be finite"),
        ([["a", "b"]], TypeError, "X must be an array of real numbers"),
        (torch.ones(2, 2, dtype=torch.complex64), TypeError, "real numbers"),
    ],
)
def test_bad_input_to_fit_is_named_and_leaves_the_parameters(make, bad, error, words):
    scaler = make().fit(X)
    before = repr(scaler)
    with pytest.raises(error, match=words):
        scaler.fit(bad)
    assert repr(scaler) == before


@pytest.mark.parametrize("make", SCALERS)
@pytest.mark.parametrize("method", ["transform", "inverse_transform"])
def test_another_number_of_features_is_refused(make, method):
    with pytest.raises(ValueError, match="X must have the 3 features fitted, got 2"):
        getattr(make().fit(X), method)(X[:, :2])


@pytest.mark.parametrize("ends", [(1, 0), (0, 0), (0, np.inf), (0, 1, 2)])
def test_a_range_that_is_none_is_refused(ends):
    with pytest.raises(ValueError, match="range must be two finite numbers, low before high"):
        MinMaxScaler(range=ends)
