"""A snapshot holds its own values, unchangeable, and survives copying."""

import dataclasses
import pickle
from copy import deepcopy

import numpy as np
import pytest

from nnwidgets.core.snapshot import Snapshot


def test_a_snapshot_does_not_change():
    weight = np.ones((1, 2), np.float32)
    snapshot = Snapshot(3, 5, "tanh", {"0.weight": weight}, 0.25, 1.0)
    weight[0, 0] = 9
    assert snapshot.parameters["0.weight"].tolist() == [[1, 1]]
    with pytest.raises(ValueError, match="read-only"):
        snapshot.parameters["0.weight"][0, 0] = 9
    with pytest.raises(TypeError, match="does not support item assignment"):
        snapshot.parameters["0.weight"] = weight
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot.epoch = 6
    assert weight.flags.writeable


@pytest.mark.parametrize("copied", [deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_a_copy_is_as_frozen(copied):
    snapshot = copied(Snapshot(3, 5, ("tanh", "relu"), {"w": np.arange(3.0)}, 0.25))
    assert (snapshot.serial, snapshot.epoch, snapshot.activation) == (3, 5, ("tanh", "relu"))
    assert (snapshot.loss, snapshot.accuracy) == (0.25, None)
    assert snapshot.parameters["w"].tolist() == [0, 1, 2]
    assert not snapshot.parameters["w"].flags.writeable
