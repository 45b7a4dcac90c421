/** Formulas: typeset by KaTeX where the page has it by now, else as plain text. */

import { t } from "../words.js";
import { onceAPage } from "./once_a_page.js";
import { plainTex } from "./plain_tex.js";

/** What is used of KaTeX, with its style sheet. */
export interface Katex {
  readonly css: string;
  renderToString(
    tex: string,
    options: {
      displayMode: boolean;
      throwOnError: boolean;
      output: "htmlAndMathml";
      trust: false;
      maxExpand: number;
    },
  ): string;
}

/** What a page keeps it under. */
export const KATEX = Symbol.for("katex@0.19");
const STYLE = "nnwidgets-katex";

/** So many formulas are kept typeset: a slow play back and forth sets each once. */
const KEPT = 400;

/** @param fetch gives KaTeX, gzipped; called only where the page has none yet */
export function loadKatex(fetch: () => Promise<ArrayBuffer>): Promise<Katex> {
  return onceAPage<Katex>(KATEX, fetch);
}

/**
 * Puts the style sheet where `element` sees it. Fonts are the document's, so it goes there in any
 * case; a shadow root sees no rules but its own.
 */
export function addStyles(katex: Katex, element: Node): void {
  if (katex.css === "") return;
  const root = element.getRootNode();
  const places = [document.head, ...(root instanceof ShadowRoot ? [root] : [])];
  for (const place of places) {
    if (place.querySelector(`style[data-name="${STYLE}"]`)) continue;
    const style = document.createElement("style");
    style.dataset.name = STYLE;
    style.textContent = katex.css;
    place.append(style);
  }
}

export class Typesetter {
  readonly #known = new Map<string, string>();
  private katex: Katex | null = null;

  /** Gets KaTeX for formulas in `element`; answers what went wrong, empty where nothing did. */
  async fetch(feed: { chunk(name: string): Promise<ArrayBuffer> }, element: Node): Promise<string> {
    try {
      this.katex = await loadKatex(() => feed.chunk("katex"));
      addStyles(this.katex, element);
      return "";
    } catch (error) {
      return t("Formulas are shown as plain text: {message}.", {
        message: (error as Error).message,
      });
    }
  }

  /** HTML of a formula; it may break between its terms, which a display formula may not. */
  html(tex: string): string | null {
    if (!this.katex) return null;
    const known = this.#known.get(tex);
    if (known !== undefined) return known;
    // Formulas are ours; these are for the day on which a name finds its way into one.
    const options = {
      ...{ displayMode: false, throwOnError: false, output: "htmlAndMathml" as const },
      ...{ trust: false as const, maxExpand: 100 },
    };
    const made = this.katex.renderToString(`\\displaystyle ${tex}`, options);
    if (this.#known.size >= KEPT) this.#known.delete(this.#known.keys().next().value as string);
    this.#known.set(tex, made);
    return made;
  }

  /** The same as text, for where there is no room or time for more. */
  text(tex: string): string {
    return plainTex(tex);
  }
}
