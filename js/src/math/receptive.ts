/** Which pixels of earlier maps a pixel depends on, and the arithmetic that says how many. */

/** First and last input index of each output index; they may lie in the padding. */
export type Spans = readonly (readonly [first: number, last: number])[];
export type Pair = readonly [rows: number, columns: number];

export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly after: Pair;
  readonly dilation: Pair;
  readonly ceil: boolean;
}

export interface Sized {
  readonly h: number;
  readonly w: number;
}

export interface Reading extends Sized {
  /** Indices of earlier steps, −1 for the picture, null for what is not known. */
  readonly reads: readonly (number | null)[];
  readonly rows: Spans | null;
  readonly columns: Spans | null;
  readonly window: Window | null;
}

/** Which rows and which columns of a map are marked: 1 or 0 each. */
export interface Marks {
  readonly rows: Uint8Array;
  readonly columns: Uint8Array;
}

/** One line of the arithmetic, along one axis; the twin of nnwidgets.core.receptive.FieldRow. */
export interface FieldRow {
  readonly step: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly after: number;
  readonly dilation: number;
  readonly ceil: boolean;
  readonly sizeBefore: number;
  readonly sizeAfter: number;
  readonly jumpBefore: number;
  readonly jump: number;
  readonly fieldBefore: number;
  readonly field: number;
  readonly startBefore: number;
  readonly start: number;
}

export const PICTURE = -1;

/** By step; null where something on the way is not known. */
export function reach(
  steps: readonly Reading[],
  picture: Sized,
  step: number,
  y: number,
  x: number,
): Map<number, Marks> | null {
  const sized = (at: number): Sized => (at === PICTURE ? picture : steps[at]);
  const marked = new Map<number, Marks>();
  const own = emptyMarks(sized(step));
  own.rows[y] = 1;
  own.columns[x] = 1;
  marked.set(step, own);
  for (let at = step; at >= 0; at--) {
    const marks = marked.get(at);
    if (marks && !spread(steps[at], marks, sized, marked)) return null;
  }
  return marked;
}

/** First and last of what is marked, or null where nothing is. */
export function bounds(marks: Uint8Array): readonly [first: number, last: number] | null {
  const first = marks.indexOf(1);
  return first < 0 ? null : [first, marks.lastIndexOf(1)];
}

/** From the picture to the step; null where the steps are no chain of windows. */
export function arithmetic(
  steps: readonly Reading[],
  picture: Sized,
  step: number,
  axis: 0 | 1,
): FieldRow[] | null {
  const chain = chainOf(steps, step);
  if (!chain) return null;
  const length = (at: number) => {
    const { h, w } = at === PICTURE ? picture : steps[at];
    return axis === 0 ? h : w;
  };
  const rows: FieldRow[] = [];
  let [jump, field, start] = [1, 1, 0];
  for (const [at, source] of chain) {
    const window = steps[at].window;
    const of = (pair: Pair | undefined, otherwise: number) => (pair ? pair[axis] : otherwise);
    const [kernel, stride] = [of(window?.kernel, 1), of(window?.stride, 1)];
    const [padding, dilation] = [of(window?.padding, 0), of(window?.dilation, 1)];
    const before = { jumpBefore: jump, fieldBefore: field, startBefore: start };
    field += dilation * (kernel - 1) * jump;
    start -= padding * jump;
    jump *= stride;
    rows.push({
      ...{ step: at, kernel, stride, padding, dilation, jump, field, start, ...before },
      ...{ after: of(window?.after, 0), ceil: window?.ceil ?? false },
      ...{ sizeBefore: length(source), sizeAfter: length(at) },
    });
  }
  return rows;
}

function emptyMarks({ h, w }: Sized): Marks {
  return { rows: new Uint8Array(h), columns: new Uint8Array(w) };
}

function spread(
  step: Reading,
  marks: Marks,
  sized: (at: number) => Sized,
  marked: Map<number, Marks>,
): boolean {
  const { rows, columns, window } = step;
  if (!rows || !columns) return false;
  const gaps = window?.dilation ?? [1, 1];
  for (const source of step.reads) {
    if (source === null) return false;
    const read = emptyMarks(sized(source));
    markRead(rows, marks.rows, gaps[0], read.rows);
    markRead(columns, marks.columns, gaps[1], read.columns);
    if (!read.rows.includes(1) || !read.columns.includes(1)) continue; // only padding
    const known = marked.get(source);
    known?.rows.forEach((mark, i) => {
      if (mark) read.rows[i] = 1;
    });
    known?.columns.forEach((mark, i) => {
      if (mark) read.columns[i] = 1;
    });
    marked.set(source, read);
  }
  return true;
}

function markRead(spans: Spans, marks: Uint8Array, gap: number, read: Uint8Array): void {
  for (let i = 0; i < marks.length; i++) {
    if (!marks[i]) continue;
    const [first, last] = spans[i];
    for (let at = first; at <= last; at += gap) if (at >= 0 && at < read.length) read[at] = 1;
  }
}

function chainOf(steps: readonly Reading[], step: number): [at: number, source: number][] | null {
  const chain: [number, number][] = [];
  for (let at = step; at !== PICTURE; ) {
    const found = steps[at];
    const source = found.reads.length === 1 ? found.reads[0] : null;
    if (source === null || !(found.window || isPointwise(found))) return null;
    chain.push([at, source]);
    at = source;
  }
  return chain.reverse();
}

function isPointwise({ rows, columns }: Reading): boolean {
  const same = (spans: Spans | null) => spans?.every(([a, b], i) => a === i && b === i) ?? false;
  return same(rows) && same(columns);
}
