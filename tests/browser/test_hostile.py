"""Names that would be markup or code, and numbers that cannot be drawn, in every view of a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.every_view import EVERY_VIEW
from tests.browser.lab import HARMLESS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

    from tests.browser.conftest import OpenNotebook

ATTACK = (
    "<img src=x onerror='window.pwned=1'><script>window.pwned=2</script></script></style><!--]]>"
    '${window.pwned=3}\\\\href{javascript:window.pwned=4}{x}\\" onload=\\"window.pwned=5 '
    "\\u202eabc\\u202c \\U0001f469\\u200d\\U0001f467 \\x00\\ud800 " + 150 * "w"
)
SEEN = "<img src=x onerror='window.pwned=1'>"

# Every name there is says that.
NAMED = (
    (
        EVERY_VIEW.replace('"""', "")
        .replace(
            "nnw.Network(nnw.mlp([2, 3, 1], seed=3), nnw.datasets.blobs4(n=60))",
            "nnw.Network(Named(), blobs.X, blobs.y, **names)",
        )
        .replace(
            "torch.manual_seed(0)",
            "torch.manual_seed(0)\n"
            f'evil = "{ATTACK}"'
            """
names = {"feature_names": [evil, "b" + evil], "class_names": [evil, "c" + evil]}
blobs = nnw.datasets.blobs4(n=60)
def Named():
    made = nnw.mlp([2, 3, 1], seed=3)
    return nn.Sequential(__import__("collections").OrderedDict(
        (evil.replace(".", "_") + str(i), part) for i, part in enumerate(made)))
""",
        )
        .replace('"Separate them.", loss=1e-4, hints=["Lines."]', "evil, loss=1e-9, hints=[evil]")
        .replace("nnw.AttentionMaps(words)", "nnw.AttentionMaps(words, tokens=[evil] * 8)")
        .replace(
            "nnw.TrainingCurves(net)", 'nnw.TrainingCurves({evil: net, "long": {"loss": [2, 1]}})'
        )
        .replace("nnw.Timeline(net)", "nnw.Timeline(net, name=evil)")
    )
    + """
for view in views:
    if view.has_trait("title") and not hasattr(view, "networks"):
        view.title = evil
views[4].tracks = {}
nnw.export_html(views, "hostile.html", title=evil, text=evil)
ipywidgets.VBox(views)
"""
)

TALL = {"width": 1400, "height": 7000}

LOOK = """() => ({
    pwned: window.pwned ?? null,
    images: document.querySelectorAll("img[src='x'], [onerror], [onload]").length,
    scripts: [...document.scripts].filter((s) => /pwned=2/.test(s.textContent) &&
        s.type !== "application/json").length,
})"""


def unharmed(page: Page) -> None:
    """Fail where a name has become anything but text."""
    found = page.evaluate(LOOK)
    assert found["pwned"] is None
    assert found["images"] == 0
    assert found["scripts"] == 0
    assert SEEN in page.locator("body").inner_text()


def test_names_are_text_and_nothing_leaves_the_page(
    notebook: OpenNotebook, browser: Browser, artifacts: Path
) -> None:
    book = notebook(NAMED, fresh=True)
    asked: list[str] = []

    def heard(request: Request) -> None:
        if not request.url.startswith((book.lab.url, "data:", "blob:")):
            asked.append(request.url)

    book.page.on("request", heard)
    book.run(0, seconds=120)
    assert "Traceback" not in book.cell(0).inner_text()
    book.page.locator(".nnw-reel").last.wait_for(timeout=60_000)
    book.page.wait_for_timeout(1500)
    unharmed(book.page)
    assert asked == []
    book.shot(artifacts / "hostile-lab.png")

    context = browser.new_context(offline=True, viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.goto((book.lab.folder / "hostile.html").as_uri())
    page.locator("html[data-nnw-ready=true]").wait_for(timeout=60_000)
    page.wait_for_timeout(1000)
    page.screenshot(path=artifacts / "hostile-export.png", full_page=True)
    unharmed(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert [text for text in said if not any(part in text for part in HARMLESS)] == []


WEIGHTS = """
def all_to(value):
    net.run.problem.parameters.write(
        np.arange(net.run.problem.parameters.size), np.full(net.run.problem.parameters.size, value)
    )
    net.run.problem.model.zero_grad()
    net.record(epoch=net.epoch + 1)
"""

EXTREMES = [
    *("0.0", "1e30", "-1e30", "3e38", "1e-30", "1e-45", "-0.0"),
    *("float('nan')", "float('inf')", "-float('inf')"),
]


def test_every_view_lives_through_extreme_weights_and_comes_back(
    notebook: OpenNotebook, artifacts: Path
) -> None:
    book = notebook(EVERY_VIEW + WEIGHTS + "ipywidgets.VBox(views)", fresh=True, viewport=TALL)
    book.run(0, seconds=120)
    page = book.page
    page.locator(".nnw-reel").last.wait_for(timeout=60_000)
    book.tell("start = {name: array.copy() for name, array in net.weights.items()}")
    slow: dict[str, float] = {}
    warned: list[str] = []
    for value in EXTREMES:
        said = book.tell(f"all_to({value})")
        warned += [f"{value}: {said}"] if said else []
        slow[value] = page.evaluate(
            """async () => {
                let [most, last] = [0, performance.now()];
                for (let i = 0; i < 25; i++) {
                    await new Promise(requestAnimationFrame);
                    const now = performance.now();
                    most = Math.max(most, now - last);
                    last = now;
                    await new Promise((done) => setTimeout(done, 30));
                }
                return most;
            }"""
        )
        page.screenshot(path=artifacts / f"extreme-{value}.png")
        assert book.complaints == [], value
    (artifacts / "extreme.json").write_text(json.dumps(slow))
    assert warned == []
    assert "loss –" in page.locator("body").inner_text()
    assert book.tell("net.weights = start; net.record(epoch=net.epoch + 1)") == ""
    plane = page.locator(".nnw-plane").first
    plane.locator('[data-line="0/0"]').first.wait_for(state="attached", timeout=20_000)
    assert book.complaints == []
