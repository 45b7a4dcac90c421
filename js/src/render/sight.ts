/** Whether an element is on the screen: what nobody sees draws nothing. */

/**
 * Calls `changed` whenever that changes; returns how to stop. Where a page cannot tell, all is seen.
 *
 * @param margin how far off the screen an element counts as seen, such as "200px"
 */
export function whileSeen(
  element: Element,
  changed: (seen: boolean) => void,
  margin = "0px",
): () => void {
  if (typeof IntersectionObserver === "undefined") return () => {};
  const sight = new IntersectionObserver(
    (entries) => changed(entries.at(-1)?.isIntersecting ?? true), // the last is what holds now
    { rootMargin: margin },
  );
  sight.observe(element);
  return () => sight.disconnect();
}
