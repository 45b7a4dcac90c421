"""Feature maps against torch called layer by layer, receptive fields against autograd."""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nnwidgets.core._windows import Window
from nnwidgets.core.feature_maps import FeatureRecord, feature_maps

torch.manual_seed(0)


def picture(channels: int = 1, height: int = 9, width: int = 8) -> Tensor:
    return torch.randn(1, channels, height, width, generator=torch.Generator().manual_seed(1))


def body(**options: Any) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, **options),
        nn.BatchNorm2d(4),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, stride=2, dilation=1, groups=2),
        nn.Tanh(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(6, 3),
    ).eval()


class ByFunctions(nn.Module):
    """No module for what happens between the convolutions; one convolution is used twice."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 3, 3, padding="same", padding_mode="reflect")
        self.again = nn.Conv2d(3, 3, (3, 5), padding=(1, 2))
        self.out = nn.Linear(3, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.first(x)), 2)
        x = self.again(x) + x
        x = torch.tanh(self.again(x))
        x += 1
        return self.out(x.mean((2, 3)))


def test_every_map_is_what_torch_returns() -> None:
    model, x = body(), picture()
    record = feature_maps(model, x)

    values = x
    for step, layer in zip(record.steps, model[:7], strict=True):
        values = layer(values.clone())  # in place would write into what is compared
        np.testing.assert_array_equal(step.maps, values[0].detach().numpy())
    np.testing.assert_array_equal(record.picture, x[0].numpy())
    np.testing.assert_array_equal(record.outputs, model(x)[0].detach().numpy())
    assert [step.kind for step in record.steps] == [
        *("convolution", "normalisation", "activation", "pooling"),
        *("convolution", "activation", "pooling"),
    ]
    assert [step.reads for step in record.steps] == [(i - 1,) for i in range(7)]
    assert record.steps[4].groups == 2
    assert (record.steps[0].weight_name, record.steps[4].bias_name) == ("0.weight", "4.bias")


def test_functions_and_repeated_modules_are_seen() -> None:
    record = feature_maps(ByFunctions(), picture(height=8))

    assert [step.name for step in record.steps] == [
        *("first", "first (2)", "relu", "max_pool2d"),
        *("again", "add", "again (2)", "tanh", "add (2)"),
    ]
    assert [step.function for step in record.steps][:2] == ["pad", "conv2d"]
    assert record.steps[5].reads == (4, 3)
    assert record.steps[6].reads == (5,)
    assert record.arithmetic(4) is not None
    assert record.arithmetic(6) is None  # two branches are no chain


def seen_by_autograd(model: nn.Module, x: Tensor, step: int, y: int, x_: int) -> Any:
    """Where the picture has an influence on one pixel of one step's maps."""
    x = x.clone().requires_grad_()
    kept: list[Tensor] = []

    def keep(_module: nn.Module, _args: object, out: Tensor) -> None:
        kept.append(out)

    hooks = [layer.register_forward_hook(keep) for layer in model.children()]
    with torch.enable_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    (gradient,) = torch.autograd.grad(kept[step][0, :, y, x_].sum(), x)
    rows, columns = np.nonzero(gradient[0].abs().sum(0).numpy() > 0)
    return rows.min(), rows.max(), columns.min(), columns.max()


CHAINS = [
    nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.AvgPool2d(2), nn.Conv2d(2, 2, 3)),
    nn.Sequential(nn.Conv2d(1, 2, (3, 2), stride=(2, 1), padding=(1, 0)), nn.AvgPool2d(3, 1, 1)),
    nn.Sequential(nn.Conv2d(1, 2, 3, dilation=2, padding="same"), nn.Conv2d(2, 1, 2)),
    nn.Sequential(nn.AvgPool2d(2, ceil_mode=True), nn.Conv2d(1, 3, 2, padding=1)),
    nn.Sequential(nn.Conv2d(1, 2, 2), nn.AdaptiveAvgPool2d((3, 2))),
    nn.Sequential(nn.Conv2d(1, 2, 2, stride=2), nn.ConvTranspose2d(2, 1, 3, stride=2, padding=1)),
    nn.Sequential(nn.AvgPool2d(2), nn.Upsample(scale_factor=2), nn.Conv2d(1, 1, 3)),
    nn.Sequential(nn.Conv2d(1, 1, 4, padding="same"), nn.Conv2d(1, 1, 1), nn.LPPool2d(1, 2)),
]


