"""Pictures made from pictures: turned, shifted, zoomed, mirrored, noisy; and scaled in value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from torch.nn import functional as F

from nnwidgets.core._arrays import to_array, to_floats

FloatArray = NDArray[np.float32]

SCALINGS = ("none", "minmax", "standard")


@dataclass(frozen=True)
class Change:
    """What was drawn for one picture.

    Attributes
    ----------
    angle : float
        In degrees, anticlockwise.
    right, down : float
        Pixels.
    zoom : float
        1.1 makes everything a tenth larger.
    mirrored : bool
        Left and right changed places.
    noise : float
        Standard deviation of what was added to every pixel.
    """

    angle: float = 0.0
    right: float = 0.0
    down: float = 0.0
    zoom: float = 1.0
    mirrored: bool = False
    noise: float = 0.0


@dataclass(frozen=True)
class Augmentation:
    """Random changes of pictures that leave alone what they show.

    Each picture is, in this order, mirrored, zoomed, turned and shifted (by one bilinear
    interpolation), and made noisy. Every amount is drawn anew for every picture, evenly between
    minus and plus what is given here.

    Parameters
    ----------
    rotate : float, default 0
        Degrees, up to 180.
    shift : float, default 0
        Pixels, in both directions.
    zoom : float, default 0
        Share: 0.1 gives zooms from 0.9 to 1.1. Below 1.
    flip : bool, default False
        Whether every second picture, on average, is mirrored.
    noise : float, default 0
        Standard deviation of Gaussian noise.
    fill : float, default 0
        What comes in from outside of the picture.

    Raises
    ------
    TypeError, ValueError
        For an amount that is no number or out of range.

    Examples
    --------
    >>> X = np.eye(3, dtype=np.float32)[None]
    >>> Augmentation(shift=1)(X, seed=0).shape
    (1, 3, 3)
    >>> bool((Augmentation()(X) == X).all())
    True
    """

    rotate: float = 0.0
    shift: float = 0.0
    zoom: float = 0.0
    flip: bool = False
    noise: float = 0.0
    fill: float = 0.0

    def __post_init__(self) -> None:
        for name, most in (("rotate", 180), ("shift", 1000), ("zoom", 0.99), ("noise", 1e6)):
            _check(name, getattr(self, name), 0, most)
        _check("fill", self.fill, -1e6, 1e6)

    def __call__(
        self,
        X: ArrayLike | Tensor,
        *,
        shape: tuple[int, ...] | None = None,
        seed: int = 0,
        copies: int = 1,
    ) -> FloatArray:
        """Change every picture, `copies` times.

        Parameters
        ----------
        X : array_like, shape (n, h, w), (n, c, h, w), or (n, d) with `shape`
        shape : tuple of int, optional
            (h, w) or (c, h, w) of flat rows.
        seed : int, default 0
            The same seed gives the same bits.
        copies : int, default 1
            All pictures come once, then once more with other changes, and so on.

        Returns
        -------
        ndarray of float32, shape (copies · n, ...)
            Each picture in the shape it was given in.

        Raises
        ------
        TypeError, ValueError
            If X holds no pictures of such a shape.
        """
        array = to_floats(to_array(X, "X"), np.dtype(np.float32), "X")
        pictures = as_pictures(array, shape)
        rng = np.random.default_rng(seed)
        made = [
            self.apply(picture, self.draw(rng), rng) for _ in range(copies) for picture in pictures
        ]
        return np.stack(made).reshape(-1, *array.shape[1:])

    def draw(self, rng: np.random.Generator) -> Change:
        """Draw what is done to one picture."""
        angle, right, down, zoom, coin = rng.uniform(-1, 1, 5).tolist()
        return Change(
            angle=self.rotate * angle,
            right=self.shift * right,
            down=self.shift * down,
            zoom=1 + self.zoom * zoom,
            mirrored=self.flip and coin > 0,
            noise=self.noise,
        )

    def apply(
        self, picture: FloatArray, change: Change, rng: np.random.Generator | None = None
    ) -> FloatArray:
        """Change one picture (c, h, w); `rng` draws the noise."""
        mirrored = picture[:, :, ::-1] if change.mirrored else picture
        moved = _moved(np.ascontiguousarray(mirrored), change, self.fill)
        if change.noise > 0:
            rng = rng or np.random.default_rng(0)
            moved = moved + rng.normal(0, change.noise, moved.shape).astype(np.float32)
        return moved


@dataclass(frozen=True)
class Scaling:
    """A scaling of pixel values by numbers learned from all pictures: (x − centre) / scale.

    Attributes
    ----------
    kind : str
        "none"; "minmax", from the least and largest value to 0 and 1; "standard", from mean and
        standard deviation to 0 and 1.
    centre, scale : float
        Over every pixel of all pictures.
    """

    kind: str
    centre: float
    scale: float

    @classmethod
    def fit(cls, X: ArrayLike, kind: str) -> Scaling:
        """Learn the numbers from pictures of any shape.

        Raises
        ------
        ValueError
            For a kind that is none of these, or pictures of one value only.
        """
        if kind not in SCALINGS:
            raise ValueError(f"scaling must be one of {', '.join(SCALINGS)}; got {kind!r}")
        values = np.asarray(X, np.float64)
        if kind == "none":
            return cls(kind, 0.0, 1.0)
        least, most = values.min(), values.max()
        if least == most:
            raise ValueError(f"pictures of one value ({least:g}) cannot be scaled")
        if kind == "minmax":
            return cls(kind, float(least), float(most - least))
        return cls(kind, float(values.mean()), float(values.std()))

    def __call__(self, picture: FloatArray) -> FloatArray:
        """Scale pixel values."""
        scaled: FloatArray = ((picture - self.centre) / self.scale).astype(np.float32)
        return scaled


def as_pictures(X: FloatArray, shape: tuple[int, ...] | None = None) -> FloatArray:
    """Return rows as pictures (n, c, h, w).

    Parameters
    ----------
    X : ndarray, shape (n, h, w), (n, c, h, w) or (n, d)
    shape : tuple of int, optional
        (h, w) or (c, h, w); None guesses a square where rows are flat.

    Raises
    ------
    ValueError
        If the rows are no pictures of that shape.
    """
    if X.ndim == 4:
        return X
    if X.ndim == 3 and shape is None:
        return X[:, None]
    size = X[0].size
    if shape is None:
        side = math.isqrt(size)
        if side * side != size or side < 2:
            raise ValueError(
                f"rows of {size} numbers are no square picture: give shape=(height, width) or "
                "(channels, height, width)"
            )
        shape = (side, side)
    if len(shape) not in (2, 3) or math.prod(shape) != size or min(shape) < 1:
        raise ValueError(
            f"shape must be (height, width) or (channels, height, width) of {size} numbers in "
            f"all, got {shape}"
        )
    full = (1, *shape) if len(shape) == 2 else shape
    return X.reshape(-1, *full)


def _moved(picture: FloatArray, change: Change, fill: float) -> FloatArray:
    if (change.angle, change.right, change.down, change.zoom) == (0, 0, 0, 1):
        return picture.copy()
    _, height, width = picture.shape
    turn = math.radians(change.angle)
    cos, sin = math.cos(turn) / change.zoom, math.sin(turn) / change.zoom
    # Each pixel of the result, seen from the middle, and the place it comes from. Rows go down,
    # so that anticlockwise on the page is (x, y) -> (cos·x + sin·y, cos·y − sin·x).
    y, x = np.mgrid[:height, :width].astype(np.float64)
    x = x - (width - 1) / 2 - change.right
    y = y - (height - 1) / 2 - change.down
    from_x, from_y = cos * x - sin * y, sin * x + cos * y
    places = np.stack([2 * from_x / width, 2 * from_y / height], axis=-1)  # −1 … 1, edge to edge
    source = torch.from_numpy(picture - np.float32(fill))[None].double()
    moved = F.grid_sample(source, torch.from_numpy(places)[None], align_corners=False)
    result: FloatArray = (moved[0].numpy() + fill).astype(np.float32)
    return result


def _check(name: str, value: Any, least: float, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not least <= value <= most:  # neither is NaN
        raise ValueError(f"{name} must be from {least:g} to {most:g}, got {value:g}")
