/** Whether an element is on the screen: what nobody sees draws nothing. */

/** Calls `changed` whenever that changes; returns how to stop. */
export function whileSeen(element: Element, changed: (seen: boolean) => void): () => void {
  if (typeof IntersectionObserver === "undefined") return () => {};
  const sight = new IntersectionObserver((entries) =>
    changed(entries.at(-1)?.isIntersecting ?? true),
  );
  sight.observe(element);
  return () => sight.disconnect();
}