@pytest.mark.parametrize("model", CHAINS[:-1], ids=range(len(CHAINS) - 1))
def test_a_receptive_field_is_where_the_gradient_is_not_zero(model: nn.Sequential) -> None:
    for parameter in model.parameters():
        nn.init.uniform_(parameter, 0.1, 1)  # nothing cancels
    x = picture()
    record = feature_maps(model, x)
    for step in range(len(record.steps)):
        height, width = record.size(step)
        for y in range(height):
            for x_ in range(width):
                area = record.receptive_field(step, y, x_)
                assert area == seen_by_autograd(model, x, step, y, x_)


@pytest.mark.parametrize("model", CHAINS[:4], ids=range(4))
def test_the_arithmetic_gives_the_same_field(model: nn.Sequential) -> None:
    record = feature_maps(model, picture())
    last = len(record.steps) - 1
    rows, columns = record.arithmetic(last, 0), record.arithmetic(last, 1)
    assert rows is not None
    assert columns is not None
    height, width = record.size(-1)
    for y in range(record.size(last)[0]):
        for x in range(record.size(last)[1]):
            top, left = (a[-1].start + at * a[-1].jump for a, at in ((rows, y), (columns, x)))
            wanted = (
                max(top, 0),
                min(top + rows[-1].size - 1, height - 1),
                max(left, 0),
                min(left + columns[-1].size - 1, width - 1),
            )
            found = record.receptive_field(last, y, x)
            assert found is not None
            # Clipped at each map on the way, never more than the recursion says.
            assert wanted[0] <= found[0] <= found[1] <= wanted[1]
            assert wanted[2] <= found[2] <= found[3] <= wanted[3]


def test_the_recursion_by_hand() -> None:
    """3×3 of stride 1, 2×2 of stride 2, 3×3: r = 1+2, +1·1, +2·2 = 8; j = 1, 2, 2."""
    model = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(2, 2, 3))
    rows = feature_maps(model, picture(height=8)).arithmetic(2)

    assert rows is not None
    assert [(row.size, row.jump, row.start) for row in rows] == [(3, 1, -1), (4, 2, -1), (8, 2, -1)]
    assert [(row.before, row.after) for row in rows] == [(8, 8), (8, 4), (4, 2)]


@pytest.mark.parametrize("ceil", [False, True])
@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 2), (3, 1), (2, 3)])
def test_the_size_formula_is_torchs(kernel: int, stride: int, padding: int, ceil: bool) -> None:
    for n in range(5, 12):
        pooled = F.max_pool2d(torch.zeros(1, 1, n, n), kernel, stride, padding, ceil_mode=ceil)
        window = Window((kernel,) * 2, (stride,) * 2, (padding,) * 2, (padding,) * 2, ceil=ceil)
        assert window.size((n, n)) == tuple(pooled.shape[2:])


def worked(record: FeatureRecord, step: int, channel: int, y: int, x: int) -> float:
    """One pixel of a convolution by its definition: Σ patch × kernel + bias."""
    found = record.steps[step]
    before = record.picture if found.reads[0] == -1 else record.steps[found.reads[0] or 0].maps
    assert found.weight is not None
    assert found.window is not None
    inside = found.weight.shape[1]
    first = channel // (found.weight.shape[0] // found.groups) * inside
    total = 0.0 if found.bias is None else float(found.bias[channel])
    (stride, _), (pad_y, pad_x) = found.window.stride, found.window.padding
    for c in range(inside):
        for i in range(found.weight.shape[2]):
            for j in range(found.weight.shape[3]):
                at_y, at_x = y * stride - pad_y + i, x * stride - pad_x + j
                if 0 <= at_y < before.shape[1] and 0 <= at_x < before.shape[2]:
                    pixel = float(before[first + c, at_y, at_x])
                    total += float(found.weight[channel, c, i, j]) * pixel
    return total


