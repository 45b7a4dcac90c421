"""What the sources may not do with data: execute it, unpickle it, make HTML of it, fetch."""

from __future__ import annotations

import ast
import re
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = sorted((ROOT / "nnwidgets").rglob("*.py"))
SCRIPTS = sorted(p for p in (ROOT / "js" / "src").rglob("*.ts") if ".test." not in p.name)

#: Modules that execute what they read, start programs or talk to the world.
FORBIDDEN = {
    *("pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml", "code"),
    *("subprocess", "pty", "ctypes", "runpy", "socket", "ssl", "http", "urllib", "requests"),
    *("aiohttp", "httpx", "ftplib", "smtplib", "telnetlib", "xmlrpc", "webbrowser", "asyncio"),
}
#: ``urllib.parse`` takes addresses apart and asks nobody.
PURE = {"urllib.parse"}
CALLS = {"eval", "exec", "compile", "__import__", "breakpoint", "input"}
METHODS = {"system", "popen", "spawnv", "execv", "hub", "urlopen", "urlretrieve", "read_pickle"}


@pytest.mark.parametrize("path", PYTHON, ids=lambda p: str(p.relative_to(ROOT)))
def test_python_executes_no_data_and_talks_to_nobody(path: Path) -> None:
    assert complaints(ast.parse(path.read_text("utf-8"))) == []


def complaints(tree: ast.Module) -> list[str]:
    """Return what a module does that none may."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if _forbidden(alias.name)]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found += [node.module or ""] if _forbidden(node.module or "") else []
        elif isinstance(node, ast.Call):
            found += _call(node)
    return found


def _forbidden(module: str) -> bool:
    return module not in PURE and module.partition(".")[0] in FORBIDDEN


def _call(node: ast.Call) -> list[str]:
    given = {word.arg: ast.unparse(word.value) for word in node.keywords}
    if isinstance(node.func, ast.Name):
        return [node.func.id] if node.func.id in CALLS else []
    text = ast.unparse(node.func)
    if text in ("np.load", "numpy.load") and given.get("allow_pickle") != "False":
        return [f"{text} that may unpickle"]
    if text == "torch.load" and given.get("weights_only") != "True":
        return [f"{text} that may unpickle"]
    name = text.rpartition(".")[2]
    return [text] if name in METHODS and text != "re.compile" else []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from urllib.request import urlopen",
        "eval('1')",
        "import os\nos.system('ls')",
        "import torch\ntorch.load('x')",
        "import numpy as np\nnp.load('x', allow_pickle=True)",
        "import torch\ntorch.hub.load('a', 'b')\nexec('')",
    ],
)
def test_the_check_finds_what_it_looks_for(source: str) -> None:
    assert complaints(ast.parse(source)) != []


#: Ways from text to markup, to code, or to the network.
SINKS = {
    "innerHTML": r"\b(inner|outer)HTML\b",
    "insertAdjacentHTML": r"\binsertAdjacentHTML\b",
    "unsafeHTML": r"\bunsafe(HTML|SVG|Static|MathML|CSS)\b",
    "document.write": r"\bdocument\s*\.\s*write",
    "fragment": r"\bcreateContextualFragment\b|\bDOMParser\b|\bsetHTML(Unsafe)?\b|\bsrcdoc\b",
    "eval": r"(?<![\w.])eval\s*\(|\bnew\s+Function\b|(?<![\w.#])Function\s*\(",
    "timer": r"\bset(Timeout|Interval)\s*\(\s*[\"'`]",
    "import": r"\bimport\s*\(",
    "fetch": r"(?<![\w.#])fetch\s*\(|\bXMLHttpRequest\b|\bWebSocket\b|\bEventSource\b"
    r"|\bsendBeacon\b|\bimportScripts\b|\bRTCPeerConnection\b",
    "url": r"[\"'`]https?://|javascript:|\bwindow\.open\b|\blocation\s*(\.href)?\s*=[^=]",
}

#: Each exception, by file and kind, with its reason.
EXCEPTIONS = {
    # KaTeX's own output, of formulas that scene/by_hand and scene/collapse write of numbers and
    # fixed words: no name of a user's is in one. KaTeX is given trust: false and few expansions.
    ("widgets/by_hand/formula.ts", "unsafeHTML"),
    # The package's own files, unpacked: KaTeX and plotly, once a page. `fetch` is its parameter.
    ("render/once_a_page.ts", "import"),
    ("render/once_a_page.ts", "fetch"),
    # A method of that name, which asks Python.
    ("render/katex.ts", "fetch"),
    # A benchmark under node that takes its rival's path from whoever starts it.
    ("testing/train-bench.ts", "import"),
    # Empties happy-dom's page between tests.
    ("testing/graph_page.ts", "innerHTML"),
    ("testing/sliders_page.ts", "innerHTML"),
}


def test_scripts_make_no_markup_or_code_of_data_and_talk_to_nobody() -> None:
    found = {
        (str(path.relative_to(ROOT / "js" / "src")), kind)
        for path in SCRIPTS
        for kind, pattern in SINKS.items()
        if re.search(pattern, bare(path.read_text("utf-8")))
    }
    assert found == EXCEPTIONS


def bare(source: str) -> str:
    """Return a script without its comments, which may name what the script may not do."""
    return re.sub(r"/\*[\s\S]*?\*/|(?:^|\s)//\s[^\n]*", "", source)


@pytest.mark.parametrize(
    ("kind", "script"),
    [
        ("innerHTML", "el.innerHTML = name"),
        ("eval", "const f = new Function(name)"),
        ("timer", "setTimeout(`f(${name})`, 0)"),
        ("fetch", "await fetch(name)"),
        ("url", 'const cdn = "https://example.org"'),
    ],
)
def test_the_patterns_find_what_they_look_for(kind: str, script: str) -> None:
    assert re.search(SINKS[kind], bare(script))


def test_nothing_is_fetched_while_views_are_made_trained_and_exported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[object] = []

    def refuse(*address: object, **_: object) -> None:
        asked.append(address[-1])
        raise OSError("the network is blocked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    import nnwidgets as nnw
    from tests.browser.every_view import EVERY_VIEW

    space: dict[str, object] = {"__name__": "views"}
    exec(EVERY_VIEW, space)  # our own words
    views = space["views"]
    assert isinstance(views, list)
    nnw.export_html(views, tmp_path / "all.html")
    for name in ("xor", "blobs", "circles", "moons", "spiral", "gauss", "piecewise_sine", "digits"):
        getattr(nnw.datasets, name)()
    with pytest.raises(FileNotFoundError):
        nnw.datasets.mnist(tmp_path)  # which reads files, and downloads none
    assert asked == []
    for view in views:
        view.close()
