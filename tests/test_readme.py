"""The README's examples run as they stand, one after the other."""

import re
from pathlib import Path
from typing import Any

README = Path(__file__).parent.parent / "README.md"


def test_the_examples_run() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", README.read_text("utf-8"), re.M | re.S)
    names: dict[str, Any] = {}

    for block in blocks:
        exec(compile(block, str(README), "exec"), names)
        if "trainer" in names:
            names["trainer"].pause()

    net, slider = names["net"], names["slider"]
    assert net.epoch >= 100  # its loop of 100 records, after some epochs of playing
    slider.value = 1.25
    assert net.weights["0.weight"][0, 0] == 1.25
    assert names["model"][0].weight[0, 0].item() == 1.25
    names["free"].value = -0.75
    assert net.weights["0.weight"][0].tolist() == [1.25, -0.75]
