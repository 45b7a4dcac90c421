/** Which groups are open and which entries they show: never more rows than a page can carry. */

import { type Entry, type Group, matches } from "./entries.js";

/** Rows in the document, over all groups. */
export const MAX_ROWS = 200;
/** Rows of one group shown at once. */
export const PAGE = 100;

export interface Shown {
  readonly group: Group;
  /** Entries that the search leaves. */
  readonly count: number;
  readonly open: boolean;
  readonly page: number;
  readonly pages: number;
  readonly entries: readonly Entry[];
}

export interface Choice {
  readonly search: string;
  /** Names of the open groups, least recently opened first. */
  readonly open: readonly string[];
  /** Page of a group, by its name. */
  readonly pages: ReadonlyMap<string, number>;
}

/** The groups that have something to show, with the rows of the open ones. */
export function plan(groups: readonly Group[], choice: Choice): Shown[] {
  const searching = choice.search.trim() !== "";
  const found = groups.map((group) => ({ group, hits: hitsOf(group, choice.search) }));
  const shown = found.filter(({ hits }) => !searching || hits.length > 0);
  const open = searching
    ? fitting(shown.map(({ group, hits }) => ({ name: group.name, rows: rowsOf(hits.length) })))
    : new Set(choice.open);
  return shown.map(({ group, hits }) =>
    pageOf(group, hits, open.has(group.name), choice.pages.get(group.name) ?? 0),
  );
}

/** Groups open at the start: those within the limit, in order, while there is room. */
export function openAtFirst(groups: readonly Group[], limit: number): string[] {
  const small = groups.filter((group) => group.size <= limit);
  return [...fitting(small.map(({ name, size }) => ({ name, rows: rowsOf(size) })))];
}

/** Open one more group; those opened longest ago close if the rows would become too many. */
export function opened(groups: readonly Group[], open: readonly string[], name: string): string[] {
  const rows = new Map(groups.map((group) => [group.name, rowsOf(group.size)]));
  const next = [...open.filter((other) => other !== name), name];
  let total = next.reduce((sum, each) => sum + (rows.get(each) ?? 0), 0);
  while (total > MAX_ROWS && next.length > 1) total -= rows.get(next.shift() as string) ?? 0;
  return next;
}

/** Numbers of the entries the search leaves: all of them, as a range, where nothing is searched. */
function hitsOf(group: Group, search: string): ArrayLike<number> & { length: number } {
  const all = Int32Array.from({ length: group.size }, (_, k) => k);
  return search.trim() === "" ? all : all.filter((k) => matches(group.entry(k), search));
}

function pageOf(group: Group, hits: ArrayLike<number>, open: boolean, wanted: number): Shown {
  const pages = Math.max(1, Math.ceil(hits.length / PAGE));
  const page = Math.min(wanted, pages - 1);
  const rows = open ? rowsOf(hits.length - page * PAGE) : 0;
  const entries = Array.from({ length: rows }, (_, i) => group.entry(hits[page * PAGE + i]));
  return { group, count: hits.length, open, page, pages, entries };
}

function rowsOf(count: number): number {
  return Math.min(count, PAGE);
}

/** The names, in order, that fit into the page together; one too long does not stop the next. */
function fitting(groups: readonly { name: string; rows: number }[]): Set<string> {
  const names = new Set<string>();
  let total = 0;
  for (const { name, rows } of groups) {
    if (total + rows > MAX_ROWS) continue;
    total += rows;
    names.add(name);
  }
  return names;
}
