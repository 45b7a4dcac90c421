/** A value that is made anew only where something it was made of has changed. */

export class Kept<T> {
  #key: readonly unknown[] | null = null;
  #value: T | null = null;

  /** @param key all that `make` reads, compared by identity */
  get(key: readonly unknown[], make: () => T): T {
    if (!this.#key || !same(this.#key, key)) {
      this.#value = make();
      this.#key = key;
    }
    return this.#value as T;
  }
}

/** Whether two lists have the same things in them, by identity. */
export function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
