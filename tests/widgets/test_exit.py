"""The end of a process in which something is still being done."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import time
import nnwidgets as nnw

X, y = nnw.datasets.blobs4(n=200)
net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), X, y)
trainer = nnw.Trainer(net, batch_size=1, seed=0)
net._commands.receive({"type": "train", "action": "step", "unit": "epoch", "n": 10**6})
while net.epoch < 1:
    time.sleep(0.01)
"""


def test_a_process_ends_in_peace_while_a_step_from_the_page_trains() -> None:
    """Ended in the middle of a call of torch, its thread would abort the process."""
    for _ in range(2):  # it is a matter of chance
        ended = subprocess.run(
            [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=120
        )
        assert (ended.returncode, ended.stderr) == (0, "")
