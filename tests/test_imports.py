"""The import graph points one way, and importing the package costs nothing."""

import ast
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import nnwidgets

PACKAGE = Path(nnwidgets.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

# What each room may import of its own package ...
ROOMS = {
    "core": {"core", "words"},
    "training": {"training", "core", "words"},
    "widgets": {"widgets", "training", "core", "words"},
    "export": {"export", "widgets", "training", "core", "words"},
    "words": {"words"},
}
# ... of others, when it is imported itself ...
PACKAGES = {
    "core": {"numpy", "torch"},
    "training": {"numpy", "torch"},
    "widgets": {"numpy", "torch", "traitlets", "anywidget", "ipywidgets", "IPython", "plotly"},
    "export": {"numpy", "ipywidgets", "anywidget"},
    "words": set(),
}
# ... and inside a function, for what not every user has or needs.
OPTIONAL = {
    "core": {"sklearn", "plotly"},
    "training": {"pandas"},
    "widgets": {"comm", "ipykernel"},
    "export": {"jupyter_client", "nbclient", "nbconvert", "nbformat", "plotly"},
    "words": set(),
}


@dataclass
class Imports(ast.NodeVisitor):
    """The modules that one file imports, by when it does."""

    package: str  # that holds the file, for relative imports
    at_import: set[str] = field(default_factory=set)
    in_functions: set[str] = field(default_factory=set)
    for_types: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.found = self.at_import

    def visit_Import(self, node: ast.Import) -> None:
        self.found.update(alias.name for alias in node.names)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        above = self.package.split(".")[: 1 - node.level or None] if node.level else []
        base = ".".join([*above, *filter(None, [node.module])])
        # A name taken from a package may be a submodule, so both are noted.
        self.found.update([base, *(f"{base}.{alias.name}" for alias in node.names)])

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._into(self.in_functions, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_If(self, node: ast.If) -> None:
        for_types = "TYPE_CHECKING" in ast.unparse(node.test)
        self._into(self.for_types if for_types else self.found, node.body)
        self._into(self.found, node.orelse)

    def _into(self, found: set[str], nodes: list[ast.stmt]) -> None:
        outer, self.found = self.found, found
        for node in nodes:
            self.visit(node)
        self.found = outer


def read(source: str, package: str) -> Imports:
    imports = Imports(package)
    imports.visit(ast.parse(source))
    return imports


def imports_of(path: Path) -> Imports:
    package = ".".join(path.parent.relative_to(PACKAGE.parent).parts)
    return read(path.read_text(encoding="utf-8"), package)


def room_of(module: str) -> str | None:
    """Return "core" for "nnwidgets.core.data", None for a module of another package."""
    parts = module.split(".")
    return parts[1] if parts[0] == "nnwidgets" and len(parts) > 1 else None


def foreign(modules: set[str]) -> set[str]:
    tops = {module.split(".")[0] for module in modules}
    return tops - sys.stdlib_module_names - {"nnwidgets"}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


IN_ROOMS = [path for path in FILES if path.parent != PACKAGE]
# Each public file of the widgets is a view, but the network itself and boxes that hold views.
NO_VIEWS = ("network", "playground", "xor_surface")
PUBLIC = sorted((PACKAGE / "widgets").glob("[!_]*.py"))
VIEWS = [path for path in PUBLIC if path.stem not in NO_VIEWS]


def test_the_reader_tells_imports_apart() -> None:
    source = (
        "import json\nfrom ..core import data\nfrom . import network\nfrom .wire import pack\n"
        "if TYPE_CHECKING:\n    import torch\nelse:\n    import abc\n"
        "def f():\n    from sklearn.datasets import load\n"
    )

    imports = read(source, "nnwidgets.widgets")

    assert imports.at_import == {
        *("json", "abc", "nnwidgets.core", "nnwidgets.core.data"),
        *("nnwidgets.widgets", "nnwidgets.widgets.network"),
        *("nnwidgets.widgets.wire", "nnwidgets.widgets.wire.pack"),
    }
    assert imports.for_types == {"torch"}
    assert imports.in_functions == {"sklearn.datasets", "sklearn.datasets.load"}


@pytest.mark.parametrize("path", IN_ROOMS, ids=name_of)
def test_imports_point_one_way(path: Path) -> None:
    imports = imports_of(path)
    room = path.relative_to(PACKAGE).parts[0]
    everything = imports.at_import | imports.in_functions | imports.for_types

    reached = {room_of(module) for module in everything} - {None}

    assert reached <= ROOMS[room]


@pytest.mark.parametrize("path", IN_ROOMS, ids=name_of)
def test_each_room_keeps_to_its_packages(path: Path) -> None:
    imports = imports_of(path)
    room = path.relative_to(PACKAGE).parts[0]

    assert foreign(imports.at_import) <= PACKAGES[room]
    assert foreign(imports.in_functions) <= PACKAGES[room] | OPTIONAL[room]


@pytest.mark.parametrize("path", VIEWS, ids=name_of)
def test_a_view_imports_neither_torch_nor_another_view(path: Path) -> None:
    imports = imports_of(path)
    at_run_time = imports.at_import | imports.in_functions
    others = {f"nnwidgets.widgets.{view.stem}" for view in VIEWS if view != path}

    assert "torch" not in foreign(at_run_time)
    assert not others & at_run_time


def loaded_after(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has after a statement."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in json.loads(done.stdout)}


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = {"torch", "plotly", "pandas", "sklearn", "matplotlib", "scipy"}

    assert not heavy & loaded_after("import nnwidgets")


def test_a_network_loads_torch_but_not_what_it_does_not_need() -> None:
    loaded = loaded_after("import nnwidgets; nnwidgets.Network, nnwidgets.DecisionLines")

    assert "torch" in loaded
    assert not {"plotly", "pandas", "sklearn", "matplotlib"} & loaded


TRAINED = """
import nnwidgets as nnw
for optimizer in ("sgd", "momentum", "adam", "adamw", "rmsprop"):
    net = nnw.Network(nnw.mlp([2, 2, 1]), nnw.datasets.xor(n=8))
    trainer = nnw.Trainer(net, optimizer)
    trainer.fit(2, progress=False)
    trainer.optimizer
nnw.GradientRecorder(net), nnw.loss_surface(net, axes="random", resolution=3)
import sys
assert "torch._dynamo" not in sys.modules, "torch's compiler was imported: that takes seconds"
"""


def test_training_imports_no_compiler() -> None:
    assert "nnwidgets" in loaded_after(TRAINED)


@pytest.mark.parametrize("name", nnwidgets.__all__)
def test_a_public_name_is_there_and_listed(name: str) -> None:
    assert getattr(nnwidgets, name) is not None
    assert name in dir(nnwidgets)


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    seen = {
        alias.asname: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }

    assert seen == nnwidgets._HOMES


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'nnwidgets' has no attribute 'Netwrok'"):
        _ = nnwidgets.Netwrok
