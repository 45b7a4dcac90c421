/**
 * A store seen through a lens: views that are given it draw another network than there is, such as
 * one with other activations, while whatever they change goes through to the real one.
 *
 * It paints its views together: after a change of the store in the store's own frame, and after a
 * turn of the lens alone in the next one.
 */

import type { NetState, Store } from "./types.js";

type Look = (state: NetState) => NetState;
type Draw = (state: NetState) => void;

export class Lens implements Store {
  frame = 0;
  readonly #draws = new Set<Draw>();
  #unsubscribe: (() => void) | null = null;
  #pending = 0;
  #seen: { readonly state: NetState; readonly through: NetState } | null = null;

  /** @param look what is shown for a state; called once for each */
  constructor(
    private readonly store: Store,
    private look: Look,
  ) {}

  get state(): NetState {
    const { state } = this.store;
    if (this.#seen?.state !== state) this.#seen = { state, through: this.look(state) };
    return this.#seen.through;
  }

  /** Sees from now on by this: all views draw it in the same frame. */
  turn(look: Look): void {
    this.look = look;
    this.#seen = null;
    this.#ask();
  }

  /** Views that are off the screen draw nothing, and what they missed once they are on it. */
  wake(awake: boolean): void {
    if (awake === this.#awake) return;
    this.#awake = awake;
    if (awake) this.#ask();
  }
  #awake = true;

  subscribe(draw: Draw): () => void {
    this.#draws.add(draw);
    this.#unsubscribe ??= this.store.subscribe(() => this.#paint());
    return () => {
      this.#draws.delete(draw);
      if (this.#draws.size > 0) return;
      this.#unsubscribe?.();
      this.#unsubscribe = null;
      cancelAnimationFrame(this.#pending);
      this.#pending = 0;
    };
  }

  #ask(): void {
    if (this.#pending || this.#draws.size === 0) return;
    this.#pending = requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    cancelAnimationFrame(this.#pending); // the store was first
    this.#pending = 0;
    if (!this.#awake) return;
    this.frame += 1;
    for (const draw of [...this.#draws]) if (this.#draws.has(draw)) draw(this.state);
  }

  begin: Store["begin"] = (...given) => this.store.begin(...given);
  end: Store["end"] = () => this.store.end();
  edit: Store["edit"] = (...given) => this.store.edit(...given);
  editPoint: Store["editPoint"] = (...given) => this.store.editPoint(...given);
  undo: Store["undo"] = () => this.store.undo();
  redo: Store["redo"] = () => this.store.redo();
  freeze: Store["freeze"] = (...given) => this.store.freeze(...given);
  setActivation: Store["setActivation"] = (...given) => this.store.setActivation(...given);
  restructure: Store["restructure"] = (...given) => this.store.restructure(...given);
  train: Store["train"] = (...given) => this.store.train(...given);
  select: Store["select"] = (...given) => this.store.select(...given);
  dismissError: Store["dismissError"] = () => this.store.dismissError();
  show: Store["show"] = (...given) => this.store.show(...given);
  ask: Store["ask"] = (...given) => this.store.ask(...given);
  hear: Store["hear"] = (...given) => this.store.hear(...given);
  recall: Store["recall"] = (...given) => this.store.recall(...given);
  probe: Store["probe"] = (...given) => this.store.probe(...given);
  unprobe: Store["unprobe"] = (...given) => this.store.unprobe(...given);
}
