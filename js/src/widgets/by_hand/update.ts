/** The update, made in earnest: one edit of all layers' weights, and one step of undo. */

import { html, nothing, type TemplateResult } from "lit-html";
import { type Step, stepsOf } from "../../scene/by_hand/steps.js";
import { resultOf, startOf, type Worked } from "../../scene/by_hand/worked.js";
import { isTraining } from "../../state/moving.js";
import type { NetState, Store } from "../../state/types.js";
import { t } from "../../words.js";
import { appliedText } from "./panel.js";

export class Update {
  /** The loss before the update that was made last, and the parameters that it was made from. */
  #applied: { readonly before: number; readonly params: Float64Array } | null = null;

  constructor(
    private readonly store: Store,
    private readonly changed: () => void,
  ) {}

  forget(): void {
    this.#applied = null;
  }

  template({ status }: NetState, worked: Worked, step: Step): TemplateResult | typeof nothing {
    if (step.phase !== "update") return nothing;
    const { optimizer } = status;
    const applied = this.#applied;
    const moved = applied !== null && applied.params !== worked.params;
    return html`<div class="nnw-apply">
      <button
        type="button"
        class="nnw-button nnw-text"
        data-action="apply"
        ?disabled=${isTraining(status)}
        @click=${() => this.#apply(worked)}
      >
        ${t("Apply the whole update")}
      </button>
      <span role="status">
        ${moved ? appliedText(applied.before, worked.pass.loss) : t("All layers at once, as one step of gradient descent.")}
        ${optimizer && optimizer !== "sgd" ? t("The trainer's {optimizer} would step otherwise: nnw.trace(net) tells how.", { optimizer }) : nothing}
      </span>
    </div>`;
  }

  #apply(worked: Worked): void {
    const steps = stepsOf(worked.spec).filter(({ phase }) => phase === "update");
    const index = steps.flatMap((step) => {
      const start = startOf(worked, step);
      return Array.from({ length: step.rows * step.columns }, (_, i) => start + i);
    });
    const value = steps.flatMap((step) => [...resultOf(worked, step)]);
    this.#applied = { before: worked.pass.loss, params: worked.params };
    this.store.begin("one step of gradient descent", index);
    this.store.edit(index, value);
    this.store.end();
    this.changed();
  }
}
