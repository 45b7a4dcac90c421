"""Scaling of features that remembers its parameters and can be undone.

*Standardisation* gives every feature mean 0 and deviation 1 (`Standardizer`); *min-max
normalisation* gives every feature the same range (`MinMaxScaler`). Texts often swap the two names.

Both learn their parameters from the training set with ``fit``, so that a test set and new samples
are scaled by the same numbers.
"""

import warnings
from typing import Self, overload

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from nnwidgets.core._arrays import to_array, to_floats

FloatArray = NDArray[np.float32]
Row = NDArray[np.float64]
Matrix = NDArray[np.float64]


class _Scaler:
    """x ↦ (x − centre) / scale + low, feature by feature; subclasses choose the three."""

    def __init__(self) -> None:
        self._centre: Row | None = None
        self._scale: Row | None = None
        self._low = 0.0

    def fit(self, X: ArrayLike | Tensor) -> Self:
        """Learn the parameters from `X`, forgetting earlier ones.

        Parameters
        ----------
        X : array_like or Tensor, shape (n, d)
            Finite numbers, at least one row and one feature.

        Returns
        -------
        The scaler itself.

        Raises
        ------
        TypeError
            If `X` does not hold real numbers.
        ValueError
            If `X` has another shape or holds NaN or infinity.

        Warns
        -----
        UserWarning
            If a feature has one value only. It cannot be scaled and is only moved.
        """
        self._learn(X, stacklevel=3)
        return self

    @overload
    def transform(self, X: Tensor) -> Tensor: ...
    @overload
    def transform(self, X: ArrayLike) -> FloatArray: ...
    def transform(self, X: ArrayLike | Tensor) -> FloatArray | Tensor:
        """Scale `X` with the learned parameters.

        Parameters
        ----------
        X : array_like or Tensor, shape (n, d)
            With as many features as were fitted.

        Returns
        -------
        ndarray of float32 or Tensor, shape (n, d)
            For a tensor, a detached tensor on its device and of its dtype (integers become
            torch's default dtype); float32 for everything else.

        Raises
        ------
        RuntimeError
            If nothing has been fitted.
        ValueError
            If the number of features is not the fitted one, or `X` is not finite.
        """
        centre, scale = self._fitted("transform")
        return _like(X, (_matrix(X, centre.size) - centre) / scale + self._low)

    @overload
    def inverse_transform(self, X: Tensor) -> Tensor: ...
    @overload
    def inverse_transform(self, X: ArrayLike) -> FloatArray: ...
    def inverse_transform(self, X: ArrayLike | Tensor) -> FloatArray | Tensor:
        """Undo `transform`; arguments, result and errors as there."""
        centre, scale = self._fitted("inverse_transform")
        return _like(X, (_matrix(X, centre.size) - self._low) * scale + centre)

    @overload
    def fit_transform(self, X: Tensor) -> Tensor: ...
    @overload
    def fit_transform(self, X: ArrayLike) -> FloatArray: ...
    def fit_transform(self, X: ArrayLike | Tensor) -> FloatArray | Tensor:
        """Fit on `X`, then transform it."""
        self._learn(X, stacklevel=3)
        return self.transform(X)

    def _parameters(self, rows: Matrix) -> tuple[Row, Row]:
        """Work out centre and scale for these rows, as fresh arrays."""
        raise NotImplementedError

    def _learn(self, X: ArrayLike | Tensor, stacklevel: int) -> None:
        rows = _matrix(X)
        if rows.shape[0] < 1:
            raise ValueError("X must have at least one row to fit on, got none")
        centre, scale = self._parameters(rows)
        constant = np.flatnonzero(rows.min(axis=0) == rows.max(axis=0))
        centre[constant] = rows[0, constant]  # the mean of equal numbers may be off by rounding
        scale[constant] = 1.0
        if constant.size:
            warnings.warn(
                f"{type(self).__name__}: constant features {constant.tolist()} keep scale 1",
                stacklevel=stacklevel,
            )
        self._centre, self._scale = centre, scale

    def _fitted(self, wanted: str) -> tuple[Row, Row]:
        if self._centre is None or self._scale is None:
            raise RuntimeError(f"{type(self).__name__}: call fit(X) before {wanted}")
        return self._centre, self._scale


