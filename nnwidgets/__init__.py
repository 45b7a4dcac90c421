"""Notebook widgets that show and move your own small PyTorch model.

Every public name is imported when it is first used, so ``import nnwidgets`` itself loads
neither torch nor any widget machinery.

Examples
--------
>>> import nnwidgets as nnw
>>> X, y = nnw.datasets.blobs4()
>>> net = nnw.Network(nnw.mlp([2, 2, 1]), X, y)
>>> nnw.DecisionLines(net)  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nnwidgets.core import datasets as datasets
    from nnwidgets.core.activations import ACTIVATIONS as ACTIVATIONS
    from nnwidgets.core.attention import attention_maps as attention_maps
    from nnwidgets.core.augment import Augmentation as Augmentation
    from nnwidgets.core.collapse import Collapse as Collapse
    from nnwidgets.core.collapse import NotAffine as NotAffine
    from nnwidgets.core.collapse import collapse as collapse
    from nnwidgets.core.feature_maps import feature_maps as feature_maps
    from nnwidgets.core.geometry import decision_lines as decision_lines
    from nnwidgets.core.input_features import InputFeatures as InputFeatures
    from nnwidgets.core.landscape import LossGrid as LossGrid
    from nnwidgets.core.landscape import loss_surface as loss_surface
    from nnwidgets.core.landscape import toward as toward
    from nnwidgets.core.preprocess import MinMaxScaler as MinMaxScaler
    from nnwidgets.core.preprocess import Standardizer as Standardizer
    from nnwidgets.core.problem import Problem as Problem
    from nnwidgets.core.snapshot import Snapshot as Snapshot
    from nnwidgets.core.state import StateError as StateError
    from nnwidgets.core.structure import mlp as mlp
    from nnwidgets.core.trace import Trace as Trace
    from nnwidgets.core.trace import trace as trace
    from nnwidgets.export.html import export_html as export_html
    from nnwidgets.export.notebook import export_notebook as export_notebook
    from nnwidgets.training.gradients import GradientRecorder as GradientRecorder
    from nnwidgets.training.history import History as History
    from nnwidgets.training.trainer import Trainer as Trainer
    from nnwidgets.widgets.activations import Activations as Activations
    from nnwidgets.widgets.attention_maps import AttentionMaps as AttentionMaps
    from nnwidgets.widgets.augmentations import Augmentations as Augmentations
    from nnwidgets.widgets.decision_lines import DecisionLines as DecisionLines
    from nnwidgets.widgets.feature_maps import FeatureMaps as FeatureMaps
    from nnwidgets.widgets.feature_space import FeatureSpace as FeatureSpace
    from nnwidgets.widgets.forward_backward import ForwardBackward as ForwardBackward
    from nnwidgets.widgets.gradient_flow import GradientFlow as GradientFlow
    from nnwidgets.widgets.linear_collapse import LinearCollapse as LinearCollapse
    from nnwidgets.widgets.loss_surface import LossSurface as LossSurface
    from nnwidgets.widgets.network import Network as Network
    from nnwidgets.widgets.network_graph import NetworkGraph as NetworkGraph
    from nnwidgets.widgets.output_surface import OutputSurface as OutputSurface
    from nnwidgets.widgets.playground import Playground as Playground
    from nnwidgets.widgets.task import Task as Task
    from nnwidgets.widgets.timeline import Timeline as Timeline
    from nnwidgets.widgets.training_bar import TrainingBar as TrainingBar
    from nnwidgets.widgets.training_curves import TrainingCurves as TrainingCurves
    from nnwidgets.widgets.weight_sliders import WeightSliders as WeightSliders
    from nnwidgets.widgets.weight_updates import WeightUpdates as WeightUpdates
    from nnwidgets.widgets.xor_surface import XorSurface as XorSurface

__version__ = "0.1.0"

# The same names at run time; tests/test_imports.py holds this table and the imports above together.
_HOMES = {
    "ACTIVATIONS": "nnwidgets.core.activations",
    "AttentionMaps": "nnwidgets.widgets.attention_maps",
    "Augmentation": "nnwidgets.core.augment",
    "Augmentations": "nnwidgets.widgets.augmentations",
    "Activations": "nnwidgets.widgets.activations",
    "Collapse": "nnwidgets.core.collapse",
    "DecisionLines": "nnwidgets.widgets.decision_lines",
    "FeatureMaps": "nnwidgets.widgets.feature_maps",
    "FeatureSpace": "nnwidgets.widgets.feature_space",
    "ForwardBackward": "nnwidgets.widgets.forward_backward",
    "GradientFlow": "nnwidgets.widgets.gradient_flow",
    "GradientRecorder": "nnwidgets.training.gradients",
    "History": "nnwidgets.training.history",
    "InputFeatures": "nnwidgets.core.input_features",
    "LinearCollapse": "nnwidgets.widgets.linear_collapse",
    "LossGrid": "nnwidgets.core.landscape",
    "LossSurface": "nnwidgets.widgets.loss_surface",
    "MinMaxScaler": "nnwidgets.core.preprocess",
    "Network": "nnwidgets.widgets.network",
    "NetworkGraph": "nnwidgets.widgets.network_graph",
    "NotAffine": "nnwidgets.core.collapse",
    "OutputSurface": "nnwidgets.widgets.output_surface",
    "Playground": "nnwidgets.widgets.playground",
    "Problem": "nnwidgets.core.problem",
    "Snapshot": "nnwidgets.core.snapshot",
    "Standardizer": "nnwidgets.core.preprocess",
    "StateError": "nnwidgets.core.state",
    "Task": "nnwidgets.widgets.task",
    "Timeline": "nnwidgets.widgets.timeline",
    "Trace": "nnwidgets.core.trace",
    "Trainer": "nnwidgets.training.trainer",
    "TrainingBar": "nnwidgets.widgets.training_bar",
    "TrainingCurves": "nnwidgets.widgets.training_curves",
    "WeightSliders": "nnwidgets.widgets.weight_sliders",
    "WeightUpdates": "nnwidgets.widgets.weight_updates",
    "XorSurface": "nnwidgets.widgets.xor_surface",
    "attention_maps": "nnwidgets.core.attention",
    "collapse": "nnwidgets.core.collapse",
    "datasets": "nnwidgets.core",
    "decision_lines": "nnwidgets.core.geometry",
    "export_html": "nnwidgets.export.html",
    "export_notebook": "nnwidgets.export.notebook",
    "feature_maps": "nnwidgets.core.feature_maps",
    "loss_surface": "nnwidgets.core.landscape",
    "mlp": "nnwidgets.core.structure",
    "toward": "nnwidgets.core.landscape",
    "trace": "nnwidgets.core.trace",
}

__all__ = [*_HOMES, "__version__"]  # noqa: PLE0604  (every key is a string)


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "datasets":  # a submodule, and not yet an attribute of its package
        value: object = import_module(f"{home}.{name}")
    else:
        value = getattr(import_module(home), name)
    globals()[name] = value  # the next access does not come here again
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
