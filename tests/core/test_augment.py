"""Augmentation against pictures moved by hand."""

import math
from typing import Any

import numpy as np
import pytest

from nnwidgets.core.augment import SCALINGS, Augmentation, Change, Scaling, as_pictures

RNG = np.random.default_rng(0)
PICTURE = RNG.normal(size=(2, 5, 5)).astype(np.float32)
NOTHING = Augmentation()


def moved(**change: Any) -> Any:
    return NOTHING.apply(PICTURE, Change(**change))


def test_whole_pixels_and_right_angles_move_exactly() -> None:
    right = np.zeros_like(PICTURE)
    right[:, :, 2:] = PICTURE[:, :, :-2]
    np.testing.assert_allclose(moved(right=2), right, atol=1e-6)
    down = np.zeros_like(PICTURE)
    down[:, 1:] = PICTURE[:, :-1]
    np.testing.assert_allclose(moved(down=1), down, atol=1e-6)
    np.testing.assert_allclose(moved(angle=90), np.rot90(PICTURE, 1, (1, 2)), atol=1e-5)
    np.testing.assert_array_equal(moved(mirrored=True), PICTURE[:, :, ::-1])
    np.testing.assert_array_equal(moved(), PICTURE)


def test_half_a_pixel_is_the_mean_of_two() -> None:
    half = moved(right=0.5)
    wanted = (PICTURE[:, :, :-1] + PICTURE[:, :, 1:]) / 2
    np.testing.assert_allclose(half[:, :, 1:], wanted, atol=1e-6)


def test_twice_as_large_shows_the_middle() -> None:
    ramp = np.broadcast_to(np.arange(9.0, dtype=np.float32), (1, 9, 9)).copy()
    np.testing.assert_allclose(
        NOTHING.apply(ramp, Change(zoom=2))[0, 4], 4 + (np.arange(9) - 4) / 2, atol=1e-5
    )


def test_what_comes_in_from_outside_is_the_fill() -> None:
    made = Augmentation(fill=-3).apply(PICTURE, Change(right=2))
    np.testing.assert_allclose(made[:, :, :2], -3, atol=1e-6)


def test_amounts_stay_within_what_was_given_and_the_seed_decides() -> None:
    augment = Augmentation(rotate=20, shift=2, zoom=0.1, flip=True, noise=0.1)
    rng = np.random.default_rng(0)
    drawn = [augment.draw(rng) for _ in range(300)]
    angles = [change.angle for change in drawn]
    assert -20 <= min(angles) < -15 < 15 < max(angles) <= 20
    assert all(0.9 <= change.zoom <= 1.1 and abs(change.right) <= 2 for change in drawn)
    assert 100 < sum(change.mirrored for change in drawn) < 200
    X = RNG.normal(size=(3, 64)).astype(np.float32)
    first = augment(X, shape=(8, 8), seed=4, copies=2)
    assert first.shape == (6, 64)
    np.testing.assert_array_equal(first, augment(X, shape=(8, 8), seed=4, copies=2))
    assert not np.array_equal(first, augment(X, shape=(8, 8), seed=5, copies=2))


def test_noise_has_its_deviation() -> None:
    X = np.zeros((20, 40, 40))
    assert Augmentation(noise=0.5)(X).std() == pytest.approx(0.5, rel=0.02)


def test_scaling() -> None:
    X = RNG.uniform(2, 5, (10, 16))
    standard = Scaling.fit(X, "standard")
    scaled = standard(X.astype(np.float32))
    assert scaled.mean() == pytest.approx(0, abs=1e-6)
    assert scaled.std() == pytest.approx(1, rel=1e-5)
    scaled = Scaling.fit(X, "minmax")(X.astype(np.float32))
    assert (scaled.min(), scaled.max()) == pytest.approx((0, 1), abs=1e-6)
    assert Scaling.fit(X, "none")(X.astype(np.float32)) == pytest.approx(X, rel=1e-6)
    assert [Scaling.fit(X, kind).kind for kind in SCALINGS] == list(SCALINGS)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Augmentation(rotate=181), ValueError, "rotate must be from 0 to 180, got 181"),
        (lambda: Augmentation(noise=math.nan), ValueError, "noise must be from 0"),
        (lambda: Augmentation(shift="2"), TypeError, "shift must be a number, got '2'"),
        (lambda: NOTHING(np.zeros((2, 10))), ValueError, "no square picture: give shape="),
        (lambda: NOTHING(np.zeros((2, 10)), shape=(3, 3)), ValueError, r"10 numbers .* \(3, 3\)"),
        (
            lambda: Scaling.fit([1, 2], "log"),
            ValueError,
            "none, minmax, standard; got 'log'",
        ),
        (lambda: Scaling.fit([1, 1], "minmax"), ValueError, "one value"),
    ],
)
def test_bad_input(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()


def test_pictures_of_rows() -> None:
    assert as_pictures(np.zeros((2, 12), np.float32), (3, 2, 2)).shape == (2, 3, 2, 2)
    assert as_pictures(np.zeros((2, 9), np.float32)).shape == (2, 1, 3, 3)
    assert as_pictures(np.zeros((2, 4, 5), np.float32)).shape == (2, 1, 4, 5)
