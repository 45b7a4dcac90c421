/** Task: what is to be done, and how far each condition is met. Python alone says what is solved. */

import { html, nothing, render, type TemplateResult } from "lit-html";
import { icons } from "../render/icons.js";
import { Kept } from "../scene/kept.js";
import { type GoalReading, type TaskState, taskOf } from "../scene/task_wire.js";
import { t } from "../words.js";
import { linkBadge } from "./badge.js";
import type { LibraryContext } from "./library.js";
import { applySize } from "./size.js";
import { trainingKeys } from "./training_keys.js";

export function task(context: LibraryContext): () => void {
  const view = new TaskView(context);
  return () => view.dispose();
}

class TaskView {
  readonly #context: LibraryContext;
  readonly #root = document.createElement("div");
  readonly #drawn = new Kept<void>();
  readonly #off: (() => void)[];

  constructor(context: LibraryContext) {
    this.#context = context;
    const { el, store, feed, options } = context;
    this.#root.className = "nnw nnw-task";
    this.#root.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves our keys to us
    this.#root.tabIndex = -1;
    this.#root.addEventListener("keydown", (event) => trainingKeys(event, store));
    el.classList.add("nnw-host");
    el.append(this.#root);
    const draw = () => this.#draw();
    this.#off = [store.subscribe(draw), options.subscribe(draw), feed.subscribe(draw)];
    draw();
  }

  dispose(): void {
    for (const off of this.#off) off();
    this.#root.remove();
  }

  #draw(): void {
    const { store, feed, options } = this.#context;
    const [title, text] = ["title", "text"].map((name) => options.get<string>(name));
    applySize(this.#root, { width: options.get<number>("width") });
    this.#root.dataset.frame = String(store.frame);
    const { link } = store.state;
    this.#drawn.get([feed.latest, link, title, text], () => {
      const state = feed.latest && taskOf(feed.latest.content);
      const error = feed.latest?.content.error;
      this.#root.dataset.solved = String(state?.solved ?? false);
      render(
        html`<div class="nnw-task-head">
            <span class="nnw-title">${title}</span>${state ? verdict(state) : nothing}
            ${linkBadge(link)}
          </div>
          ${text ? html`<p class="nnw-task-text">${text}</p>` : nothing}
          ${state ? this.#body(state, link === "disconnected") : nothing}
          ${error ? html`<p class="nnw-task-note" role="alert">${error}</p>` : nothing}`,
        this.#root,
      );
    });
  }

  #body(state: TaskState, gone: boolean): TemplateResult {
    const { feed } = this.#context;
    const ask = (type: string) => () => void feed.ask({ type });
    return html`<ul class="nnw-goals" aria-label=${t("Conditions")}>${state.goals.map(goal)}</ul>
      ${
        state.moved
          ? html`<p class="nnw-task-note">${t("The points have been changed: the task is judged on those it was set with.")}</p>`
          : nothing
      }
      <ol class="nnw-hints" aria-live="polite" aria-label=${t("Hints")} ?hidden=${state.hints.length === 0}>
        ${state.hints.map((hint) => html`<li>${hint}</li>`)}
      </ol>
      <div class="nnw-task-foot">
        <button type="button" class="nnw-button nnw-text" data-action="reset" ?disabled=${gone}
          title=${t("The weights, units and points of the start; attempts stay")} @click=${ask("reset")}>
          ${icons.restore} ${t("Back to the start")}</button>
        ${
          state.left > 0
            ? html`<button type="button" class="nnw-button nnw-text" data-action="hint"
                ?disabled=${gone} @click=${ask("hint")}>${t("Hint ({left} left)", { left: state.left })}</button>`
            : nothing
        }
        <span class="nnw-task-count">${counted(state.attempts)}</span>
      </div>`;
  }
}

function verdict({ solved, goals }: TaskState): TemplateResult {
  const met = goals.filter((goal) => goal.met).length;
  return html`<span class="nnw-task-verdict" role="status" data-solved=${solved ? "yes" : "no"}
    >${solved ? html`${icons.check} ${t("solved")}` : t("{met} of {n}", { met, n: goals.length })}</span>`;
}

function goal({ label, text, met, share }: GoalReading): TemplateResult {
  const percent = Math.round(100 * Math.max(0, Math.min(1, share)));
  return html`<li class="nnw-goal" data-met=${met ? "yes" : "no"}>
    <span class="nnw-goal-mark" role="img" aria-label=${met ? t("met") : t("not met")}
      >${met ? icons.check : icons.open}</span>
    <span class="nnw-goal-label">${label}</span>
    <span class="nnw-goal-text">${text}</span>
    <span class="nnw-goal-bar" role="progressbar" aria-label=${label} aria-valuemin="0"
      aria-valuemax="100" aria-valuenow=${percent}><span style="width: ${percent}%"></span></span>
  </li>`;
}

function counted(attempts: number): string {
  if (attempts === 0) return t("no attempt yet");
  return attempts === 1 ? t("1 attempt") : t("{attempts} attempts", { attempts });
}
