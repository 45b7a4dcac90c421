"""Messages between calls of Python's own, in any order: hypothesis chooses what comes next."""

from __future__ import annotations

from contextlib import ExitStack
from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import nnwidgets as nnw
from tests.fuzz import messages, rig
from tests.fuzz.share import share
from tests.fuzz.test_messages import Page, rest, whole

value = st.floats(-3, 3)
seeds = st.integers(0, 2**32)
small = st.integers(0, 4)


class Conversation(RuleBasedStateMachine):
    """Somebody writes code while somebody else plays with the page."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.clock = self.stack.enter_context(rig.kernel())
        self.net = nnw.Network(nnw.mlp([2, 3, 1], seed=1), nnw.datasets.blobs4(n=12), loss="bce")
        self.trainer = nnw.Trainer(self.net, batch_size=8, seed=0)
        self.views = [nnw.TrainingCurves(self.net), nnw.Timeline(self.net)]
        self.kept: list[str] = []

    @rule(seed=seeds)
    def the_page_says(self, seed: int) -> None:
        Page(self.net, self.clock).says(messages.made(Random(seed)))

    @rule(several=st.lists(seeds, min_size=2, max_size=6))
    def the_page_says_several_before_anything_rests(self, several: list[int]) -> None:
        revision = self.net.run.problem.revision
        for seed in several:
            message = messages.made(Random(seed))
            rig.SENT["among several: " + messages.kind_of(message)] += 1
            content = messages.resolved(message, revision)
            rig.deliver(self.net.uplink, {"method": "custom", "content": content})
            rest(self.net, content)
        rig.settle(self.clock)
        if self.net.run.trainer is not None:
            self.net.run.trainer.pause()
        rig.settle(self.clock)

    @rule(epochs=st.integers(1, 3))
    def fit(self, epochs: int) -> None:
        self.trainer.fit(epochs, progress=False)

    @rule()
    def play(self) -> None:
        self.trainer.play()

    @rule()
    def pause(self) -> None:
        self.trainer.pause()

    @rule(shift=value)
    def move_a_weight(self, shift: float) -> None:
        self.net.weights = {
            name: array + shift
            for name, array in self.net.weights.items()
            if name not in self.net.frozen and not any(name in ref for ref in self.net.frozen)
        }

    @rule()
    def thaw(self) -> None:
        self.net.unfreeze()

    @rule(layer=small, unit=small, grow=st.booleans())
    def change_units(self, layer: int, unit: int, grow: bool) -> None:
        self.trainer.pause()
        sizes = [each["units"] for each in self.net._spec["layers"]][:-1]
        if layer >= len(sizes):
            return
        if grow and sizes[layer] < 8:
            self.net.add_unit(layer)
        elif sizes[layer] > 1:
            self.net.remove_unit(layer, unit % sizes[layer])

    @rule()
    def reset(self) -> None:
        self.net.reset()

    @rule(n=st.integers(2, 14))
    def other_points(self, n: int) -> None:
        self.net.set_data(nnw.datasets.blobs4(n=max(4, n), seed=n))

    @rule()
    def keep_the_state(self) -> None:
        self.trainer.pause()
        self.kept = [self.net.to_json()]

    @rule()
    def go_back_to_it(self) -> None:
        if self.kept:
            self.net.load_json(self.kept[0])
            self.trainer = self.net.run.trainer or self.trainer

    @rule()
    def close_and_open(self) -> None:
        self.net.close()
        self.net.open()

    @invariant()
    def it_is_whole(self) -> None:
        if self.net.run.status.state == "playing":
            self.trainer.pause()
        whole(self.net)

    def teardown(self) -> None:
        if self.net.run.trainer is not None:
            self.net.run.trainer.pause()
        self.stack.close()


TestConversation = Conversation.TestCase
TestConversation.settings = share(8, stateful_step_count=25)
