/** Where the parts of a playground stand, by its width. */

/** What shares one place: one of them is shown, the others are a tab away. */
export interface Group {
  readonly id: string;
  readonly parts: readonly string[];
}

export interface Layout {
  /** For the style sheet. */
  readonly size: "narrow" | "medium" | "wide" | "huge";
  readonly groups: readonly Group[];
  /** Whether the data stand beside the network; else over it, folded. */
  readonly beside: boolean;
}

const LAYOUTS: readonly (Layout & { readonly from: number })[] = [
  {
    from: 1440,
    size: "huge",
    beside: true,
    groups: [
      { id: "lines", parts: ["lines"] },
      { id: "space", parts: ["space", "output"] },
      { id: "surface", parts: ["surface"] },
      { id: "curves", parts: ["curves", "weights"] },
    ],
  },
  {
    from: 1040,
    size: "wide",
    beside: true,
    groups: [
      { id: "lines", parts: ["lines", "space", "output"] },
      { id: "curves", parts: ["curves", "surface", "weights"] },
    ],
  },
  {
    from: 740,
    size: "medium",
    beside: true,
    groups: [
      { id: "lines", parts: ["lines", "space", "output"] },
      { id: "curves", parts: ["curves", "surface", "weights"] },
    ],
  },
  {
    from: 0,
    size: "narrow",
    beside: false,
    groups: [{ id: "all", parts: ["lines", "space", "output", "surface", "curves", "weights"] }],
  },
];

export function layoutFor(width: number): Layout {
  return LAYOUTS.find(({ from }) => width >= from) ?? LAYOUTS[LAYOUTS.length - 1];
}

/** The part of each group that is shown: the one that was asked for last, else the first. */
export function shownParts(layout: Layout, asked: readonly string[]): Map<string, string> {
  return new Map(
    layout.groups.map(({ id, parts }) => {
      const last = asked.findLast((part) => parts.includes(part));
      return [id, last ?? parts[0]];
    }),
  );
}

/** How high a part's picture is, in pixels, for the width that it has. */
export function heightFor(part: string, size: Layout["size"], width: number): number {
  const square = Math.round(Math.min(360, Math.max(220, width * 0.8)));
  if (part === "graph") return size === "huge" ? 560 : size === "wide" ? 520 : 360;
  if (part === "curves") return size === "huge" ? 118 : 150;
  return size === "narrow" ? Math.min(340, square) : Math.min(300, square);
}
