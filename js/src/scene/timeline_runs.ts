/** The runs that a timeline shows, and how they are told apart. */

import type { Rgb } from "../math/colour.js";
import type { Book } from "../state/book.js";
import { OWN, type Replay } from "../state/replay.js";
import { t } from "../words.js";
import type { Track } from "./timeline.js";
import { runColour } from "./training_curves.js";

export interface RunEntry {
  readonly name: string;
  /** By which the first network's runs are chosen; null for another network's. */
  readonly run: string | null;
  readonly colour: Rgb;
  readonly dashed: boolean;
  readonly book: Book;
}

/** The networks' own runs, then those that the first has branched from. */
export function tracksOf(replays: readonly Replay[], names: readonly string[]): RunEntry[] {
  const own = replays.map((replay, i) => ({
    name: names[i] ?? "",
    run: i === 0 ? OWN : null,
    colour: runColour(i),
    dashed: false,
    book: replay.book(),
  }));
  const former = replays[0].former.map(({ name, epoch }, i) => ({
    name: said(name, epoch),
    run: name,
    colour: runColour(replays.length + i),
    dashed: true,
    book: replays[0].book(name),
  }));
  // The newest lie over the older ones.
  return [...own, ...former];
}

/** Python's name of a run that was left, which is English, in the page's language. */
function said(name: string, epoch: number): string {
  const english = `before the branch at ${epoch}`;
  return name.startsWith(english)
    ? t("before the branch at {epoch}", { epoch }) + name.slice(english.length)
    : name;
}

export function trackOf({ name, colour, dashed, book }: RunEntry): Track {
  return { name, colour, dashed, epochs: book.epochs, losses: book.column("loss") };
}
