/** The places of a playground's views: groups of them, of which one each is shown. */

import { html, nothing, render, type TemplateResult } from "lit-html";
import { t } from "../../words.js";
import { type Group, heightFor, type Layout, shownParts } from "./layout.js";
import type { Session } from "./session.js";

const TITLES: Readonly<Record<string, () => string>> = {
  lines: () => t("Decision lines"),
  space: () => t("Feature space"),
  output: () => t("Output"),
  surface: () => t("Loss surface"),
  curves: () => t("Curves"),
  weights: () => t("Weights"),
  graph: () => t("Network"),
};

/** Parts with a place of their own. */
const ALWAYS = ["graph", "timeline"];

interface Given {
  /** Where the network stands. */
  readonly stage: HTMLElement;
  /** Where all other views stand. */
  readonly side: HTMLElement;
  /** What stands under the network. */
  readonly under: HTMLElement;
  /** Where the timeline stands. */
  readonly foot: HTMLElement;
  /** Why a network has no such view. */
  missing(part: string): string | undefined;
}

let made = 0;

export class Panels {
  readonly #given: Given;
  readonly #id = `nnw-bench-${++made}`;
  /** The parts that a reader asked for, the last one last. */
  readonly #asked: string[] = [];
  #layout: Layout | null = null;
  #session: Session | null = null;
  #shown = new Map<string, string>();

  constructor(given: Given) {
    this.#given = given;
  }

  /** Shows a network's views in the places of the ones before, which stay until these are there. */
  async show(session: Session): Promise<void> {
    const before = this.#session;
    this.#session = session;
    const wanted = this.#visible();
    await Promise.all(
      wanted.map(async (part) => {
        const place = this.#place(part);
        if (!place || !session.names.includes(part)) return;
        const slot = session.slot(part);
        slot.dataset.waits = "";
        place.append(slot);
        this.#fit(part);
        await session.mount(part);
        this.#fit(part);
      }),
    );
    await nextFrame();
    await nextFrame();
    if (this.#session !== session) return;
    before?.dispose();
    this.#settle();
  }

  layOut(layout: Layout): void {
    if (layout === this.#layout) return;
    // Taken out before the places go that they are in: what leaves the page with them is lost.
    for (const part of this.#parts()) this.#session?.known(part)?.remove();
    this.#layout = layout;
    this.#settle();
  }

  /** After the width of a place changed. */
  fit(): void {
    for (const part of this.#visible()) this.#fit(part);
  }

  dispose(): void {
    this.#session?.dispose();
    this.#session = null;
  }

  #visible(): string[] {
    return this.#layout ? [...ALWAYS, ...shownParts(this.#layout, this.#asked).values()] : [];
  }

  #settle(): void {
    const [layout, session] = [this.#layout, this.#session];
    if (!layout) return;
    this.#shown = shownParts(layout, this.#asked);
    const { side, under } = this.#given;
    const inside = (place: boolean) =>
      layout.groups.filter((group) => (group.under ?? false) === place);
    render(
      inside(false).map((group) => this.#group(group)),
      side,
    );
    render(
      inside(true).map((group) => this.#group(group)),
      under,
    );
    if (!session) return;
    for (const part of this.#parts()) this.#put(session, part);
    session.tell("surface", "auto", this.#visible().includes("surface"));
  }

  #parts(): string[] {
    return [...ALWAYS, ...(this.#layout?.groups.flatMap(({ parts }) => parts) ?? [])];
  }

  #put(session: Session, part: string): void {
    const place = this.#place(part);
    if (!place || !session.names.includes(part)) return;
    const slot = session.slot(part);
    delete slot.dataset.waits;
    const visible = ALWAYS.includes(part) || [...this.#shown.values()].includes(part);
    slot.hidden = !visible;
    if (!visible) return;
    if (slot.parentElement !== place) place.append(slot);
    this.#fit(part);
    void session.mount(part).then(() => this.#fit(part));
  }

  #place(part: string): HTMLElement | null {
    const { stage, side, under, foot } = this.#given;
    if (ALWAYS.includes(part)) return part === "graph" ? stage : foot;
    const found = `[data-parts~="${part}"] > .nnw-bench-body`;
    return side.querySelector<HTMLElement>(found) ?? under.querySelector<HTMLElement>(found);
  }

  #fit(part: string): void {
    const [layout, place] = [this.#layout, this.#place(part)];
    if (!layout || !place || place.clientWidth === 0) return;
    this.#session?.set(part, "height", heightFor(part, layout.size, place.clientWidth));
  }

  #group({ id, parts }: Group): TemplateResult {
    const shown = this.#shown.get(id) as string;
    const why = this.#given.missing(shown);
    return html`<section class="nnw-bench-group" data-group=${id} data-parts=${parts.join(" ")}
      aria-label=${TITLES[shown]()}>
      ${parts.length > 1 ? this.#tabs(id, parts, shown) : html`<h3>${TITLES[shown]()}</h3>`}
      ${why ? html`<p class="nnw-note nnw-bench-missing">${why}</p>` : nothing}
      <div class="nnw-bench-body" id=${`${this.#id}-${id}`} role=${parts.length > 1 ? "tabpanel" : nothing}></div>
    </section>`;
  }

  #tabs(id: string, parts: readonly string[], shown: string): TemplateResult {
    return html`<div class="nnw-bench-tabs" role="tablist" aria-label=${t("Views")}
      @keydown=${(event: KeyboardEvent) => this.#key(event, parts, shown)}>
      ${parts.map(
        (part) => html`<button type="button" role="tab" data-tab=${part}
          aria-selected=${part === shown ? "true" : "false"} tabindex=${part === shown ? 0 : -1}
          aria-controls=${`${this.#id}-${id}`} @click=${() => this.#ask(part)}>${TITLES[part]()}</button>`,
      )}
    </div>`;
  }

  #key(event: KeyboardEvent, parts: readonly string[], shown: string): void {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const end = { Home: 0, End: parts.length - 1 }[event.key];
    if (by === undefined && end === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const at = end ?? (parts.indexOf(shown) + (by as number) + parts.length) % parts.length;
    const tabs = event.currentTarget as HTMLElement;
    this.#ask(parts[at]);
    tabs.querySelector<HTMLElement>(`[data-tab="${parts[at]}"]`)?.focus();
  }

  #ask(part: string): void {
    const at = this.#asked.indexOf(part);
    if (at >= 0) this.#asked.splice(at, 1);
    this.#asked.push(part);
    this.#settle();
  }
}

function nextFrame(): Promise<unknown> {
  return new Promise(requestAnimationFrame);
}
