"""Attention weights against torch's own need_weights=True, and against the formula."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nnwidgets.core.attention import attention_maps, entropy


def tokens(length: int = 5, width: int = 8) -> Tensor:
    return torch.randn(1, length, width, generator=torch.Generator().manual_seed(2))


class Attend(nn.Module):
    """Calls one attention with these options; need_weights is off unless they say otherwise."""

    def __init__(self, batch_first: bool = True, **options: Any) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=batch_first)
        self.options: dict[str, Any] = {"need_weights": False, **options}
        self.got: Any = None

    def forward(self, x: Tensor) -> Tensor:
        given = x if self.attention.batch_first else x.transpose(0, 1)
        out, self.got = self.attention(given, given, given, **self.options)
        return out


CAUSAL = nn.Transformer.generate_square_subsequent_mask(5)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"need_weights": True},
        {"need_weights": True, "average_attn_weights": False},
        {"attn_mask": CAUSAL, "is_causal": True},
        {"attn_mask": -math.inf == CAUSAL},
        {"key_padding_mask": torch.tensor([[False, False, False, True, True]])},
        {"batch_first": False},
    ],
)
def test_weights_are_those_of_need_weights(options: dict[str, Any]) -> None:
    model = Attend(**options).eval()
    x = tokens()
    (call,) = attention_maps(model, x)

    asked = {k: v for k, v in options.items() if k != "batch_first"}
    asked |= {"need_weights": True, "average_attn_weights": False}
    given = x if model.attention.batch_first else x.transpose(0, 1)
    with torch.no_grad():
        _, wanted = model.attention(given, given, given, **asked)
    # torch has a fused path of its own for some masks, which rounds differently.
    np.testing.assert_allclose(call.weights, wanted[0].numpy(), atol=1e-7)
    assert (call.name, call.seen) == ("attention", "multihead")


def test_the_model_gets_what_it_had_asked_for() -> None:
    for options in (
        {},
        {"need_weights": True},
        {"need_weights": True, "average_attn_weights": False},
    ):
        model = Attend(**options).eval()
        with torch.no_grad():
            wanted_out = model(tokens())
            wanted = model.got
        attention_maps(model, tokens())
        assert (model.got is None) == (wanted is None)
        if wanted is not None:
            torch.testing.assert_close(model.got, wanted)
        assert torch.isfinite(wanted_out).all()


def test_masks_are_told() -> None:
    (causal,) = attention_maps(Attend(attn_mask=CAUSAL, is_causal=True), tokens())
    np.testing.assert_array_equal(causal.blocked, np.triu(np.ones((5, 5), bool), 1))
    assert causal.weights[:, causal.blocked].max() == 0
    padding = torch.tensor([[False, False, False, True, True]])
    (padded,) = attention_maps(Attend(key_padding_mask=padding), tokens())
    assert padded.blocked is not None
    assert padded.blocked.sum(0).tolist() == [0, 0, 0, 5, 5]
    assert attention_maps(Attend(), tokens())[0].blocked is None


def encoder(layers: int = 2, **options: Any) -> nn.TransformerEncoder:
    torch.manual_seed(3)
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, dropout=0.3, **options)
    return nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)


@pytest.mark.parametrize("training", [True, False])
def test_the_fast_path_of_an_encoder_hides_nothing(training: bool) -> None:
    model, x = encoder().train(training), tokens()
    calls = attention_maps(model, x)

    assert [call.name for call in calls] == ["layers.0.self_attn", "layers.1.self_attn"]
    model.eval()
    with torch.no_grad():
        inner: Tensor = x
        for call, layer in zip(calls, model.layers, strict=True):
            _, wanted = layer.self_attn(inner, inner, inner, average_attn_weights=False)
            np.testing.assert_allclose(call.weights, wanted[0], atol=1e-6)
            inner = layer(inner)


def by_hand(x: Tensor, mask: Tensor | None = None) -> Any:
    scores = x @ x.transpose(-2, -1) / math.sqrt(x.shape[-1])
    return (scores if mask is None else scores + mask).softmax(-1)


class Function(nn.Module):
    def __init__(self, attend: Callable[[Tensor], Any]) -> None:
        super().__init__()
        self.attend = attend
        self.linear = nn.Linear(1, 1)

    def forward(self, x: Tensor) -> Any:
        return self.attend(x)


@pytest.mark.parametrize(
    ("attend", "wanted", "seen"),
    [
        (lambda x: F.scaled_dot_product_attention(x, x, x), by_hand, "scaled"),
        (
            lambda x: F.scaled_dot_product_attention(x, x, x, is_causal=True),
            lambda x: by_hand(x, CAUSAL),
            "scaled",
        ),
        (
            lambda x: F.scaled_dot_product_attention(x, x, x, attn_mask=CAUSAL == 0),
            lambda x: by_hand(x, CAUSAL),
            "scaled",
        ),
        (lambda x: by_hand(x) @ x, by_hand, "softmax"),
        (lambda x: F.softmax(x @ x.mT / math.sqrt(8), dim=-1) @ x, by_hand, "softmax"),
    ],
)
def test_attention_without_a_module(attend: Any, wanted: Any, seen: str) -> None:
    (call,) = attention_maps(Function(attend), tokens())
    np.testing.assert_allclose(call.weights[0], wanted(tokens())[0], atol=1e-6)
    assert call.seen == seen


class Returns(nn.Module):
    """A module of somebody's own that returns its weights, made without a softmax."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(8, 8)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        shares = (self.linear(x) @ x.mT).relu() + 0.1
        weights = shares / shares.sum(-1, keepdim=True)
        return weights @ x, weights


