"""Columns of a history as they are taken elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnwidgets.training._csv import as_csv

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


class Table:
    """What has columns of one length, and gives them away as CSV or a DataFrame."""

    def columns(self) -> dict[str, NDArray[Any]]:
        """Every column by name, "epoch" first."""
        raise NotImplementedError

    def _column(self, name: str) -> NDArray[np.float64]:
        raise NotImplementedError

    @property
    def loss(self) -> NDArray[np.float64]:
        """Loss on all training data after each epoch, (len,); a read-only view."""
        return self._column("loss")

    @property
    def accuracy(self) -> NDArray[np.float64]:
        """Accuracy on all training data, (len,); NaN where the task has none."""
        return self._column("accuracy")

    @property
    def test_loss(self) -> NDArray[np.float64]:
        """Loss on the test data, (len,); NaN where there are none."""
        return self._column("test_loss")

    @property
    def test_accuracy(self) -> NDArray[np.float64]:
        """Accuracy on the test data, (len,); NaN where there is none."""
        return self._column("test_accuracy")

    def to_csv(self, path: str | Path | None = None) -> str:
        """All columns but the parameters as CSV text, also written to `path` if one is given.

        A missing number is an empty field; floats are written so that they read back exactly.
        """
        columns = self.columns()
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        return as_csv(columns, rows, path)

    def to_dataframe(self) -> pd.DataFrame:
        """All columns but the parameters as a pandas DataFrame indexed by epoch."""
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError("to_dataframe() needs pandas: pip install pandas") from error
        return pd.DataFrame(self.columns()).set_index("epoch")
