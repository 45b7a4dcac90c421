/** What the reader tried: checked here at once, and told to Python, which has the last word. */

import { hint, isRight } from "../../scene/by_hand/check.js";
import { type Entry, entriesOf, type Step } from "../../scene/by_hand/steps.js";
import { resultOf, type Worked } from "../../scene/by_hand/worked.js";
import type { NetState } from "../../state/types.js";
import type { Feed } from "../feed.js";

export interface Try {
  readonly expected: number;
  readonly text: string;
  readonly correct: boolean;
  readonly attempts: number;
  /** Whether the answer was looked up. */
  readonly revealed: boolean;
  readonly hint: string;
}

/** What Python keeps of an answer; see nnwidgets/widgets/forward_backward.py. */
interface Kept {
  readonly asked: string;
  readonly sample: number;
  readonly given: number | null;
  readonly expected: number;
  readonly correct: boolean;
  readonly attempts: number;
  readonly revealed: boolean;
}

/** How near two computations of one number are. */
const SAME = 1e-4;

export class Exercise {
  readonly #tries = new Map<string, Try>();
  readonly #unsent: { type: string; [key: string]: unknown }[] = [];

  constructor(private readonly feed: Pick<Feed, "ask">) {}

  /** Takes what Python remembers, as of a page that was reloaded; an empty list begins anew. */
  remember(kept: readonly Kept[]): void {
    if (kept.length === 0) this.#tries.clear();
    for (const { asked, sample, given, expected, correct, attempts, revealed } of kept) {
      const id = `${asked}@${sample}`;
      if (this.#tries.has(id)) continue;
      const text = given === null ? "" : String(given);
      this.#tries.set(id, { expected, text, correct, attempts, revealed, hint: "" });
    }
  }

  /** What was tried of an entry, while its answer is still the same. */
  of(worked: Worked, step: Step, entry: Entry): Try | null {
    const found = this.#tries.get(idOf(worked, step, entry));
    return found && same(found.expected, resultAt(worked, step, entry)) ? found : null;
  }

  /** Whether all that is asked of a step was found, or looked up. */
  done(worked: Worked, step: Step): boolean {
    return entriesOf(step, 0).every((entry) => {
      const found = this.of(worked, step, entry);
      return found !== null && (found.correct || found.revealed);
    });
  }

  check(
    worked: Worked,
    step: Step,
    entry: Entry,
    text: string,
    given: number,
    tolerance: number,
  ): Try {
    const expected = resultAt(worked, step, entry);
    const before = this.of(worked, step, entry);
    const correct = isRight(given, expected, tolerance);
    const made: Try = {
      ...{ expected, text, correct, revealed: before?.revealed ?? false },
      attempts: (before?.attempts ?? 0) + 1,
      hint: correct ? "" : hint(given, expected, tolerance),
    };
    this.#keep(worked, step, entry, made, given);
    return made;
  }

  reveal(worked: Worked, step: Step, entry: Entry): void {
    const before = this.of(worked, step, entry);
    if (before?.correct || before?.revealed) return;
    const expected = resultAt(worked, step, entry);
    const fresh = { expected, text: "", correct: false, attempts: 0 };
    this.#keep(worked, step, entry, { ...fresh, ...before, revealed: true, hint: "" }, null);
  }

  /** Sends what waits, once Python has the weights that it is about. */
  flush({ ahead, held, link }: NetState): void {
    if (ahead || held || link === "disconnected") return;
    while (this.#unsent.length > 0 && this.feed.ask(this.#unsent[0])) this.#unsent.shift();
  }

  /** How many of all the questions were found, and not looked up. */
  score(worked: Worked, steps: readonly Step[]): { right: number; asked: number } {
    let [right, asked] = [0, 0];
    for (const step of steps) {
      for (const entry of entriesOf(step, 0)) {
        const found = this.of(worked, step, entry);
        asked += 1;
        if (found?.correct && !found.revealed) right += 1;
      }
    }
    return { right, asked };
  }

  #keep(worked: Worked, step: Step, entry: Entry, made: Try, given: number | null): void {
    this.#tries.set(idOf(worked, step, entry), made);
    const place = step.kind === "dW" || step.kind === "W" ? entry : entry.slice(0, 1);
    const sample = worked.choice.sample;
    this.#unsent.push({ type: "answer", step: step.id, entry: [...place], sample, given });
  }
}

/** As Python writes it: "dW2[0,1]". */
function idOf({ choice }: Worked, step: Step, entry: Entry): string {
  const matrix = step.kind === "dW" || step.kind === "W";
  const place = step.kind === "loss" ? "" : `[${matrix ? entry.join(",") : entry[0]}]`;
  return `${step.id}${place}@${choice.sample}`;
}

function resultAt(worked: Worked, step: Step, [row, column]: Entry): number {
  return resultOf(worked, step)[row * step.columns + column];
}

function same(a: number, b: number): boolean {
  return Math.abs(a - b) <= SAME * Math.max(1e-3, Math.abs(a));
}
