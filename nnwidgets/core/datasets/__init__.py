"""Seeded toy data: small problems on which a network's every number can be seen.

Every maker is called as ``maker(n, noise, seed)``, further options by name, and returns a
:class:`Dataset`, which unpacks as ``X, y``:

========================  =======================================================
two classes               `blobs4`, `xor`, `and_`, `or_`, `linear`, `gauss`, `quadrants`,
                          `circles`, `ring`, `moons`, `spiral`
three classes or more     `three_blobs`, `three_spirals`, `blobs` and `spiral` (any number),
                          `digits` (needs scikit-learn), `mnist` (from your files)
regression, one feature   `sine`, `parabola`, `step`, `piecewise_sine`
regression, two features  `plane`, `bumps`
========================  =======================================================

The same arguments give the same bits, and NumPy's global generator is neither read nor moved.

Examples
--------
>>> from nnwidgets.core import datasets
>>> X, y = datasets.xor()
>>> y
array([0., 1., 1., 0.], dtype=float32)
>>> train, test = datasets.moons(n=200).split(test=0.3)
>>> train
Dataset(name='moons', n=140, d=2, classes={'negative': 70, 'positive': 70})
"""

from nnwidgets.core.datasets._dataset import Dataset
from nnwidgets.core.datasets.classification import (
    blobs,
    blobs4,
    circles,
    gauss,
    linear,
    moons,
    quadrants,
    ring,
    spiral,
    three_blobs,
    three_spirals,
)
from nnwidgets.core.datasets.idx import mnist
from nnwidgets.core.datasets.images import digits
from nnwidgets.core.datasets.logic import and_, or_, xor
from nnwidgets.core.datasets.regression import bumps, parabola, piecewise_sine, plane, sine, step

__all__ = [
    "Dataset",
    "and_",
    "blobs",
    "blobs4",
    "bumps",
    "circles",
    "digits",
    "gauss",
    "linear",
    "mnist",
    "moons",
    "or_",
    "parabola",
    "piecewise_sine",
    "plane",
    "quadrants",
    "ring",
    "sine",
    "spiral",
    "step",
    "three_blobs",
    "three_spirals",
    "xor",
]
