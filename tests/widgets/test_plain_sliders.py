"""Plain ipywidgets sliders on one weight: a hand moves it, what the page says by itself does not.

ipywidgets' FloatSlider snaps whatever it is given to its step and sends that back.
"""

from collections.abc import Callable

import ipywidgets
import numpy as np
import pytest
import traitlets

import nnwidgets as nnw
from tests.widgets.fakes import FakeClock, deliver
from tests.widgets.sliders import ENTRY, UNEVEN, SliderPage, link_slider, put, weight_of


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("wait", [0.0, 60.0])
def test_showing_a_slider_leaves_the_weight_bit_for_bit(
    net: nnw.Network, clock: FakeClock, writes: list[float], turned: bool, wait: float
) -> None:
    put(net, UNEVEN)
    slider = link_slider(net, turned=turned)
    writes.clear()
    clock.advance(wait)  # the cell that shows it may come much later
    page = SliderPage(slider)
    assert page.value == pytest.approx(0.12)
    page.turn()
    assert weight_of(net) == np.float32(UNEVEN)
    assert net.parameter(ENTRY).value == np.float32(UNEVEN)
    assert slider.value == page.value  # what is shown is not fought over
    assert writes == []


def test_the_page_of_these_tests_rounds_where_nobody_listens_for_echoes(net: nnw.Network) -> None:
    """What an observer of one's own gets: were it otherwise, this file would prove nothing."""
    put(net, UNEVEN)
    slider = ipywidgets.FloatSlider(value=weight_of(net), min=-5, max=5, step=0.01)
    slider.observe(lambda change: put(net, change.new), "value")
    SliderPage(slider).turn()
    assert weight_of(net) == np.float32(0.12)


def test_without_a_step_of_its_own_a_slider_that_is_observed_rounds_nothing(
    net: nnw.Network, writes: list[float]
) -> None:
    put(net, UNEVEN)
    slider = ipywidgets.FloatSlider(value=weight_of(net), min=-5, max=5, step=None)
    weight = net.parameter(ENTRY)
    slider.observe(lambda change: setattr(weight, "value", change.new), "value")
    writes.clear()
    percent = (slider.value + 5) * 100 / 10  # what noUiSlider sends where it has no step
    deliver(slider, {"method": "update", "state": {"value": -5 + percent / 100 * 10}})
    assert weight_of(net) == np.float32(UNEVEN)
    assert writes == []


def test_a_hand_moves_the_weight_there_and_back(net: nnw.Network) -> None:
    put(net, UNEVEN)
    page = SliderPage(link_slider(net))
    page.turn()
    for steps in (1, -1, 1, 30, -31, 1, -1):
        wanted = page.drag(steps)
        page.turn()
        assert weight_of(net) == np.float32(wanted)
    assert page.value == pytest.approx(0.12)


@pytest.mark.parametrize("value", [0.5, 0.125, 4.99, 5.0, -5.0])
def test_there_and_back_at_once_after_python_has_put_it_somewhere(
    net: nnw.Network, value: float
) -> None:
    """On a step, half way between two, and at the ends of the range, with no time in between."""
    page = SliderPage(link_slider(net))
    page.turn()
    put(net, value)
    page.turn()
    assert weight_of(net) == np.float32(value)
    away = -1 if value > 0 else 1
    for steps in (away, -away, away, -away):
        wanted = page.drag(steps)
        page.turn()
        assert weight_of(net) == np.float32(wanted)


def test_a_range_that_is_no_number_of_steps_has_an_end_to_come_back_to(net: nnw.Network) -> None:
    page = SliderPage(link_slider(net, min=0, max=1, step=0.3))
    page.turn()
    for wanted in (1.0, 0.9, 1.0):
        page.type(wanted)
        page.turn()
        assert weight_of(net) == np.float32(wanted)


def test_a_slider_that_only_speaks_when_let_go_is_taken_at_its_word(
    net: nnw.Network, clock: FakeClock
) -> None:
    """With continuous_update=False no echo ever comes, so that none must be waited for."""
    put(net, UNEVEN)
    slider = link_slider(net, continuous_update=False)
    clock.advance(10)
    for value in (0.13, 0.12, 0.13):
        deliver(slider, {"method": "update", "state": {"value": value}})
        assert weight_of(net) == np.float32(value)


def test_a_typed_number_stands_though_the_handle_snaps(net: nnw.Network) -> None:
    page = SliderPage(link_slider(net))
    page.turn()
    page.type(1.23456)
    page.turn()
    assert page.value == pytest.approx(1.23)
    assert weight_of(net) == np.float32(1.23456)


def test_a_number_field_is_always_a_hand(net: nnw.Network) -> None:
    """Its step only says what the arrows do: nothing typed is an echo."""
    field = ipywidgets.BoundedFloatText(min=-5, max=5, step=0.5)
    ipywidgets.link((net.parameter(ENTRY), "value"), (field, "value"))
    put(net, 0.2)
    deliver(field, {"method": "update", "state": {"value": 0.0}})
    assert weight_of(net) == 0.0


