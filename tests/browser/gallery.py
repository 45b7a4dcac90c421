"""Every view there is, each in the states in which it says most."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

import nnwidgets as nnw


def gallery(lang: str = "en", **look: Any) -> dict[str, Any]:
    """Return views by name; those of one network share it."""
    torch.manual_seed(0)
    return {
        **_of_lines(lang, look),
        **_of_training(lang, look),
        **_by_hand(lang, look),
        **_of_surfaces(lang, look),
        **_of_pictures(lang, look),
        **_of_other_models(lang, look),
    }


def _of_lines(lang: str, look: dict[str, Any]) -> dict[str, Any]:
    net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), nnw.datasets.blobs4(), lang=lang)
    net.freeze("0.bias")
    task_net = nnw.Network(nnw.mlp([2, 2, 1], seed=1), nnw.datasets.blobs4(), lang=lang)
    task = nnw.Task(
        task_net,
        "…",
        title="…",
        accuracy=1,
        loss=0.01,
        max_units=4,
        by_hand=True,
        freeze="2.bias",
        hints=["…", "…"],
    )
    return {
        "TrainingBar": nnw.TrainingBar(net, **look),
        "DecisionLines": nnw.DecisionLines(net, ghost=0, **look),
        "FeatureSpace": nnw.FeatureSpace(net, field="both", **look),
        "WeightSliders": nnw.WeightSliders(net, controls=True, **look),
        "Task": task,
    }


def _of_training(lang: str, look: dict[str, Any]) -> dict[str, Any]:
    data = nnw.datasets.blobs4(n=60)
    model = nnw.mlp([2, 6, 6, 1], "relu", seed=0)
    net = nnw.Network(model, data, test=nnw.datasets.blobs4(n=40, seed=9), lang=lang)
    trainer = nnw.Trainer(net, "adam", 0.02)
    flow = nnw.GradientFlow(net, every=1, **look)  # else by the clock
    trainer.fit(12, progress=False)
    curves = nnw.TrainingCurves(net, runs={"B": {"loss": [0.7, 0.5]}}, smoothing=0.5, **look)
    views: dict[str, Any] = {
        "GradientFlow": flow,
        "TrainingCurves": curves,
        "WeightUpdates": nnw.WeightUpdates(net, quantity="update", show="both", **look),
        "WeightUpdates gradient": nnw.WeightUpdates(net, quantity="gradient", **look),
        "NetworkGraph": nnw.NetworkGraph(net, sample=3, **look),
        "NetworkGraph gradients": nnw.NetworkGraph(net, edges="gradients", **look),
        "NetworkGraph updates": nnw.NetworkGraph(net, edges="updates", **look),
    }
    views["Timeline"] = nnw.Timeline(net, **look)
    for show in ("distribution", "heatmap", "curve", "patterns"):
        views[f"Activations {show}"] = nnw.Activations(net, show=show, layer=0, **look)
    return views


def _by_hand(lang: str, look: dict[str, Any]) -> dict[str, Any]:
    net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), nnw.datasets.blobs4(n=16), lang=lang)
    deep = nnw.Network(nnw.mlp([2, 3, 3, 1], "relu", seed=2), nnw.datasets.xor(), lang=lang)
    line = nnw.Network(nnw.mlp([1, 1, 1, 1, 1, 1], seed=2), [[0.0], [1.0]], [0.5, 2.0], lang=lang)
    return {
        "ForwardBackward": nnw.ForwardBackward(net, sample=3, **look),
        "ForwardBackward you_try": nnw.ForwardBackward(net, sample=3, you_try=True, **look),
        "ForwardBackward batch": nnw.ForwardBackward(net, batch=8, step="dW2", **look),
        "LinearCollapse": nnw.LinearCollapse(deep, alpha=0.5, **look),
        "LinearCollapse chain": nnw.LinearCollapse(line, alpha=1, **look),
    }


def _of_surfaces(lang: str, look: dict[str, Any]) -> dict[str, Any]:
    data = nnw.datasets.xor()
    net = nnw.Network(nnw.mlp([2, 4, 1], "relu", seed=6), data, loss="mse", lang=lang)
    nnw.Trainer(net, "adam", 0.05).fit(15, progress=False)
    surface = nnw.LossSurface(net, kind="contour", resolution=12, **look)
    surface.compute()
    output = nnw.OutputSurface(net, projection="2d", table=True, controls=True, **look)
    return {"LossSurface": surface, "OutputSurface": output}


def _of_pictures(lang: str, look: dict[str, Any]) -> dict[str, Any]:
    digits = nnw.datasets.digits(n=60)
    images = digits.X.reshape(-1, 1, 8, 8)
    cnn = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10))
    net = nnw.Network(cnn, images, digits.y, lang=lang)
    tokens = torch.randint(0, 9, (12, 5))
    reader = nnw.Network(_Reader(), tokens, tokens[:, 0] % 2, lang=lang)
    return {
        "FeatureMaps": nnw.FeatureMaps(net, **look),
        "Augmentations": nnw.Augmentations(net, rotate=15, shift=1, scaling="minmax", **look),
        "AttentionMaps": nnw.AttentionMaps(reader, **look),
    }


def _of_other_models(lang: str, look: dict[str, Any]) -> dict[str, Any]:
    class Wide(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = nn.Linear(2, 3), nn.Linear(3, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            result: torch.Tensor = self.two(torch.sin(self.one(x)))
            return result

    opaque = nnw.Network(Wide(), nnw.datasets.xor(), loss="mse", lang=lang)
    x = torch.linspace(-1, 1, 20)[:, None]
    wave = nnw.Network(nnw.mlp([1, 3, 1], seed=1), x, torch.sin(3 * x[:, 0]), lang=lang)
    return {
        "NetworkGraph opaque": nnw.NetworkGraph(opaque, **look),
        "DecisionLines opaque": nnw.DecisionLines(opaque, **look),
        "DecisionLines regression": nnw.DecisionLines(wave, **look),
    }


class _Reader(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(9, 8)
        self.attend = nn.MultiheadAttention(8, 2, batch_first=True)
        self.answer = nn.Linear(8, 1)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.embed(ids)
        mixed, _ = self.attend(x, x, x)
        answer: torch.Tensor = self.answer(mixed.mean(1))
        return answer
