/** Runs that were left when a network went back to an earlier epoch. */

import type { FormerRun } from "../wire.js";
import { t } from "../words.js";
import type { Recording } from "./recording.js";

/** The oldest goes when there are more. */
const MOST = 8;

export class FormerRuns {
  private runs: { readonly name: string; readonly epoch: number; readonly of: Recording }[] = [];

  get list(): FormerRun[] {
    return this.runs.map(({ name, epoch }) => ({ name, epoch }));
  }

  find(name: string): Recording | null {
    return this.runs.find((run) => run.name === name)?.of ?? null;
  }

  /** Keeps a run that is left at an epoch, if there was anything after it. */
  keep(recording: Recording, epoch: number): void {
    if (recording.last <= epoch) return;
    const base = t("before the branch at {epoch}", { epoch });
    let name = base;
    for (let number = 2; this.find(name) !== null; number++) name = `${base} (${number})`;
    this.runs = [...this.runs, { name, epoch, of: recording.copy() }].slice(-MOST);
  }

  clear(): void {
    this.runs = [];
  }
}