class Standardizer(_Scaler):
    """Mean 0 and standard deviation 1 for every feature: z = (x − mean) / scale.

    The deviation is that of the fitted rows themselves (divided by n, not n − 1).

    Attributes
    ----------
    mean, scale : ndarray of float64, shape (d,)
        The learned parameters; RuntimeError before `fit`.

    Examples
    --------
    >>> from nnwidgets.core.preprocess import Standardizer
    >>> scaler = Standardizer()
    >>> scaler.fit_transform([[1, 10], [3, 30]])
    array([[-1., -1.],
           [ 1.,  1.]], dtype=float32)
    >>> scaler
    Standardizer(mean=[2, 20], scale=[1, 10])
    """

    @property
    def mean(self) -> Row:
        """What is subtracted from each feature."""
        return self._fitted("mean")[0].copy()

    @property
    def scale(self) -> Row:
        """What each feature is then divided by."""
        return self._fitted("scale")[1].copy()

    def _parameters(self, rows: Matrix) -> tuple[Row, Row]:
        # In units of the span, the squares of tiny and of huge numbers stay in range.
        span = rows.max(axis=0) - rows.min(axis=0)
        span[span == 0] = 1.0
        return rows.mean(axis=0), (rows / span).std(axis=0) * span

    def __repr__(self) -> str:
        if self._centre is None:
            return "Standardizer(not fitted)"
        return f"Standardizer(mean={_show(self.mean)}, scale={_show(self.scale)})"


class MinMaxScaler(_Scaler):
    """The same range for every feature: x = min goes to its low end, x = max to its high end.

    Parameters
    ----------
    range : tuple of float, default (0, 1)
        Low and high end, finite and in this order; (-1, 1) is the other usual choice.

    Attributes
    ----------
    range : tuple of float
    min, max : ndarray of float64, shape (d,)
        The learned parameters; RuntimeError before `fit`.

    Raises
    ------
    ValueError
        If `range` is not two finite numbers, low below high.

    Examples
    --------
    >>> from nnwidgets.core.preprocess import MinMaxScaler
    >>> scaler = MinMaxScaler(range=(-1, 1)).fit([[0, 5], [10, 7]])
    >>> scaler
    MinMaxScaler(range=(-1, 1), min=[0, 5], max=[10, 7])
    >>> scaler.transform([[5, 6]])
    array([[0., 0.]], dtype=float32)
    """

    def __init__(self, range: tuple[float, float] = (0, 1)) -> None:
        super().__init__()
        ends = np.asarray(range, dtype=np.float64)
        if ends.shape != (2,) or not np.isfinite(ends).all() or ends[0] >= ends[1]:
            raise ValueError(f"range must be two finite numbers, low before high, got {range!r}")
        self.range = (range[0], range[1])
        self._low = float(ends[0])
        self._width = float(ends[1] - ends[0])
        self._max: Row | None = None

    @property
    def min(self) -> Row:
        """The smallest fitted value of each feature."""
        return self._fitted("min")[0].copy()

    @property
    def max(self) -> Row:
        """The largest fitted value of each feature."""
        self._fitted("max")
        assert self._max is not None
        return self._max.copy()

    def _parameters(self, rows: Matrix) -> tuple[Row, Row]:
        self._max = rows.max(axis=0)
        low = rows.min(axis=0)
        return low, (self._max - low) / self._width

    def __repr__(self) -> str:
        head = f"MinMaxScaler(range=({self.range[0]:g}, {self.range[1]:g})"
        if self._centre is None:
            return f"{head}, not fitted)"
        return f"{head}, min={_show(self.min)}, max={_show(self.max)})"


def _matrix(X: ArrayLike | Tensor, features: int | None = None) -> Matrix:
    """Return `X` as float64 of shape (n, features), or raise an error that names it."""
    rows = to_array(X, "X")
    if rows.ndim != 2:
        hint = "; for one feature use X.reshape(-1, 1)" if rows.ndim == 1 else ""
        raise ValueError(f"X must have shape (n, d), got shape {rows.shape}{hint}")
    if features is None and rows.shape[1] < 1:
        raise ValueError("X must have at least one feature, got none")
    if features is not None and rows.shape[1] != features:
        raise ValueError(f"X must have the {features} features fitted, got {rows.shape[1]}")
    return to_floats(rows, np.dtype(np.float64), "X")


def _like(X: ArrayLike | Tensor, rows: Matrix) -> FloatArray | Tensor:
    """Return `rows` as what the caller gave: a tensor for a tensor, else float32."""
    if not isinstance(X, Tensor):
        return rows.astype(np.float32)
    dtype = X.dtype if X.is_floating_point() else torch.get_default_dtype()
    return torch.from_numpy(rows).to(dtype).to(X.device)


def _show(row: Row) -> str:
    """Write a row on one line, shortened where long."""
    text = np.array2string(
        row,
        precision=4,
        separator=", ",
        threshold=8,
        edgeitems=3,
        formatter={"float": "{:.4g}".format},
    )
    return text.replace("\n", "")