class Uses(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = Returns()

    def forward(self, x: Tensor) -> Any:
        return self.inner(x)[0]


def test_a_module_that_returns_weights() -> None:
    model = Uses()
    (call,) = attention_maps(model, tokens())
    assert (call.name, call.seen) == ("inner", "returned")
    np.testing.assert_array_equal(call.weights[0], model.inner(tokens())[1][0].detach())


def test_a_module_used_twice_is_told_apart() -> None:
    inner = Attend()
    names = [call.name for call in attention_maps(nn.Sequential(inner, inner), tokens())]
    assert names == ["0.attention", "0.attention (2)"]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions(dtype: torch.dtype) -> None:
    (call, _) = attention_maps(encoder().to(dtype), tokens().to(dtype))
    np.testing.assert_allclose(call.weights.sum(-1), 1, atol=0.01)


def test_entropy_in_bits() -> None:
    assert entropy([[0.5, 0.5, 0, 0], [0.7, 0.1, 0.1, 0.1]]).tolist() == pytest.approx(
        [1, -(0.7 * math.log2(0.7) + 0.3 * math.log2(0.1))]
    )
    (call,) = attention_maps(Attend(attn_mask=CAUSAL), tokens())
    assert call.entropy[:, 0].tolist() == [0, 0]
    assert (call.entropy <= np.log2(np.arange(1, 6)) + 1e-6).all()


@pytest.mark.parametrize(
    ("model", "x", "message"),
    [
        (nn.Linear(8, 2), tokens(), "this Linear calls none. FeatureMaps shows convolutions"),
        (Attend(), torch.zeros(1, 5, 7), r"could not be called on x of shape \(1, 5, 7\)"),
    ],
)
def test_what_cannot_be_shown_is_refused(model: nn.Module, x: Tensor, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        attention_maps(model, x)


def test_the_model_is_left_as_it_was() -> None:
    model = encoder().train()
    attention_maps(model, tokens())
    assert all(module.training for module in model.modules())
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())


class Scaled(nn.Module):
    """Two heads of scaled_dot_product_attention; values of one-hot rows return the weights."""

    def __init__(self, heads: int = 2, keys: int = 2, **options: Any) -> None:
        super().__init__()
        self.heads, self.keys, self.options = heads, keys, options

    def forward(self, x: Tensor) -> Tensor:
        query = x.view(1, x.shape[1], self.heads, -1).transpose(1, 2)
        key = query[:, : self.keys] + 0.3
        values = torch.eye(x.shape[1]).expand(1, self.keys, -1, -1)
        return F.scaled_dot_product_attention(query, key, values, **self.options)


def drawn(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(3))


ONE_ROW_SHUT = torch.ones(5, 5, dtype=torch.bool).index_fill(0, torch.tensor([2]), False)


@pytest.mark.parametrize(
    "model",
    {
        "a mask for each head": Scaled(attn_mask=drawn(2, 5, 5)),
        "a mask of true and false for each head": Scaled(attn_mask=drawn(2, 5, 5) > -0.5),
        "a mask for each sample and head": Scaled(attn_mask=drawn(1, 2, 5, 5)),
        "a mask for all": Scaled(attn_mask=drawn(1, 5)),
        "a scale": Scaled(scale=0.2),
        "a scale of nought": Scaled(scale=0.0),
        "a row that may look nowhere": Scaled(attn_mask=ONE_ROW_SHUT),
        "heads that share keys": Scaled(4, 2, enable_gqa=True),
    }.items(),
    ids=lambda case: case[0],
)
def test_scaled_attention_is_what_torch_takes_of_one_hot_values(
    model: tuple[str, nn.Module],
) -> None:
    (call,) = attention_maps(model[1], tokens())

    np.testing.assert_allclose(call.weights, model[1](tokens())[0].numpy(), atol=1e-6)
    assert np.isfinite(call.entropy).all()


def test_a_mask_for_each_head_shuts_only_what_no_head_sees() -> None:
    open_to = torch.ones(2, 5, 5, dtype=torch.bool)
    open_to[0, 1, 3] = False  # the first head alone
    open_to[:, 4, 0] = False  # both
    for model in (
        Scaled(attn_mask=open_to),
        Attend(attn_mask=~open_to),
        Attend(attn_mask=torch.zeros(2, 5, 5).masked_fill(~open_to, -math.inf)),
    ):
        (call,) = attention_maps(model.eval(), tokens())

        assert call.blocked is not None
        assert np.argwhere(call.blocked).tolist() == [[4, 0]]
        assert call.weights[1, 1, 3] > 0
        assert (call.weights[:, 4, 0] == 0).all()


def test_lists_and_arrays_are_read_in_the_models_dtype() -> None:
    model = Attend().double().eval()
    (wanted,) = attention_maps(model, tokens().double())

    for given in (tokens().numpy(), tokens().tolist()):
        (call,) = attention_maps(model, given)
        np.testing.assert_allclose(call.weights, wanted.weights, atol=1e-7)
    embedding = nn.Sequential(nn.Embedding(9, 8), Attend()).eval()
    with torch.no_grad():
        (wanted,) = attention_maps(embedding[1], embedding[0](torch.tensor([[1, 7, 7]])))
    (call,) = attention_maps(embedding, [[1, 7, 7]])
    np.testing.assert_allclose(call.weights, wanted.weights, atol=1e-7)


def test_of_what_a_module_returns_only_weights_are_taken() -> None:
    half = torch.full((1, 2, 2), 0.5)

    class Gives(nn.Module):
        def __init__(self, *extra: Any) -> None:
            super().__init__()
            self.extra = extra

        def forward(self, x: Tensor) -> Any:
            return x, *self.extra

    others = ("text", torch.ones(1, 2), half.to(torch.long), half[..., :1], half - 1, half * 3)
    (call,) = attention_maps(Gives(*others, half), torch.zeros(1, 2, 2))
    assert (call.name, call.seen) == ("model", "returned")
    assert call.weights.tolist() == half.tolist()
    with pytest.raises(ValueError, match="calls none"):
        attention_maps(Gives(*others), torch.zeros(1, 2, 2))
