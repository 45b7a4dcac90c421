/** Remembered parameters that a view shows behind the ones of now. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { NetState, Store } from "../state/types.js";
import { t } from "../words.js";
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
      { value: "none", label: t("none") },
      { value: "initial", label: t("initial") },
      ...(this.#pinned || choice === "pinned" ? [{ value: "pinned", label: t("pinned") }] : []),
      { value: "pin", label: this.#pinned ? t("pin again") : t("pin now") },
      { value: "epoch", label: t("epoch…") },
    ];
    const choose = (value: string) => {
      const { params, status } = this.store.state;
      if (value === "pin") this.#pinned = params;
      options.set("ghost", value === "pin" ? "pinned" : value === "epoch" ? status.epoch : value);
    };
    return html`${menu(t("ghost"), choices, epoch === null ? String(choice) : "epoch", choose)}
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
  // While it is typed: a field without a form does not say that Enter was pressed.
  const input = ({ target }: Event) => {
    const value = (target as HTMLInputElement).valueAsNumber;
    if (Number.isInteger(value)) options.set("ghost", Math.max(0, Math.min(value, last)));
  };
  const change = ({ target }: Event) => {
    (target as HTMLInputElement).value = String(options.get("ghost"));
  };
  return html`<input class="nnw-number nnw-epoch" type="number" min="0" max=${last} step="1"
    aria-label=${t("Epoch of the ghost lines")} .value=${String(epoch)} @input=${input} @change=${change} />`;
}
