/**
 * Who draws in three dimensions on this page. A browser has room for about 16 WebGL contexts, on
 * some machines for 8, and where more are made it takes the oldest away, whoever's that is. So only
 * some of ours draw at once: those that were last seen, or used.
 */

/** Half of what most browsers have: other widgets want some as well. */
export const MOST = 8;

/** One that draws, or would like to. */
export interface Guest {
  /** Whether it is on the screen. */
  seen(): boolean;
  /** Another takes its place: its context is to be given back. */
  leave(): void;
  /** There is room again, for one that had to leave while it was seen. */
  back(): void;
}

interface Room {
  most: number;
  /** Who was used last is the last. */
  readonly inside: Guest[];
  readonly waiting: Guest[];
}

const KEY = Symbol.for("nnwidgets.webgl-room@1");

/** The page's: a bundle is evaluated once for each widget. */
function room(): Room {
  const page = globalThis as { [KEY]?: Room };
  page[KEY] ??= { most: MOST, inside: [], waiting: [] };
  return page[KEY];
}

/** How many draw at once. */
export const roomFor = () => room().most;

/** It draws from now on, or was used; others may have to leave for it. */
export function enter(guest: Guest): void {
  const { most, inside, waiting } = room();
  remove(waiting, guest);
  remove(inside, guest);
  inside.push(guest);
  while (inside.length > most) {
    const out = inside.find((each) => !each.seen()) ?? inside[0];
    remove(inside, out);
    if (out.seen()) waiting.push(out);
    out.leave();
  }
}

/** It draws no more. */
export function exit(guest: Guest): void {
  const { inside, waiting } = room();
  remove(waiting, guest);
  if (remove(inside, guest)) beckon();
}

/** It is not on the screen any more; it keeps its place until somebody else wants it. */
export function unseen(guest: Guest): void {
  const { inside, waiting } = room();
  remove(waiting, guest);
  if (inside.includes(guest)) beckon();
}

function beckon(): void {
  const { most, inside, waiting } = room();
  const free = inside.length < most || inside.some((each) => !each.seen());
  if (free) waiting.shift()?.back();
}

function remove(from: Guest[], guest: Guest): boolean {
  const at = from.indexOf(guest);
  if (at >= 0) from.splice(at, 1);
  return at >= 0;
}
