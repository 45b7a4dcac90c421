/** The steps as a list, and the buttons that go through it. */

import { html, nothing, type TemplateResult } from "lit-html";
import { icons } from "../../render/icons.js";
import { plainTex } from "../../render/plain_tex.js";
import type { Phase, Step } from "../../scene/by_hand/steps.js";
import { Symbols } from "../../scene/by_hand/symbols.js";
import type { Spec } from "../../wire.js";
import { key, t } from "../../words.js";
import { iconButton } from "../icon_button.js";

export interface NavInput {
  readonly spec: Spec;
  readonly steps: readonly Step[];
  readonly at: number;
  readonly playing: boolean;
  /** Steps that were found in an exercise; null outside of one. */
  readonly done: ((step: Step) => boolean) | null;
  readonly go: (at: number) => void;
  readonly play: () => void;
}

const PHASES: readonly { phase: Phase; name: string }[] = [
  { phase: "forward", name: key("forward") },
  { phase: "loss", name: key("loss") },
  { phase: "backward", name: key("backward") },
  { phase: "update", name: key("update") },
];

export function nav(input: NavInput): TemplateResult {
  const { steps, at, playing, go, play } = input;
  const last = steps.length - 1;
  return html`<nav class="nnw-steps" aria-label=${t("Steps")}>
    <div class="nnw-steps-bar">
      ${iconButton(t("First step (Home)"), icons.reset, () => go(0), { action: "first", disabled: at === 0 })}
      ${iconButton(t("Step before (←)"), icons.previous, () => go(at - 1), { action: "back", disabled: at === 0 })}
      ${iconButton(playing ? t("Stop playing the steps (P)") : t("Play the steps slowly (P)"), playing ? icons.pause : icons.play, play, { action: "play-steps" })}
      ${iconButton(t("Next step (→)"), icons.next, () => go(at + 1), { action: "next", disabled: at === last })}
      ${iconButton(t("Last step (End)"), icons.last, () => go(last), { action: "last", disabled: at === last })}
      <progress class="nnw-progress" max=${steps.length} .value=${at + 1} aria-label=${t("Progress")}></progress>
      <span class="nnw-steps-count">${t("step {k} of {n}", { k: at + 1, n: steps.length })}</span>
    </div>
    <div class="nnw-phases">${PHASES.map((each) => phase(input, each))}</div>
  </nav>`;
}

function phase(input: NavInput, { phase, name }: (typeof PHASES)[number]): TemplateResult {
  const own = input.steps.flatMap((step, at) => (step.phase === phase ? [{ step, at }] : []));
  return html`<div class="nnw-phase" data-phase=${phase} role="group" aria-label=${t(name)}>
    <span class="nnw-phase-name">${t(name)}</span>
    <span class="nnw-chips">${own.map(({ step, at }) => chip(input, step, at))}</span>
  </div>`;
}

function chip({ spec, at, done, go }: NavInput, step: Step, own: number): TemplateResult {
  const name = chipName(spec, step);
  const found = done?.(step) ?? false;
  return html`<button
    type="button"
    class="nnw-chip"
    data-step=${step.id}
    aria-current=${own === at ? "step" : nothing}
    tabindex=${own === at ? 0 : -1}
    ?data-past=${own < at}
    ?data-done=${found}
    @click=${() => go(own)}
  >
    ${name}${found ? html`<span aria-label=${t("done")}> ✓</span>` : nothing}
  </button>`;
}

/** ∂L/∂W⁽¹⁾ on a button is only dW⁽¹⁾. */
function chipName(spec: Spec, step: Step): string {
  const symbols = new Symbols(spec);
  switch (step.kind) {
    case "dW":
      return `∂W${mark(spec, step)}`;
    case "db":
      return `∂b${mark(spec, step)}`;
    case "W":
      return `W${mark(spec, step)}`;
    case "b":
      return `b${mark(spec, step)}`;
    default:
      return plainTex(symbols.result(step));
  }
}

function mark(spec: Spec, { layer }: Step): string {
  return spec.layers.length > 1 ? plainTex(`^{(${layer + 1})}`) : "";
}
