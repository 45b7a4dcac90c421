/** The size that a view's options ask for, told to its style sheet. */

export interface Size {
  readonly width: number;
  readonly height?: number;
}

/** Set only where it changed: the browser lays out anew for equal sizes as well. */
export function applySize(root: HTMLElement, size: Size): void {
  for (const [name, value] of Object.entries(size)) {
    const [property, px] = [`--nnw-${name}`, `${value}px`];
    if (root.style.getPropertyValue(property) !== px) root.style.setProperty(property, px);
  }
}
