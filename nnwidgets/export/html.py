"""``export_html``: views as one file that lives in a browser with no Python and no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnwidgets import words
from nnwidgets.core._files import destination, write_whole
from nnwidgets.core._text import encodable
from nnwidgets.export import _contents, _frames, _json, _state
from nnwidgets.export._lives import lives
from nnwidgets.export._page import page
from nnwidgets.export._parts import bundles, parts
from nnwidgets.export._report import Export, report
from nnwidgets.widgets._library import LibraryView

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    import ipywidgets

    from nnwidgets.widgets._view import View
    from nnwidgets.widgets.network import Network
    from nnwidgets.widgets.playground import Playground

FORMAT = 1


def export_html(
    net_or_views: Network | View | Playground | ipywidgets.Box | Iterable[object],
    path: str | os.PathLike[str],
    *,
    title: str = "",
    text: str = "",
    fragment: bool = False,
) -> Export:
    """Write views as one HTML file that lives without Python, a server or a network.

    Parameters
    ----------
    net_or_views
        A view; a :class:`Network`, which is shown as its control bar; a :class:`Playground`, which
        is shown as its views, without what is chosen in it; or a list of these, of text and of
        ``ipywidgets`` HBoxes and VBoxes of these. The order is that of the page. Views of one
        network move together, as in a notebook.
    path : str or Path
        The file, in a folder that exists. It is replaced in one step, or left as it was.
    title, text : str
        Plain text above the views. An empty line in ``text`` begins another paragraph.
    fragment : bool, default False
        Whether to write a piece of HTML to be pasted into a page, as often as one likes: a frame
        that shares nothing with what is around it, and is as high as what is in it. A page that
        is a file needs none: ``<iframe src="lesson.html"></iframe>`` does.

    Returns
    -------
    Export
        The path and the sizes, and what lives on the page and what does not.

    Raises
    ------
    TypeError, ValueError
        For what cannot be on a page, naming the argument.
    OSError
        Where the file cannot be written; no part of it is left behind.

    Notes
    -----
    The page keeps to a strict Content-Security-Policy: its own script by its hash, no other, no
    ``eval``, nothing fetched.

    Examples
    --------
    >>> net = nnw.Network(nnw.mlp([2, 2, 1], seed=0), nnw.datasets.blobs4())  # doctest: +SKIP
    >>> views = [nnw.DecisionLines(net), nnw.WeightSliders(net)]  # doctest: +SKIP
    >>> nnw.export_html(views, "lesson.html", title="Two lines")  # doctest: +SKIP
    """
    for name, value in (("title", title), ("text", text)):
        if not isinstance(value, str):
            raise TypeError(f"{name} must be text, got {type(value).__name__}")
    contents = _contents.read(net_or_views)
    target = destination(path)
    drawn = _drawn_by(contents)
    spatial = any(map(_state.is_spatial, contents.views))
    views = [
        _state.view_state(view, drawn.get(type(view).__name__), contents.place_of, flat=not spatial)
        for view in contents.views
    ]
    nets = [
        {**_state.network_state(net, len(contents.nets)), "led": contents.led.get(place)}
        for place, net in enumerate(contents.nets)
    ]
    table = _words_of(contents.lang)
    state = _json.encode({"format": FORMAT, "words": table, "nets": nets, "views": views})
    made = parts(drawn.values(), plotly=spatial)
    html = page(contents.items, state, made, title=title, text=text, lang=contents.lang)
    data = encodable(_frames.inside(html, title) if fragment else html).encode()
    write_whole(target, data)
    return report(target, data, *lives(contents))


def _words_of(lang: str) -> dict[str, str]:
    """Return the words of a page: what a notebook waits for, it says that it has not."""
    missing = words.t(lang, "only Python computes this, and it is not in the page")
    waits = ("Computed by Python…", "computed by Python…")
    return {**words.table(lang), **dict.fromkeys(waits, missing)}


def _drawn_by(contents: _contents.Contents) -> dict[str, str]:
    """Return the bundle of each kind of view, but for those of the networks' own."""
    views = [view for view in contents.views if isinstance(view, LibraryView)]
    return bundles((type(view).__name__, view._bundle_name) for view in views)
