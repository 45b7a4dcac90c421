"""What every view is: a few options, and a stub that has the network's bundle draw it.

The page sends ``{type: "option", name, value}``. What Python refuses is answered by its own value,
and by ``{type: "refused", name, message}``, which the view shows. A dismissed or outdated refusal
is the page's business.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets
from anywidget import WidgetTrait
from ipywidgets import Layout

from nnwidgets.widgets import _json, _options
from nnwidgets.widgets._guard import said
from nnwidgets.widgets._lifetime import Owned
from nnwidgets.widgets._live import Live
from nnwidgets.widgets._presets import THEMES, Preset
from nnwidgets.widgets._stub import stub
from nnwidgets.widgets.network import Network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike
    from torch import nn

    from nnwidgets.core.datasets import Dataset

_NETWORK_OPTIONS = ("loss", "test", "feature_names", "class_names", "lang")

# The bundle is the network's, so it is loaded once however many views there are, and they share
# one store.
_STUB = stub("net")


def option(trait: traitlets.TraitType[Any, Any]) -> Any:
    """Tag a trait as an option: synced, and settable from the page."""
    # Without an echo: it would bring the past back while a view is being panned.
    return trait.tag(sync=True, echo_update=False, option=True)


class _Net(WidgetTrait):
    """The network of a view: set once, for a view belongs to the one it was made with."""

    allow_none = False

    def validate(self, obj: Any, value: object) -> object:
        """Return the network, or say that another view has to be made."""
        known = obj._trait_values.get("net", value)
        if not isinstance(value, Network) or value is not known:
            kind = type(obj).__name__
            raise traitlets.TraitError(
                f"net cannot be replaced: make a {kind} of the other network"
            )
        return super().validate(obj, value)


class View(Owned):
    """A view of a :class:`Network`.

    Parameters
    ----------
    net
        The network to show; or a module, to make one of it.
    X, y
        The data, where a module is given: two arrays, or a Dataset alone.
    show, hide : str or sequence of str
        Presets: the only controls that this view shows, or those that it does not: "training",
        "points", "structure", "freeze", "activation", "tools" (menus and zoom), "legend" and
        "caption". What no open view of the network shows is refused from the page, too. (The
        views with an option ``show`` of their own take a str for that, a list for this.)
    freeze : str or sequence of str
        Parameters that are held fixed while the view is open, such as ``"2.weight"``.
    theme : {"auto", "light", "dark"}
        Of this view alone; "auto" is the page's, or the network's.
    height : int, optional
        In pixels: of the picture, where the view's own documentation has it; other views scroll
        in so much room.
    **options
        The view's options, and where a module is given those of ``Network``.

    Attributes
    ----------
    net : Network
        What is shown. Views of one network move together.
    weights, activation, epoch
        Traits: the network's own.
    """

    _esm: Any = traitlets.Unicode(_STUB).tag(sync=True)
    _view = traitlets.Unicode().tag(sync=True)
    net = _Net().tag(sync=True, echo_update=False)

    theme = option(traitlets.Enum(THEMES, "auto"))
    height: Any = option(_options.Whole(None, 80, 4000, allow_none=True))
    #: Whether `height` is room to scroll in, and not the picture's.
    _scrolls = traitlets.Bool(read_only=True).tag(sync=True)

    _preset: Preset | None = None
    #: Whether what it hides is hidden in all views of the network.
    _everywhere: ClassVar[bool] = False

    weights = Live(
        lambda self: self.net.weights, lambda self, new: setattr(self.net, "weights", new)
    )
    activation = Live(
        lambda self: self.net.activation, lambda self, new: setattr(self.net, "activation", new)
    )
    epoch = Live(lambda self: self.net.epoch)

    def __init__(
        self,
        net: Network | nn.Module,
        X: ArrayLike | Dataset | None = None,
        y: ArrayLike | None = None,
        **options: Any,
    ) -> None:
        made_of = {name: options.pop(name) for name in _NETWORK_OPTIONS if name in options}
        preset = self._preset_of(options)
        self._check_names(options)
        network = _network(net, X, y, made_of)
        preset.check(network.run.problem.parameters)
        options.setdefault("theme", network.theme)
        if "layout" not in options and "width" in self.trait_names():
            width = options.get("width", self.trait_defaults("width"))
            options["layout"] = Layout(width=f"{width}px", max_width="100%", flex="0 1 auto")
        self._resolve(network, options)
        super().__init__(net=network, _view=type(self).__name__, **options)
        network._add_view(self)
        self._preset = preset
        preset.take(self, network)
        self.on_msg(self._on_message)

    @traitlets.default("_scrolls")
    def _default_scrolls(self) -> bool:
        return self.traits()["height"].this_class is View

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.net!r})"

    def open(self) -> None:
        """Open the view in the page if it is not."""
        again = self.comm is None and self._preset is not None
        super().open()
        if again and self._preset is not None:
            self._preset.take(self, self.net)

    def close(self) -> None:
        """Remove the view from every page. Displaying it opens it again."""
        if self.is_open:
            if self._preset is not None:
                self._preset.give_back(self, self.net)
            super().close()
            self.net._view_closed()

    def _settable(self) -> Sequence[str]:
        return (*super()._settable(), *self._options())

    def _refuse(self, message: str) -> None:
        self.net._refuse(message)

    def _preset_of(self, options: dict[str, Any]) -> Preset:
        """Take what is hidden and frozen out of the options."""
        if isinstance(options.get("show"), str) and "show" in self._options():
            show = None  # the view's own option
        else:
            show = options.pop("show", None)
        hide, freeze = options.pop("hide", None), options.pop("freeze", None)
        return Preset(show, hide, freeze, everywhere=self._everywhere)

    def _resolve(self, net: Network, options: dict[str, Any]) -> None:
        """Replace names in options by numbers; a view with such options overrides this."""

    def _refit(self) -> None:
        """Choose anew what an option names and the network has no more: it was restructured."""

    def _check_names(self, options: dict[str, Any]) -> None:
        known = sorted({*self._options(), "layout", "show", "hide", "freeze"})
        for name in options:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(known)}"
                raise TypeError(f"{type(self).__name__} has no option {name!r}; {hint}")

    @classmethod
    def _options(cls) -> list[str]:
        return list(cls.class_traits(option=True))

    def _on_message(self, _widget: object, content: object, _buffers: object) -> None:
        """Take one option from the page, or send the page back the one that Python has."""
        try:
            message = _json.mapping(content, "message")
            name = _json.choice(message, "name", self._options())
        except _json.WireError as error:
            self._refuse(str(error))
            return
        try:
            self.set_state({name: message.get("value")})
        except Exception as error:  # noqa: BLE001  (told to the reader of the page)
            self.send_state(name)
            # Told by the view itself: a control bar, which tells errors, is not in every view.
            self.send({"type": "refused", "name": name, "message": said(error)})


def _network(
    net: object, X: ArrayLike | Dataset | None, y: ArrayLike | None, options: dict[str, Any]
) -> Network:
    if isinstance(net, Network):
        given = [*options, *(name for name, value in (("X", X), ("y", y)) if value is not None)]
        if given:
            raise TypeError(f"{', '.join(given)} can only be given with a module: net has its own")
        return net
    if X is None:
        raise TypeError(
            "a view needs a Network, or a module with its data: view(net) or view(model, X, y); "
            f"got {type(net).__name__}"
        )
    return Network(net, X, y, **options)  # type: ignore[arg-type]
