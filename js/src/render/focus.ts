/** What has the focus in an element's tree: some hosts draw a view in a shadow tree of its own. */
export function focusedIn(el: Element): Element | null {
  return (el.getRootNode() as Document | ShadowRoot).activeElement;
}
