/** Where the parts of a playground stand, by its width. */

/** What shares one place: one of them is shown, the others are a tab away. */
export interface Group {
  readonly id: string;
  readonly parts: readonly string[];
  /** Under the network; else beside it, or below both where it is narrow. */
  readonly under?: boolean;
}

export interface Layout {
  /** For the style sheet. */
  readonly size: "narrow" | "medium" | "wide" | "huge";
  readonly groups: readonly Group[];
  /** Whether the data stand beside the network; else over it, folded. */
  readonly beside: boolean;
}

const PLANES = ["lines", "space", "output"];

const LAYOUTS: readonly (Layout & { readonly from: number })[] = [
  {
    from: 1440,
    size: "huge",
    beside: true,
    groups: [
      { id: "curves", parts: ["curves"], under: true },
      { id: "lines", parts: ["lines"] },
      { id: "space", parts: ["space", "output"] },
      { id: "surface", parts: ["surface"] },
      { id: "weights", parts: ["weights"] },
    ],
  },
  {
    from: 1200,
    size: "wide",
    beside: true,
    groups: [
      { id: "curves", parts: ["curves", "weights"], under: true },
      { id: "lines", parts: PLANES },
      { id: "surface", parts: ["surface"] },
    ],
  },
  {
    from: 740,
    size: "medium",
    beside: true,
    groups: [
      { id: "lines", parts: PLANES },
      { id: "curves", parts: ["curves", "surface", "weights"] },
    ],
  },
  {
    from: 0,
    size: "narrow",
    beside: false,
    groups: [{ id: "all", parts: [...PLANES, "curves", "surface", "weights"] }],
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
  if (part === "graph") return size === "huge" ? 470 : size === "narrow" ? 340 : 400;
  if (part === "timeline") return size === "narrow" ? 40 : 48;
  if (part === "curves") return size === "medium" ? 122 : 150;
  const square = Math.round(Math.min(340, Math.max(220, width * 0.8)));
  return size === "narrow" ? square : Math.min(300, square);
}
