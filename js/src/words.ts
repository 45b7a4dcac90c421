/**
 * The language of a page's visible text. The English text is the key; the table of another language
 * comes from the Network, in whose `initialize` it is set. A page evaluates a bundle once a
 * language, so its module holds one. Call `t` when drawing: at import there is no table yet.
 */

export type Words = Readonly<Record<string, string>>;
export type Values = Readonly<Record<string, string | number>>;

let table: Words = {};

export function setWords(words: unknown): void {
  table = (words ?? {}) as Words;
}

export const words = () => table;

/**
 * @param text English, written out where it is called (a test reads the keys from the source), or
 * one that was marked by `key`
 * @param values what stands for `{name}` in it
 */
export function t(text: string, values?: Values): string {
  const said = table[text] ?? text;
  return values ? said.replace(/\{(\w+)\}/g, (whole, name) => `${values[name] ?? whole}`) : said;
}

/** Marks a text that is translated elsewhere: in a constant, which is made before the table. */
export const key = <T extends string>(text: T): T => text;
