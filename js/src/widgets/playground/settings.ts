/** What a network is trained with, in one row of menus. */

import { html, type TemplateResult } from "lit-html";
import { count } from "../../render/format.js";
import type { NetState, Store } from "../../state/types.js";
import { t } from "../../words.js";
import type { Choices } from "./choices.js";
import { type Item, menu, plain, whole } from "./fields.js";
import { hiddenActivations } from "./layers.js";

const RATES = [0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const BATCHES = [1, 2, 4, 8, 10, 16, 20, 30, 50, 100];
const PENALTIES = [0, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];

/** @param store of the network that is shown: what it can do itself, a page without Python can, too */
export function settings(choices: Choices, state: NetState, store: Store): TemplateResult {
  const { about, live } = choices;
  const { status } = state;
  const gone = state.link === "disconnected";
  const kept = !about.editable;
  const why = kept ? t("Your own model is kept: only models of nnw.mlp are made anew") : undefined;
  const choose = (name: string) => (value: unknown) => choices.choose({ [name]: value });
  const rate = status.lr ?? choices.get<number>("learning_rate");
  const hidden = hiddenActivations(state);
  const activation = new Set(hidden).size > 1 ? MIXED : (hidden[0] ?? "tanh");
  const regularization = choices.get<string>("regularization");
  return html`<div class="nnw-bench-settings" role="group" aria-label=${t("Settings of training")}>
    ${menu(
      { name: "learning_rate", label: t("Learning rate"), disabled: gone },
      String(rate),
      numbers(RATES, rate),
      (value) => store.train({ action: "set", lr: Number(value) }),
    )}
    ${menu(
      { name: "activation", label: t("Activation"), disabled: gone || hidden.length === 0 },
      activation,
      [
        ...(activation === MIXED ? [{ value: MIXED, text: t("mixed") }] : []),
        ...plain(about.activations),
      ],
      (value) => value !== MIXED && store.setActivation(value),
    )}
    ${menu(
      { name: "optimizer", label: t("Optimizer"), disabled: !live },
      choices.get<string>("optimizer"),
      plain(about.optimizers),
      choose("optimizer"),
    )}
    ${menu(
      { name: "batch_size", label: t("Batch size"), disabled: !live },
      String(choices.get<number | null>("batch_size") ?? ALL),
      [
        ...numbers(BATCHES, choices.get<number | null>("batch_size")),
        { value: ALL, text: t("all") },
      ],
      (value) => choices.choose({ batch_size: value === ALL ? null : Number(value) }),
    )}
    ${menu(
      { name: "loss", label: t("Loss"), disabled: !live || about.losses.length < 2, title: why },
      choices.get<string>("loss"),
      about.losses.map((value) => ({ value, text: LOSSES[value]?.() ?? value })),
      choose("loss"),
    )}
    ${menu(
      { name: "regularization", label: t("Regularization"), disabled: !live },
      regularization,
      about.regularizations.map((value) => ({
        value,
        text: value === "none" ? t("none") : value.toUpperCase(),
      })),
      choose("regularization"),
    )}
    ${menu(
      {
        ...{ name: "regularization_rate", label: t("Regularization rate") },
        disabled: !live || regularization === "none",
      },
      String(choices.get<number>("regularization_rate")),
      numbers(PENALTIES, choices.get<number>("regularization_rate")),
      (value) => choices.choose({ regularization_rate: Number(value) }),
    )}
    ${menu(
      { name: "init", label: t("Initial weights"), disabled: !live },
      choices.get<string>("init"),
      plain(about.inits),
      choose("init"),
    )}
    ${whole(
      { name: "seed", label: t("Seed"), disabled: !live },
      choices.get<number>("seed"),
      choose("seed"),
    )}
  </div>`;
}

const ALL = "all";
const MIXED = "mixed";

const LOSSES: Readonly<Record<string, () => string>> = {
  bce: () => t("binary cross-entropy"),
  cross_entropy: () => t("cross-entropy"),
  mse: () => t("mean squared error"),
  half_mse: () => t("half mean squared error"),
};

/** The usual numbers, and the one of now in its place among them. */
function numbers(usual: readonly number[], now: number | null): Item[] {
  const all = now === null || usual.includes(now) ? usual : [...usual, now];
  return [...all]
    .sort((a, b) => a - b)
    .map((value) => ({
      value: String(value),
      text: Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(6))),
    }));
}
