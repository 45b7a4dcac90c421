/** Whether this page can draw in three dimensions. */

const KEY = Symbol.for("nnwidgets.webgl@1");

/** Tried once a page: a browser has room for few such contexts, whoever's they are. */
export function hasWebgl(): boolean {
  const page = globalThis as { [KEY]?: boolean };
  page[KEY] ??= triedWebgl();
  return page[KEY];
}

/** Whether it can now; the context tried with is given back. */
export function triedWebgl(): boolean {
  try {
    const context = document.createElement("canvas").getContext("webgl");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}
