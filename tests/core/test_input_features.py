"""The layer of formulas: each against the formula in plain numpy, and what it refuses."""

import numpy as np
import pytest
import torch

from nnwidgets.core.input_features import InputFeatures


def test_each_formula_is_numpys() -> None:
    x = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
    formulas = {
        "x2": x[:, 1],
        "x3^2": x[:, 2] ** 2,
        "x1*x3": x[:, 0] * x[:, 2],
        "sin(x1)": np.sin(x[:, 0]),
        "cos(2.5*x2)": np.cos(2.5 * x[:, 1]),
    }
    spaced = InputFeatures(3, ("x1 * x3", " sin( x1 ) "))
    np.testing.assert_allclose(
        spaced(torch.from_numpy(x)).numpy().T, (x[:, 0] * x[:, 2], np.sin(x[:, 0])), rtol=1e-6
    )
    layer = InputFeatures(3, tuple(formulas))

    found = layer(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(found, np.stack([*formulas.values()], 1), rtol=1e-6)
    assert (layer.in_features, layer.out_features) == (3, 5)
    assert repr(layer) == f"InputFeatures(3, {list(formulas)})"


@pytest.mark.parametrize(
    ("inputs", "features", "message"),
    [
        (0, ["x1"], "inputs must be an int of at least 1, got 0"),
        (True, ["x1"], "inputs must be an int of at least 1, got True"),
        (2.0, ["x1"], "inputs must be an int of at least 1, got 2.0"),
        (2, "x1", "features must be a sequence of formulas"),
        (2, [], "features must be a sequence of formulas"),
        (2, {"x1"}, "features must be a sequence of formulas"),
        (2, ["x1*x2", "x2*x1"], r"must not name one twice: 'x1\*x2'"),
        (2, ["sin(x1)", "sin(1*x1)"], r"must not name one twice: 'sin\(x1\)'"),
        (2, ["tan(x1)"], r"got 'tan\(x1\)'"),
        (2, ["x1+x2"], r"got 'x1\+x2'"),
        (2, ["x3"], "there are inputs x1 to x2, no x3"),
        (2, ["x1*x0"], "no x0"),
    ],
)
def test_what_is_no_formula_is_refused(inputs: object, features: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        InputFeatures(inputs, features)  # type: ignore[arg-type]
