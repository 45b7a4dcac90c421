/** Whether this page can draw in three dimensions. */

let known: boolean | null = null;

/** Tried once: a browser has room for few such contexts, and the one tried with is given back. */
export function hasWebgl(): boolean {
  known ??= tried();
  return known;
}

function tried(): boolean {
  try {
    const context = document.createElement("canvas").getContext("webgl");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}
