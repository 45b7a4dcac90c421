"""The part of a playground that pages see: its views, its comm and their lifetime."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any

import traitlets
from anywidget import WidgetTrait

from nnwidgets.training.bench.choices import NAMES
from nnwidgets.widgets import _json
from nnwidgets.widgets._background import Background
from nnwidgets.widgets._bench_page import about, previews
from nnwidgets.widgets._bench_parts import make_parts
from nnwidgets.widgets._bench_saving import GIFTS, Saving
from nnwidgets.widgets._guard import said
from nnwidgets.widgets._library import Library
from nnwidgets.widgets._live import notify
from nnwidgets.widgets.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnwidgets.widgets._bench import Bench

_STUB = """
export default {
  async render(ctx) {
    const { exports } = await ctx.host.getWidget(ctx.model.get("_library"));
    return exports.render(ctx);
  },
};
"""


def state(trait: traitlets.TraitType[Any, Any]) -> Any:
    """Tag a trait that the page reads and never writes."""
    return trait.tag(sync=True, echo_update=False)


def _references(parts: Any, _owner: object) -> Any:
    """Say how a page finds the parts."""
    if not parts:
        return parts
    views = {name: f"anywidget:{view.model_id}" for name, view in parts["views"].items()}
    return {**parts, "net": f"anywidget:{parts['net'].model_id}", "views": views}


class BenchModel(Saving):
    """A bench as a model in the page.

    What the page says goes as custom messages: ``{type: "choose", values}`` with choices by name,
    ``{type: "shown", serial}`` when the views of a network are there, and ``{type: "give", what}``,
    which is answered by ``{type: "given", what, name, text} [bytes]``. What is refused is answered
    by ``{type: "refused", name, message}`` and Python's own values.

    Parameters
    ----------
    bench
        What is shown.
    """

    _esm: Any = traitlets.Unicode(_STUB).tag(sync=True)
    _view = state(traitlets.Unicode("Playground"))
    _library = state(WidgetTrait())
    #: ``{serial, net, views}``: all of one network, and so one trait.
    _parts = state(traitlets.Dict()).tag(to_json=_references)
    _about = state(traitlets.Dict())
    _previews = state(traitlets.Dict())

    def __init__(self, bench: Bench) -> None:
        self._sending, self._working = threading.Lock(), threading.RLock()
        self._asking = threading.Lock()
        self._asked: dict[str, Any] = {}
        self._wished: dict[str, None] = {}
        self._work = Background(_weakly(self, BenchModel._work_off), "playground")
        self._giving = Background(_weakly(self, BenchModel._give_all), "files")
        self._bench = bench
        self._serial = 0
        self._left: list[Any] = []
        self._forget: Any = None
        super().__init__(_library=Library.of("bench", bench.net.lang), _previews=previews(bench))
        self._show_network()
        self.on_msg(self._on_message)

    def _choose(self, given: dict[str, Any]) -> None:
        """Make other choices."""
        raise NotImplementedError

    def _choose_problem(self, value: Any) -> None:
        """Choose data of a problem."""
        raise NotImplementedError

    def open(self) -> None:
        """Open the playground in the page if it is not."""
        if self.comm is None and self._library is not None:
            self._listen()
        super().open()

    def close(self) -> None:
        """Remove it and its views from every page. Displaying it opens it again."""
        if self.comm is None:
            return
        super().close()
        if self._forget is not None:
            self._forget()
        self._drop()
        for view in self._parts.get("views", {}).values():
            view.close()
        if self.net is not self._bench.own:
            self.net.give_up()
        self._library.close()

    def _refuse(self, message: str) -> None:
        self.net._refuse(message)

    def _send(self, msg: Any, buffers: Any = None) -> None:
        with self._sending:  # a choice may be carried out in another thread
            super()._send(msg, buffers)

    def _on_message(self, _widget: object, content: object, _buffers: object) -> None:
        try:
            message = _json.mapping(content, "message")
            kind = _json.choice(message, "type", ("choose", "shown", "give"))
            if kind == "give":
                what = _json.choice(message, "what", GIFTS)
                with self._asking:
                    self._wished[what] = None  # asked for twice before it is there: one answers
                self._giving.request()
                return
            if kind == "shown":
                if _json.integer(message, "serial", 2**53 - 1) == self._serial:
                    self._drop()
                return
            values = _json.mapping(message.get("values"), "values")
            for name in values:
                _json.choice({"name": name}, "name", (*NAMES, "problem"))
        except _json.WireError as error:
            self._refuse(str(error))
            return
        with self._asking:
            self._asked |= values
        self._work.request()

    def _give_all(self) -> None:
        while self._wished:
            with self._asking:
                what = next(iter(self._wished))
                del self._wished[what]
            self._give(what)

    def _give(self, what: str) -> None:
        """Send a page what it asked for, or why it cannot have it."""
        try:
            content, buffers = self._gift(what)
        except Exception as error:  # noqa: BLE001  (told to the reader of the page)
            self.send({"type": "refused", "name": what, "message": said(error)})
            return
        self.send({"type": "given", "what": what, **content}, buffers)

    def _restore(self, choices: dict[str, Any]) -> None:
        """Go on with choices that a state has, after its network was put in."""
        with self._working:
            self._bench.restore(choices)
            self._about = about(self._bench, self._missing)

    def _work_off(self) -> None:
        """Do what the page asked for; the latest of each, in a thread of its own."""
        with self._asking:
            asked, self._asked = self._asked, {}
        with self._working:
            try:
                if "problem" in asked:
                    self._choose_problem(asked.pop("problem"))
                if asked:
                    self._choose(asked)
            except Exception as error:  # noqa: BLE001  (told to the reader of the page)
                names = [name for name in asked if name in NAMES]
                self.send_state([*names, "problem"])
                name = names[0] if names else ""
                self.send({"type": "refused", "name": name, "message": said(error)})

    # -- the views of a network -----------------------------------------------------------------

    def _show_network(self) -> None:
        """Make the views of a network; those of the one before stay until the page has these."""
        before = self._parts
        net = self._bench.net
        self._drop()
        if before:
            if before["net"] is not self._bench.own:
                net._libraries, before["net"]._libraries = before["net"]._libraries, {}
            self._left = [*before["views"].values(), before["net"]]
        views, self._missing = make_parts(net, before.get("views", {}))
        self._serial += 1
        self._about = about(self._bench, self._missing)
        self._listen()
        self._parts = {"serial": self._serial, "net": net, "views": views}

    def _drop(self) -> None:
        """Close what is shown no more."""
        left, self._left = self._left, []
        for widget in left:
            if isinstance(widget, Network):
                if widget is not self._bench.own:
                    widget.give_up()
            else:
                widget.close()

    def _listen(self) -> None:
        if self._forget is not None:
            self._forget()
        reference = weakref.ref(self)

        def changed(kind: str) -> None:
            playground = reference()
            if playground is not None and kind in ("structure", "status"):
                playground._follow()

        self._forget = self._bench.net.run.subscribe(changed)

    def _follow(self) -> None:
        """Something was chosen in a view, or by code of the user's own."""
        bench = self._bench
        old = bench.choices
        bench.follow()
        for name in NAMES:
            was, new = getattr(old, name), getattr(bench.choices, name)
            if was != new:
                notify(self, name, was, new)


def _weakly(bench: BenchModel, method: Callable[[BenchModel], None]) -> Any:
    reference = weakref.ref(bench)

    def work(_stopped: object) -> None:
        alive = reference()
        if alive is not None:
            method(alive)

    return work
