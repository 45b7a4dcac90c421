/** A button for what went wrong, and may go well the next time. */

import { t } from "../words.js";

export function again(click: () => void): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "nnw-button";
  button.textContent = t("Try again");
  button.addEventListener("click", click);
  return button;
}
