/** What Python says of a task, read from what came over the wire. */

export interface GoalReading {
  readonly label: string;
  readonly text: string;
  readonly met: boolean;
  /** From 0 to 1. */
  readonly share: number;
}

export interface TaskState {
  readonly goals: readonly GoalReading[];
  readonly solved: boolean;
  readonly attempts: number;
  /** Those that were asked for. */
  readonly hints: readonly string[];
  /** Hints that are left. */
  readonly left: number;
  /** The data are others than when the task was set; it is judged on those of then. */
  readonly moved: boolean;
}

export function taskOf(content: Readonly<Record<string, unknown>>): TaskState | null {
  return Array.isArray(content.goals) ? (content as unknown as TaskState) : null;
}
