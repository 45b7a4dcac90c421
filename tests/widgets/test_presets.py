"""``show``, ``hide``, ``freeze``, ``theme`` and ``height``: of one view, or of all of a network."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest
import traitlets

import nnwidgets as nnw
from tests.widgets.fakes import Page, deliver

ALL = ["training", "points", "structure", "freeze", "activation", "tools", "legend", "caption"]


def hidden(view: Any) -> set[str]:
    return {name[9:] for name in view._dom_classes if name.startswith("nnw-hide-")}


def steps(net: nnw.Network, page: Page) -> list[str]:
    before = len(page.heard("error"))
    page.say(type="freeze", index=[0], frozen=not net.run.problem.frozen[0])
    return [error["message"] for error in page.heard("error")[before:]]


def of_a_view(net: nnw.Network, **given: Any) -> object:
    return nnw.DecisionLines(net, **given)


def of_a_network(_net: nnw.Network, **given: Any) -> object:
    return nnw.Network(nnw.mlp([2, 2, 1]), nnw.datasets.xor(), **given)


def test_a_view_hides_in_itself_alone(net: nnw.Network, page: Page) -> None:
    plain = nnw.FeatureSpace(net)
    bare = nnw.DecisionLines(net, hide=["freeze", "tools"])
    assert (hidden(bare), hidden(plain), hidden(net)) == ({"freeze", "tools"}, set(), set())
    assert steps(net, page) == []  # the other one shows it

    plain.close()
    assert hidden(net) == {"freeze", "tools"}
    assert steps(net, page) == ["freeze is switched off here"]
    plain.open()
    assert steps(net, page) == []


def test_show_is_all_but_the_rest(net: nnw.Network) -> None:
    assert hidden(nnw.DecisionLines(net, show="training")) == set(ALL) - {"training"}
    assert hidden(nnw.DecisionLines(net, show=[])) == set(ALL)


def test_a_network_hides_in_all_views_there_are_and_will_be() -> None:
    net = nnw.Network(nnw.mlp([2, 2, 1]), nnw.datasets.xor(), hide="training", theme="dark")
    view = nnw.DecisionLines(net, hide="points")
    assert (hidden(view), hidden(net)) == ({"training", "points"}, {"training", "points"})
    assert (net.theme, view.theme) == ("dark", "dark")
    assert nnw.DecisionLines(net, theme="light").theme == "light"


def test_what_a_page_in_chinese_asks_in_vain_is_answered_in_chinese() -> None:
    net = nnw.Network(nnw.mlp([2, 2, 1]), nnw.datasets.xor(), hide="freeze", lang="zh")
    assert steps(net, Page(net)) == ["此处已停用“冻结”"]


def test_freeze_holds_while_the_view_is_open(net: nnw.Network) -> None:
    net.freeze("2.bias")
    view = nnw.DecisionLines(net, freeze=["2.weight", "2.bias"])
    assert (net.frozen, hidden(view)) == (["2.weight", "2.bias"], {"freeze"})
    view.close()
    assert net.frozen == ["2.bias"]
    view.open()
    assert net.frozen == ["2.weight", "2.bias"]


def test_a_network_freezes_from_the_start() -> None:
    net = nnw.Network(nnw.mlp([2, 2, 1]), nnw.datasets.xor(), freeze="0.bias")
    assert net.frozen == ["0.bias"]
    nnw.Trainer(net).fit(1, progress=False)
    assert (net.weights["0.bias"] == net.history.parameters(0)[4:6]).all()


def test_views_with_an_option_show_of_their_own_take_a_list(net: nnw.Network) -> None:
    view = nnw.Activations(net, show="heatmap")
    assert (view.show, hidden(view)) == ("heatmap", set())
    view = nnw.WeightUpdates(net, show=["caption"])
    assert (view.show, hidden(view)) == ("both", set(ALL) - {"caption"})


def test_every_view_takes_a_height_or_scrolls_in_it(net: nnw.Network) -> None:
    lines = nnw.DecisionLines(net, height=300)
    sliders = nnw.WeightSliders(net, height=200)
    assert (lines.height, lines._scrolls, sliders.height, sliders._scrolls) == (
        *(300, False),
        *(200, True),
    )
    assert nnw.WeightSliders(net).height is None
    with pytest.raises(traitlets.TraitError, match="an integer from 80 to 4000"):
        nnw.WeightSliders(net, height=7)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"hide": "trainings"}, "hide knows training, .*got 'trainings'; did you mean 'training'"),
        ({"show": ["legends"]}, "show knows .*did you mean 'legend'"),
        ({"hide": "xyz"}, "hide knows training, points, .*got 'xyz'$"),
        ({"hide": [3]}, "hide must be a str or a list"),
        ({"show": "tools", "hide": "tools"}, "show names all controls that are left"),
        ({"freeze": "0.weigth"}, "0.weight"),
        ({"theme": "black"}, "auto.*light.*dark"),
        ({"themes": "dark"}, "theme"),
    ],
)
@pytest.mark.parametrize("make", [of_a_view, of_a_network])
def test_what_is_wrong_is_said_and_changes_nothing(
    net: nnw.Network, make: Callable[..., object], given: dict[str, Any], message: str
) -> None:
    with pytest.raises((TypeError, ValueError, traitlets.TraitError), match=message):
        make(net, **given)
    assert (net.frozen, hidden(net)) == ([], set())


def test_a_view_that_is_gone_hides_nothing(net: nnw.Network) -> None:
    view = nnw.DecisionLines(net, hide="training")
    gone = weakref.ref(view)
    view.close()
    del view
    gc.collect()
    assert gone() is None
    assert hidden(net) == set()


@pytest.mark.parametrize("step", [0, -1, 10**400, float("inf"), float("nan")])
def test_a_step_of_sliders_is_a_number_that_a_float_can_hold(net: nnw.Network, step: float) -> None:
    with pytest.raises(traitlets.TraitError, match="step must be None or positive and finite"):
        nnw.WeightSliders(net, step=step)
    sliders = nnw.WeightSliders(net, step=0.5)
    deliver(sliders, {"method": "custom", "content": {"name": "step", "value": step}})
    assert sliders.step == 0.5
