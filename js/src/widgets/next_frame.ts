/** What a view does in the next animation frame, once however often it is asked for. */
export class NextFrame {
  #request = 0;

  constructor(private readonly draw: () => void) {}

  /** Whether the next frame will draw. */
  get asked(): boolean {
    return this.#request !== 0;
  }

  ask(): void {
    this.#request ||= requestAnimationFrame(() => {
      this.#request = 0; // first: drawing may ask for another frame
      this.draw();
    });
  }

  cancel(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }
}
