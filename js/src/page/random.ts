/**
 * The page's own random numbers: seeded, so that the same lesson goes the same way each time, and
 * with a state of one number, so that a run can be taken up where it was. Not torch's sequence.
 */
export class Random {
  /** Of 32 bits; the same state, the same numbers. */
  state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** From 0 up to, and without, 1; a Weyl sequence whose numbers are mixed (Steele et al. 2014). */
  next(): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  /** The numbers from 0 to n − 1 in an order of which all are as likely (Fisher and Yates). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const other = Math.floor(this.next() * (i + 1));
      [order[i], order[other]] = [order[other], order[i]];
    }
    return order;
  }
}
