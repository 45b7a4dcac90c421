/** Remembered parameters that a view shows behind the ones of now. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { NetState, Store } from "../state/types.js";
import { menu } from "./toolbar.js";
import type { Options } from "./view.js";

/** "none", "initial", "pinned", or a recorded epoch. */
export type GhostChoice = string | number;

interface Recalled {
  readonly epoch: number;
  params: Float64Array | null;
  /** Set where there was no answer: whether there might have been one. */
  failed: { readonly hopeful: boolean } | null;
}

export class Ghost {
  #pinned: Float64Array | null = null;
  #recalled: Recalled | null = null;

  constructor(
    readonly store: Store,
    readonly changed: () => void,
  ) {}

  params(state: NetState, choice: GhostChoice): Float64Array | null {
    if (choice === "initial") return state.initial;
    if (choice === "pinned") return this.#pinned;
    if (typeof choice !== "number") return null;
    const hopeful = state.link === "live" && choice <= state.status.epoch;
    const { epoch, failed } = this.#recalled ?? { epoch: null, failed: null };
    // An epoch to come is asked for again once it is there; so is all that a lost kernel knows.
    if (epoch !== choice || (failed && !failed.hopeful && hopeful)) this.#recall(choice, hopeful);
    return this.#recalled?.params ?? null;
  }

  menu(state: NetState, options: Options): TemplateResult {
    const choice = options.get<GhostChoice>("ghost");
    const epoch = typeof choice === "number" ? choice : null;
    const choices = [
      { value: "none", label: "none" },
      { value: "initial", label: "initial" },
      { value: "pinned", label: "pin now" },
      { value: "epoch", label: "epoch…" },
    ];
    const choose = (value: string) => {
      if (value === "pinned") this.#pinned = state.params;
      options.set("ghost", value === "epoch" ? state.status.epoch : value);
    };
    return html`${menu("ghost", choices, epoch === null ? String(choice) : "epoch", choose)}
      ${epoch === null ? nothing : epochField(epoch, state.status.epoch, options)}`;
  }

  #recall(epoch: number, hopeful: boolean): void {
    const wanted: Recalled = { epoch, params: null, failed: null };
    this.#recalled = wanted;
    this.store.recall(epoch).then(
      (params) => {
        wanted.params = params;
        this.changed();
      },
      () => {
        wanted.failed = { hopeful };
      },
    );
  }
}

function epochField(epoch: number, last: number, options: Options): TemplateResult {
  const change = (event: Event) => {
    const value = (event.target as HTMLInputElement).valueAsNumber;
    if (Number.isInteger(value) && value >= 0) options.set("ghost", Math.min(value, last));
  };
  return html`<input class="nnw-number" type="number" min="0" max=${last} step="1"
    aria-label="Epoch of the ghost lines" .value=${String(epoch)} @change=${change} />`;
}
