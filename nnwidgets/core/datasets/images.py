"""Small pictures of handwritten digits."""

from importlib import import_module

import numpy as np

from nnwidgets.core.datasets._arguments import common
from nnwidgets.core.datasets._dataset import Dataset

SIDE = 8
WHITE = 16.0  # the brightest value of the original scans


def digits(n: int | None = None, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Load handwritten digits, 8 × 8 pixels each, from scikit-learn.

    Parameters
    ----------
    n : int or None, default None
        How many to draw at random, each class keeping its share; None for all 1797, in
        scikit-learn's order.
    noise : float, default 0.0
        Standard deviation of the Gaussian noise on every pixel.
    seed : int, default 0
        The same seed gives the same bits.

    Returns
    -------
    Dataset
        X (n, 64) float32, row after row of each picture, from 0 (paper) to 1 (ink) before noise;
        y (n,) int64, 0 to 9. ``X.reshape(-1, 1, 8, 8)`` is what a convolution wants.

    Raises
    ------
    ImportError
        If scikit-learn is missing.
    ValueError
        If `n` is larger than the number of pictures.
    """
    pictures = _load()
    wanted, noise, rng = common(pictures.n if n is None else n, noise, seed)
    if wanted > pictures.n:
        raise ValueError(f"n must be at most {pictures.n}, the number of digits, got {wanted}")
    chosen = pictures if wanted == pictures.n else pictures.split(wanted / pictures.n, seed)[1]
    X = chosen.X + rng.normal(0.0, noise, chosen.X.shape)
    return Dataset(
        X.astype(np.float32), chosen.y, chosen.feature_names, chosen.class_names, "digits"
    )


def _load() -> Dataset:
    try:
        # By name: it has no types, and is asked for only here.
        source = import_module("sklearn.datasets")
    except ModuleNotFoundError as error:
        raise ImportError(
            "datasets.digits needs scikit-learn: pip install 'nnwidgets[data]'"
        ) from error
    X, y = source.load_digits(return_X_y=True)
    names = tuple(f"pixel {row},{column}" for row in range(SIDE) for column in range(SIDE))
    classes = tuple(str(digit) for digit in range(10))
    return Dataset((X / WHITE).astype(np.float32), y.astype(np.int64), names, classes, "digits")
