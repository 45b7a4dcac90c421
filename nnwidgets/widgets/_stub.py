"""A view's module in the page: it comes to a bundle to be drawn, and brings the bundle's style."""

from __future__ import annotations

# The ref of a network that has been closed fails: the page then shows anywidget's error.
# A host that draws each view in a shadow tree of its own, as marimo does, puts only the view's own
# style there, and a view has none: its style is in the models of its network and its library.
_TEXT = """
const styled = (owner) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(owner.get("_css") ?? "");
  return sheet;
};

async function dress({ el, model, host, signal }) {
  const root = el.getRootNode();
  if (!(root instanceof ShadowRoot)) return;
  const owners = OWNERS.map((name) => host.getModel(model.get(name)));
  const sheets = (await Promise.all(owners)).map(styled);
  root.adoptedStyleSheets.push(...sheets);
  const undress = () => {
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((each) => !sheets.includes(each));
  };
  signal?.addEventListener("abort", undress, { once: true });
}

const OWNERS = %s;

export default {
  async render(ctx) {
    await dress(ctx);
    const { exports } = await ctx.host.getWidget(ctx.model.get(OWNERS.at(-1)));
    return exports.render(ctx);
  },
};
"""


def stub(*owners: str) -> str:
    """Return the module of a view.

    Parameters
    ----------
    *owners
        The view's traits that hold the models with its style; the last one's draws it.
    """
    return _TEXT % list(owners)
