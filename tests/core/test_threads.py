"""Small work is done by one thread; what torch was told before is what it does after."""

from collections.abc import Iterator

import pytest
import torch
from torch import nn

from nnwidgets.core._threads import SMALL, one_thread_if_small
from nnwidgets.core.problem import Problem


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(("work", "threads"), [(9 * 400, 1), (SMALL, 1), (SMALL + 1, 2)])
def test_small_work_has_one_thread(work: int, threads: int) -> None:
    with one_thread_if_small(work):
        assert torch.get_num_threads() == threads
    assert torch.get_num_threads() == 2


def test_an_error_brings_the_threads_back() -> None:
    with pytest.raises(KeyError), one_thread_if_small(1):
        raise KeyError
    assert torch.get_num_threads() == 2


def test_a_small_problem_is_evaluated_by_one_thread() -> None:
    seen: list[int] = []
    model = nn.Linear(2, 1)
    problem = Problem(model, [[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0])
    model.register_forward_hook(lambda *_: seen.append(torch.get_num_threads()))
    problem.evaluate()
    assert seen == [1]
    assert torch.get_num_threads() == 2
