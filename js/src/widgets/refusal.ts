/** Says under a view why Python has refused one of its options. */

import { nothing, render } from "lit-html";
import { notice } from "./notices.js";
import type { ModelOptions } from "./options.js";

/** Every view has it, with a control bar or without one; its owner calls what it returns. */
export function mountRefusal(el: HTMLElement, options: ModelOptions): () => void {
  const root = document.createElement("div");
  root.className = "nnw nnw-refusal";
  el.append(root);
  const draw = () => {
    const text = options.refusal();
    root.hidden = text === null;
    render(text === null ? nothing : notice("error", "", text, "", options.dismiss), root);
  };
  const unsubscribe = options.subscribe(draw);
  draw();
  return () => {
    unsubscribe();
    root.remove();
  };
}
