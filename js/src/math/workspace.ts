/** Buffers that outlive a frame, so that drawing one allocates next to nothing. */
export class Workspace {
  readonly #slots = new Map<string | number, Float64Array>();

  /**
   * `length` numbers, holding whatever the slot's last user left in them.
   *
   * They belong to the caller until the slot is asked for again.
   */
  floats(slot: string | number, length: number): Float64Array {
    const held = this.#slots.get(slot);
    if (held?.length === length) return held;
    const fits = held !== undefined && held.buffer.byteLength >= length * held.BYTES_PER_ELEMENT;
    const next = fits ? new Float64Array(held.buffer, 0, length) : new Float64Array(length);
    this.#slots.set(slot, next);
    return next;
  }
}
