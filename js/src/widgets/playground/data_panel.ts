/** What is learned: the data sets in small, how they are made, and what is shown of them. */

import { html, nothing, render, type TemplateResult } from "lit-html";
import { percent, significant } from "../../render/format.js";
import { icons } from "../../render/icons.js";
import type { ModelLike } from "../../state/host.js";
import type { BufferLike } from "../../wire.js";
import { t } from "../../words.js";
import { iconButton } from "../icon_button.js";
import type { Choices, DatasetRow } from "./choices.js";
import { slider, whole } from "./fields.js";
import { drawPreview } from "./thumbs.js";

const OWN = "own";

const TITLES: Readonly<Record<string, () => string>> = {
  [OWN]: () => t("your data"),
  ring: () => t("circle"),
  quadrants: () => t("exclusive or"),
  gauss: () => t("two clouds"),
  spiral: () => t("spiral"),
  moons: () => t("moons"),
  circles: () => t("two circles"),
  xor: () => t("exclusive or, corners"),
  and_: () => t("and"),
  or_: () => t("or"),
  blobs4: () => t("four clouds"),
  linear: () => t("half planes"),
  three_blobs: () => t("three clouds"),
  three_spirals: () => t("three spirals"),
  plane: () => t("plane"),
  bumps: () => t("bumps"),
  sine: () => t("sine"),
  parabola: () => t("parabola"),
  step: () => t("step"),
  piecewise_sine: () => t("three pieces"),
};

let panels = 0;

export class DataPanel {
  readonly el = document.createElement("div");
  readonly #group = `nnw-bench-data-${++panels}`;
  readonly #drawn = new WeakMap<HTMLCanvasElement, BufferLike>();

  constructor(
    private readonly model: ModelLike,
    private readonly choices: Choices,
  ) {
    this.el.className = "nnw-bench-data";
  }

  update(): void {
    const { about } = this.choices;
    const now = this.choices.get<string>("dataset");
    const problem = this.choices.get<string>("problem");
    const rows = about.datasets.filter((row) => row.problem === problem || row.name === OWN);
    render(
      html`<h3>${t("Data")}</h3>
        ${this.#problem(problem)}
        <div class="nnw-bench-sets" role="radiogroup" aria-label=${t("Data set")}>
          ${rows.map((row) => this.#set(row, row.name === now))}
        </div>
        ${now === OWN ? this.#own() : this.#making()} ${this.#formulas()}`,
      this.el,
    );
    this.#drawPreviews(about.datasets);
  }

  #problem(now: string): TemplateResult {
    const both = [
      ["classification", t("classification")],
      ["regression", t("regression")],
    ] as const;
    return html`<div class="nnw-bench-segments" role="radiogroup" aria-label=${t("Problem")}>
      ${both.map(
        ([value, text]) => html`<label class="nnw-bench-segment">
          <input type="radio" name=${`${this.#group}-problem`} .checked=${value === now}
            ?disabled=${!this.#possible(value)}
            @change=${() => this.choices.choose({ problem: value })} /><span>${text}</span>
        </label>`,
      )}
    </div>`;
  }

  #possible(problem: string): boolean {
    const { about, live } = this.choices;
    return live && about.datasets.some((row) => row.problem === problem && row.possible);
  }

  #set({ name, possible }: DatasetRow, chosen: boolean): TemplateResult {
    const text = TITLES[name]?.() ?? name;
    const why = possible ? text : t("{name}: your own model does not take it", { name: text });
    return html`<label class="nnw-bench-set" title=${why} data-set=${name}>
      <input type="radio" name=${this.#group} aria-label=${text} .checked=${chosen}
        ?disabled=${!possible || !this.choices.live}
        @change=${() => this.choices.choose({ dataset: name })} />
      <canvas aria-hidden="true" data-preview=${name}></canvas>
      ${name === OWN ? html`<span aria-hidden="true">${text}</span>` : nothing}
    </label>`;
  }

  #making(): TemplateResult {
    const { choices } = this;
    const disabled = !choices.live;
    const choose = (name: string) => (value: number) => choices.choose({ [name]: value });
    const ratio = choices.get<number>("ratio");
    const seed = choices.get<number>("data_seed");
    return html`<div class="nnw-bench-ranges">
      ${slider(
        {
          name: "ratio",
          label: t("Training share"),
          title: t("The other points are test data"),
          disabled,
        },
        ratio,
        { least: 0.1, most: 0.9, step: 0.05, shown: (value) => percent(value) },
        choose("ratio"),
      )}
      ${slider(
        {
          name: "noise",
          label: t("Noise"),
          title: t("Standard deviation of the scatter"),
          disabled,
        },
        choices.get<number>("noise"),
        { least: 0, most: 1, step: 0.01, shown: (value) => significant(value, 2) },
        choose("noise"),
      )}
      ${slider(
        { name: "n", label: t("Points"), disabled },
        choices.get<number>("n"),
        { least: 10, most: 1000, step: 10, shown: String },
        choose("n"),
      )}
      <div class="nnw-bench-line">
        ${whole({ name: "data_seed", label: t("Seed"), disabled }, seed, choose("data_seed"))}
        ${iconButton(
          t("Regenerate: new points with the next seed"),
          icons.restore,
          () => choices.choose({ data_seed: seed + 1 }),
          { action: "regenerate", disabled },
        )}
      </div>
    </div>`;
  }

  /** What the network is given of the inputs. */
  #formulas(): TemplateResult | typeof nothing {
    const { about, live } = this.choices;
    const now = this.choices.get<readonly string[]>("features");
    if (about.formulas.length === 0) return nothing;
    const known = about.formulas.map(({ name }) => name);
    const toggle = (name: string) => {
      const wanted = now.includes(name) ? now.filter((each) => each !== name) : [...now, name];
      const order = (each: string) => (known.indexOf(each) + known.length + 1) % (known.length + 1);
      this.choices.choose({ features: [...wanted].sort((a, b) => order(a) - order(b)) });
    };
    const why = about.editable
      ? t("What the network is given")
      : t("Your own model is kept: only models of nnw.mlp are made anew");
    return html`<h3>${t("Inputs")}</h3>
      <div class="nnw-bench-formulas" role="group" aria-label=${t("Inputs")} title=${why}>
        ${about.formulas.map(({ name, text }) => {
          const chosen = now.includes(name);
          const last = chosen && now.length === 1;
          return html`<button type="button" class="nnw-bench-formula" data-formula=${name}
            aria-pressed=${chosen ? "true" : "false"} ?disabled=${!live || !about.editable || last}
            @click=${() => toggle(name)}>${text}</button>`;
        })}
      </div>`;
  }

  #own(): TemplateResult {
    return html`<p class="nnw-note">${t("Your own points, as you gave them.")}</p>`;
  }

  #drawPreviews(rows: readonly DatasetRow[]): void {
    const previews = this.model.get("_previews") as Record<string, BufferLike>;
    for (const canvas of this.el.querySelectorAll<HTMLCanvasElement>("[data-preview]")) {
      const name = canvas.dataset.preview as string;
      const bytes = previews[name];
      if (!bytes || this.#drawn.get(canvas) === bytes) continue;
      this.#drawn.set(canvas, bytes);
      const row = rows.find((each) => each.name === name);
      drawPreview(canvas, bytes, row?.problem === "regression");
    }
  }
}
