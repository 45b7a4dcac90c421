"""Pictures and ids of tokens as data: the model gets rows in the shape they were given in."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import nnwidgets as nnw
from nnwidgets.core.problem import Problem

Y = np.arange(12) % 3
PICTURES = np.random.default_rng(0).normal(size=(12, 2, 5, 4)).astype(np.float32)


def cnn(channels: int = 2) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(channels, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(18, 3))


def loss_by_torch(model: nn.Module, rows: Tensor) -> float:
    with torch.no_grad():
        return float(nn.functional.cross_entropy(model(rows), torch.tensor(Y)))


@pytest.mark.parametrize("make", [np.array, torch.tensor, np.ndarray.tolist])
def test_pictures_reach_the_model_in_their_shape(make) -> None:  # type: ignore[no-untyped-def]
    model = cnn()
    problem = Problem(model, make(PICTURES), Y)

    assert problem.row_shape == (2, 5, 4)
    assert problem.data.X.shape == (12, 40)
    assert problem.Xt.shape == PICTURES.shape
    wanted = loss_by_torch(model, torch.tensor(PICTURES))
    assert problem.evaluate().loss == pytest.approx(wanted, rel=1e-6)
    some = problem.outputs_at(PICTURES[:2])
    np.testing.assert_array_equal(some, problem.outputs_at(PICTURES[:2].reshape(2, -1)))


def test_a_network_keeps_their_shape_and_trains_on_them() -> None:
    net = nnw.Network(cnn(), PICTURES, Y, test=(PICTURES[:4], Y[:4]))
    before = net.loss

    nnw.Trainer(net, lr=0.01, batch_size=5, seed=0).fit(5, progress=False)

    assert net.loss < before
    np.testing.assert_array_equal(net.X, PICTURES)
    net.X = PICTURES + 1
    assert net.X.shape == PICTURES.shape
    net.y = (Y + 1) % 3
    net.set_data(PICTURES[:6], Y[:6])
    assert net.X.shape == (6, 2, 5, 4)
    with pytest.raises(ValueError, match=r"rows of shape \(2, 5, 4\), got shape \(12, 2, 4, 5\)"):
        net.set_data(PICTURES.reshape(12, 2, 4, 5), Y)


def test_grey_pictures_need_no_axis_for_their_channel() -> None:
    grey = PICTURES[:, 0]
    model = cnn(1)
    problem = Problem(model, grey, Y)

    assert problem.row_shape == (1, 5, 4)
    wanted = loss_by_torch(model, torch.tensor(grey)[:, None])
    assert problem.evaluate().loss == pytest.approx(wanted, rel=1e-6)


def test_points_of_pictures_can_be_edited() -> None:
    problem = Problem(cnn(), PICTURES, Y)

    data = problem.data.delete(3).add(np.ones(40), 1).move(0, np.zeros(40)).label(1, 2)

    assert data.shape == (2, 5, 4)
    problem.replace_data(data)
    assert problem.Xt[0].abs().max() == 0
    assert problem.Xt.shape == PICTURES.shape


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.moveaxis(PICTURES, 1, -1), r"\(n, 5, 4, 2\); torch wants .*np.moveaxis\(X, -1, 1\)"),
        (PICTURES.reshape(12, -1), r"pass X of shape .* or begin the model with nn.Unflatten"),
        (PICTURES[:, [0, 1, 1]], r"pictures of 3 channels .* the first convolution reads 2"),
    ],
)
def test_a_wrong_layout_is_refused(X: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Problem(cnn(), X, Y)


class Bag(nn.Module):
    def __init__(self, cast: bool) -> None:
        super().__init__()
        self.embed = nn.Embedding(7, 4)
        self.out = nn.Linear(4, 3)
        self.cast = cast

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.embed(x.long() if self.cast else x).mean(1))


@pytest.mark.parametrize("cast", [True, False])
@pytest.mark.parametrize("make", [np.array, torch.tensor])
def test_ids_reach_an_embedding_as_integers(cast: bool, make) -> None:  # type: ignore[no-untyped-def]
    ids = np.random.default_rng(1).integers(0, 7, (12, 5))
    model = Bag(cast)
    problem = Problem(model, make(ids), Y)

    wanted = loss_by_torch(model, torch.tensor(ids))
    assert problem.evaluate().loss == pytest.approx(wanted, rel=1e-6)


def test_an_embedding_refuses_fractions() -> None:
    with pytest.raises(ValueError, match=r"nn\.Embedding reads whole numbers"):
        Problem(Bag(cast=False), np.full((12, 5), 0.5), Y)


def test_pictures_without_the_channels_that_are_read_are_refused_with_a_hint():
    model = nn.Sequential(nn.Conv2d(3, 2, 3), nn.Flatten(), nn.Linear(2 * 2 * 3, 2))
    with pytest.raises(ValueError, match=r"grey pictures .*\(n, 4, 5\); .* reads 3 channels: pass"):
        nnw.Network(model, np.zeros((6, 4, 5)), np.arange(6) % 2)
