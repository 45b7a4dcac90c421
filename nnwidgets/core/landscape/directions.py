"""Directions in parameter space: random ones as large as the filters, principal ones of a run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnwidgets.core.parameters import Parameters

Floats = NDArray[np.float64]


def random_directions(parameters: Parameters, count: int = 2, seed: int = 0) -> Floats:
    """Draw filter-normalised random directions (Li et al. 2018, arXiv:1712.09913).

    Each filter of a direction (what one unit of a layer has for weights: a row of a Linear's
    matrix, a convolution's kernel for one output channel) is Gaussian and has the Euclidean norm
    of the model's own filter, ``d ← d / ‖d‖ · ‖θ‖``. Biases and the parameters of normalisation
    layers, which are one-dimensional, stay as they are: the direction is zero there.

    Parameters
    ----------
    parameters : Parameters
    count : int
    seed : int
        Of numpy's generator; torch's own is left alone.

    Returns
    -------
    ndarray of shape (count, parameters.size)

    Raises
    ------
    ValueError
        If the model has no filters, or all of them are zero.

    Examples
    --------
    >>> from torch import nn
    >>> model = nn.Linear(3, 2)
    >>> row = random_directions(Parameters(model))[0, :3]
    >>> bool(np.isclose(np.linalg.norm(row), model.weight[0].norm().item()))
    True
    """
    generator = np.random.default_rng(seed)
    here = parameters.read().astype(np.float64)
    out = np.zeros((count, parameters.size))
    for direction in out:
        for name, shape in parameters.shapes.items():
            if len(shape) < 2 or 0 in shape:
                continue
            place = slice(parameters.offsets[name], parameters.offsets[name] + int(np.prod(shape)))
            direction[place] = _normalised(generator, here[place].reshape(shape[0], -1))
    if not out.any():
        raise ValueError(
            "axes='random' needs weights of two or more dimensions that are not all zero: "
            "the directions are as large as these"
        )
    return out


def _normalised(generator: np.random.Generator, filters: Floats) -> Floats:
    drawn = generator.standard_normal(filters.shape)
    scale = np.linalg.norm(filters, axis=1) / np.linalg.norm(drawn, axis=1)
    flat: Floats = (drawn * scale[:, None]).reshape(-1)
    return flat


def principal_directions(flats: Floats) -> tuple[Floats, tuple[float, float]]:
    """Return the two directions in which a trajectory spreads most, seen from its end.

    They are the first two right singular vectors of ``flats − flats[-1]`` (Li et al. 2018,
    section 7), of length one, each turned so that its largest entry is positive.

    Parameters
    ----------
    flats : ndarray of shape (m, size)
        Parameter vectors in order; three of them at least must differ, and not lie on one line.

    Returns
    -------
    directions : ndarray of shape (2, size)
    explained : pair of float
        The share of the sum of squares along each.

    Raises
    ------
    ValueError
        If the vectors span no plane.

    Examples
    --------
    >>> directions, explained = principal_directions(np.array([[3.0, 0], [0, 1.0], [0, 0]]))
    >>> directions.round(3).tolist(), explained
    ([[1.0, 0.0], [0.0, 1.0]], (0.9, 0.1))
    """
    distinct = len(np.unique(flats, axis=0))
    if distinct < 3:
        got = f"{distinct}" + (f" among {len(flats)}" if distinct < len(flats) else "")
        raise ValueError(
            "axes='pca' needs a recorded trajectory of at least 3 different points, "
            f"got {got}: train for some epochs first, or record() them"
        )
    away = flats - flats[-1]
    _, values, vectors = np.linalg.svd(away, full_matrices=False)
    if values[1] <= 1e-9 * values[0]:
        raise ValueError(
            "axes='pca' needs a trajectory that spans a plane, this one runs along a straight "
            "line: use toward(its first point)"
        )
    directions = vectors[:2]
    largest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[[0, 1], largest])[:, None]
    shares = values[:2] ** 2 / np.sum(values**2)
    return directions, (round(float(shares[0]), 12), round(float(shares[1]), 12))
