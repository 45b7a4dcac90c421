"""The browser's half of an exported page: the modules that its views need, as one script."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from nnwidgets.widgets import _bundle

if TYPE_CHECKING:
    from collections.abc import Iterable

# Each module is a function of (require, module, exports), which is called once.
_RUNTIME = """
const made = {};
const load = (name) => {
  if (!made[name]) modules[name](require, (made[name] = { exports: {} }), made[name].exports);
  return made[name].exports;
};
const require = (path) => load(path.replace("./", ""));
"""

# What js/src/render/plotly.ts keeps a page's plotly under.
_PLOTLY = "plotly.js-gl3d@4"


@dataclass(frozen=True)
class Parts:
    """What a page is made of besides its state.

    Attributes
    ----------
    scripts
        The texts of classic scripts, in order, without their elements.
    css
        The text of one style sheet.
    """

    scripts: tuple[str, ...]
    css: str


def parts(libraries: Iterable[str], *, plotly: bool = False) -> Parts:
    """Return script and styles of a page whose views are drawn by these libraries.

    Parameters
    ----------
    libraries
        Names of bundles, such as "inside".
    plotly
        Whether a view of three dimensions is among them.

    Raises
    ------
    FileNotFoundError
        Where the frontend was never built, saying how to build it.
    """
    built = _built()
    names = sorted(set(libraries))
    modules = built["modules"]
    needed: dict[str, None] = {}
    for entry in ("lesson", *names):
        _collect(f"{entry}.js", modules, needed)
    bodies = ",\n".join(
        f"{json.dumps(name)}:(require,module,exports)=>{{{modules[name]['code']}}}"
        for name in needed
    )
    loaded = ",".join(
        f"{json.dumps(name)}:load({json.dumps(f'{name}.js')}).default" for name in names
    )
    lesson = (
        f'(()=>{{"use strict";\nconst modules={{\n{bodies}\n}};{_RUNTIME}'
        f'load("lesson.js").start({{{loaded}}});\n}})();'
    )
    sheets = sorted({name.partition(".")[0] for name in names})
    css = "\n".join([built["css"], *(_bundle.text(f"{each}.css") for each in sheets)])
    return Parts((*([_plotly()] if plotly else []), lesson), css)


def _collect(name: str, modules: dict[str, Any], found: dict[str, None]) -> None:
    if name in found:
        return
    found[name] = None
    for other in modules[name]["imports"]:
        _collect(other, modules, found)


@cache
def _built() -> Any:
    return json.loads(gzip.decompress(_bundle.chunk("page.json.gz")))


def _plotly() -> str:
    """Return plotly.js as a script that keeps it where ``js/src/render/plotly.ts`` looks first."""
    module = gzip.decompress(_bundle.chunk("plotly.js.gz")).decode()
    body, exported = module.rsplit("export{", 1)
    name = exported.split(" as default}")[0]
    where = f'globalThis[Symbol.for("{_PLOTLY}")]'
    return f'(()=>{{"use strict";\n{body};{where}??=Promise.resolve({name});\n}})();'


def bundles(views: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what draws each kind of view: a part of its library, if no other view needs more.

    Parameters
    ----------
    views
        Kind and library of each.
    """
    kinds = dict(views)
    known = _built()["modules"]
    found = {}
    for kind, library in kinds.items():
        alone = list(kinds.values()).count(library) == 1
        part = f"{library}.{kind}"
        found[kind] = part if alone and f"{part}.js" in known else library
    return found
