"""Every view there is, of networks that suit it: code for a kernel, or for this process."""

EVERY_VIEW = """
import ipywidgets, numpy as np, torch
from torch import nn
import nnwidgets as nnw


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.out = nn.Embedding(8, 8), nn.Linear(8, 2)
        self.mix = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)

    def forward(self, ids):
        return self.out(self.mix(self.embed(ids)).mean(1))


torch.manual_seed(0)
net = nnw.Network(nnw.mlp([2, 3, 1], seed=3), nnw.datasets.blobs4(n=60))
trainer = nnw.Trainer(net, lr=0.05, seed=0)
flow = nnw.GradientFlow(net)
trainer.fit(8, progress=False)
gate = nnw.datasets.xor()
xor = nnw.Network(nnw.mlp([2, 4, 1], "relu", seed=4), gate.X, gate.y, loss="mse")
images = np.random.default_rng(0).random((12, 1, 6, 6), np.float32)
cnn = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(48, 3))
pictures = nnw.Network(cnn, images, np.arange(12) % 3)
ids = np.random.default_rng(0).integers(0, 8, (9, 5))
words = nnw.Network(Reader(), ids, (ids[:, 0] > 3).astype(int))
views = [
    net,
    nnw.DecisionLines(net),
    nnw.FeatureSpace(net),
    nnw.WeightSliders(net),
    nnw.LossSurface(net, kind="contour", resolution=15),
    nnw.NetworkGraph(net, sample=1),
    nnw.TrainingCurves(net),
    flow,
    nnw.WeightUpdates(net),
    nnw.Activations(net),
    nnw.ForwardBackward(net, sample=2, lr=0.5, you_try=True),
    nnw.LinearCollapse(net, alpha=0.5),
    nnw.Task(net, "Separate them.", loss=1e-4, hints=["Lines."]),
    nnw.OutputSurface(xor, projection="2d", controls=True),
    nnw.FeatureMaps(pictures),
    nnw.AttentionMaps(words),
    nnw.Augmentations(pictures),
    nnw.Timeline(net),
    nnw.Playground(),
]
"""