def test_ones_own_code_is_never_taken_for_an_echo(net: nnw.Network, clock: FakeClock) -> None:
    """Also where it runs because of a message, as a button's handler does."""
    put(net, UNEVEN)
    page = SliderPage(link_slider(net))
    page.turn()
    button = ipywidgets.Button()
    button.on_click(lambda _: setattr(net.parameter(ENTRY), "value", 0.121))
    deliver(button, {"method": "custom", "content": {"event": "click"}})
    assert weight_of(net) == np.float32(0.121)
    page.slider.value = 0.124
    assert weight_of(net) == np.float32(0.124)
    net.parameter(ENTRY).value = 0.12
    page.turn()
    assert weight_of(net) == np.float32(0.12)


def test_two_sliders_of_one_weight_do_not_round_for_each_other(
    net: nnw.Network, writes: list[float]
) -> None:
    fine, coarse = (SliderPage(link_slider(net, step=step)) for step in (0.01, 0.5))
    for page in (fine, coarse):
        page.turn()
    writes.clear()
    for steps in (3, -3, 7):
        wanted = fine.drag(steps)
        for page in (fine, coarse, fine):
            page.turn()
        assert weight_of(net) == np.float32(wanted)
    assert len(writes) == 3
    wanted = coarse.drag(1)
    for page in (coarse, fine):
        page.turn()
    assert weight_of(net) == np.float32(wanted)
    assert len(writes) == 4


def test_a_slider_of_a_weight_out_of_its_range_stands_at_its_end(
    net: nnw.Network, writes: list[float]
) -> None:
    put(net, 7.25)
    page = SliderPage(link_slider(net))
    put(net, 6.75)
    writes.clear()
    page.turn()
    assert (page.value, weight_of(net), writes) == (5.0, 6.75, [])
    wanted = page.drag(-1)
    page.turn()
    assert weight_of(net) == np.float32(wanted)


def test_the_slider_of_a_frozen_weight_can_be_shown(net: nnw.Network) -> None:
    put(net, UNEVEN)
    slider = link_slider(net)
    net.freeze(ENTRY)
    SliderPage(slider).turn()
    assert weight_of(net) == np.float32(UNEVEN)


def test_a_link_that_transforms_is_snapped_where_the_slider_is(net: nnw.Network) -> None:
    put(net, UNEVEN)
    slider = ipywidgets.FloatSlider(min=-500, max=500, step=1.0)
    weight = net.parameter(ENTRY)
    percent: tuple[Callable[[float], float], ...] = (lambda w: 100 * w, lambda p: p / 100)
    traitlets.link((weight, "value"), (slider, "value"), percent)
    page = SliderPage(slider)
    page.turn()
    assert page.value == 12
    assert weight_of(net) == np.float32(UNEVEN)
    for steps in (1, -1):
        page.drag(steps)
        page.turn()
        assert weight_of(net) == pytest.approx(page.value / 100, rel=1e-6)


def test_a_logarithmic_slider_snaps_exponents(net: nnw.Network) -> None:
    put(net, UNEVEN)
    slider = ipywidgets.FloatLogSlider(base=10, min=-3, max=1, step=0.1)
    ipywidgets.link((net.parameter(ENTRY), "value"), (slider, "value"))
    deliver(slider, {"method": "update", "state": {"value": 10**-0.9}})
    assert weight_of(net) == np.float32(UNEVEN)
    for value in (10**-0.8, 10**-0.9):
        deliver(slider, {"method": "update", "state": {"value": value}})
        assert weight_of(net) == np.float32(value)
    put(net, -1.0)  # has no exponent: the slider stands at its end
    deliver(slider, {"method": "update", "state": {"value": 10**-2.9}})
    assert weight_of(net) == np.float32(10**-2.9)


def test_an_integer_slider_is_moved_by_a_hand_only(net: nnw.Network) -> None:
    put(net, 0.9)
    slider = ipywidgets.IntSlider(min=-5, max=5)
    ipywidgets.link((net.parameter(ENTRY), "value"), (slider, "value"))
    assert slider.value == 0
    assert weight_of(net) == np.float32(0.9)
    for value in (1, 0):
        deliver(slider, {"method": "update", "state": {"value": value}})
        assert weight_of(net) == pytest.approx(value)


def test_an_unlinked_slider_is_forgotten(net: nnw.Network) -> None:
    weight, slider = net.parameter(ENTRY), ipywidgets.FloatSlider(min=-5, max=5)
    link = ipywidgets.link((weight, "value"), (slider, "value"))
    assert len(weight._echoes) == 1
    link.unlink()
    assert len(weight._echoes) == 0