def test_a_pixel_is_the_sum_of_patch_times_kernel() -> None:
    record = feature_maps(body(), picture())
    for step, channel, y, x in [
        (0, 0, 0, 0),
        (0, 3, 8, 7),
        (0, 2, 4, 4),
        (4, 0, 0, 0),
        (4, 5, 0, 0),
    ]:
        wanted = record.steps[step].maps[channel, y, x]
        assert worked(record, step, channel, y, x) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
def test_other_precisions(dtype: torch.dtype) -> None:
    record = feature_maps(body().to(dtype), picture())
    assert all(step.maps.dtype == np.float32 for step in record.steps)
    assert np.isfinite(record.outputs).all()


def test_the_model_is_left_as_it_was() -> None:
    model = body().train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    feature_maps(model, picture())
    assert all(module.training for module in model.modules())
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())


@pytest.mark.parametrize("shape", [(64,), (1, 64)])
def test_a_model_that_unflattens_its_rows(shape: tuple[int, ...]) -> None:
    model = nn.Sequential(nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 2, 3), nn.Flatten())
    x = np.arange(64, dtype=np.float32).reshape(shape)
    record = feature_maps(model, x)
    np.testing.assert_array_equal(record.picture, x.reshape(1, 8, 8))
    assert [step.name for step in record.steps] == ["1"]


@pytest.mark.parametrize("shape", [(9, 8), (1, 9, 8), (1, 1, 9, 8)])
def test_a_picture_may_lack_its_axes(shape: tuple[int, ...]) -> None:
    assert feature_maps(body(), np.zeros(shape)).picture.shape == (1, 9, 8)


def test_unknown_steps_have_maps_but_no_field() -> None:
    class Rolled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 1, 3)

        def forward(self, x: Tensor) -> Tensor:
            return torch.roll(self.conv(x), 2, 3).flatten(1)

    record = feature_maps(Rolled(), picture())
    assert [step.kind for step in record.steps] == ["convolution", "other"]
    assert record.receptive_field(0, 1, 1) == (1, 3, 1, 3)
    assert record.receptive_field(1, 1, 1) is None


@pytest.mark.parametrize(
    ("model", "x", "message"),
    [
        (
            nn.Linear(4, 2),
            np.zeros(4),
            "this Linear has none. .*AttentionMaps",
        ),
        (body(), np.zeros((9, 8, 1)), r"could not be called on x of shape \(1, 9, 8, 1\)"),
        (body(), np.full((1, 9, 8), np.nan), "x must be finite"),
        (torch.jit.script(nn.Conv2d(1, 1, 1)), np.zeros((1, 9, 8)), "TorchScript"),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_cannot_be_shown_is_refused(model: nn.Module, x: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        feature_maps(model, x)


def test_a_convolution_by_function_that_says_only_its_kernel() -> None:
    class Plain(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.kernel = nn.Parameter(torch.ones(1, 1, 3, 3))

        def forward(self, x: Tensor) -> Tensor:
            return F.conv2d(x, self.kernel).flatten(1)

    record = feature_maps(Plain(), picture())
    assert record.steps[0].window == Window((3, 3))
    assert record.receptive_field(0, 2, 4) == (2, 4, 4, 6)


def test_a_pixel_that_sees_only_padding_along_one_axis_sees_none_of_the_picture() -> None:
    record = feature_maps(nn.Conv2d(1, 1, 1, padding=(1, 0)), picture())
    assert record.reach(0, 0, 3) == {0: (0, 0, 3, 3)}
    assert record.reach(0, 1, 3) == {0: (1, 1, 3, 3), -1: (0, 0, 3, 3)}


def test_a_pixel_outside_is_refused() -> None:
    with pytest.raises(IndexError, match=r"pixel \(9, 0\) is not in a map of 9 × 8"):
        feature_maps(body(), picture()).reach(0, 9, 0)
