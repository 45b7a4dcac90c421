/**
 * How large an element is, kept from when that last changed: asking the element itself in the
 * middle of a frame makes the page lay itself out there and then.
 */
export class Measured {
  width = 0;
  height = 0;
  readonly #el: Element;
  readonly #watch: ResizeObserver;

  /** @param changed called with every new size but the first */
  constructor(el: Element, changed: () => void) {
    this.#el = el;
    this.#measure();
    this.#watch = new ResizeObserver(() => this.#measure() && changed());
    this.#watch.observe(el);
  }

  dispose(): void {
    this.#watch.disconnect();
  }

  #measure(): boolean {
    const { clientWidth, clientHeight } = this.#el;
    if (clientWidth === this.width && clientHeight === this.height) return false;
    this.width = clientWidth;
    this.height = clientHeight;
    return true;
  }
}
