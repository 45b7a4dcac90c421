"""Exported pages inside another page, and what that page does for them.

The page inside is ``js/src/page/frame.ts``: it sends its height and hears of the theme.
"""

from __future__ import annotations

from html import escape

# The theme is read from what is seen, as every book and every host says it in another way.
_SCRIPT = """
<script>
if (!window.nnwFrames) {
  window.nnwFrames = true;
  const frames = () => [...document.querySelectorAll("iframe.nnw-frame")];
  const tell = (frame) => {
    const [r, g, b] = getComputedStyle(document.body).color.match(/[\\d.]+/g).map(Number);
    const theme = 0.3 * r + 0.59 * g + 0.11 * b > 140 ? "dark" : "light";
    frame.contentWindow?.postMessage({ nnw: "theme", theme }, "*");
  };
  addEventListener("message", ({ data, source }) => {
    if (data?.nnw !== "height" || !Number.isFinite(data.height)) return;
    const frame = frames().find((each) => each.contentWindow === source);
    if (!frame) return;
    frame.style.height = `${Math.min(Math.max(data.height, 40), 5000)}px`;
    tell(frame);
  });
  const changed = () => setTimeout(() => frames().forEach(tell), 50);
  for (const el of [document.documentElement, document.body]) {
    new MutationObserver(changed).observe(el, { attributes: true });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}
</script>
"""


def beside(url: str) -> str:
    """Return HTML that shows the page of an address."""
    return _frame(f'src="{escape(url)}" loading="lazy"')


def inside(page: str, title: str = "") -> str:
    """Return HTML that has the whole page in itself."""
    return _frame(f'srcdoc="{escape(page)}"', title)


def _frame(source: str, title: str = "") -> str:
    name = escape(title or "nnwidgets")
    return (
        f'<iframe class="nnw-frame" title="{name}" {source} '
        f'style="width: 100%; height: 480px; border: 0"></iframe>{_SCRIPT}'
    )
