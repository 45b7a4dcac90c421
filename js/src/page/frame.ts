/**
 * An exported page inside another one, such as a book's: it says how high it is, so that nothing has
 * to scroll twice, and takes the theme of the page around it. The other half is in
 * nnwidgets/export/_frames.py.
 */

import type { ThemeName } from "./theme.js";

/** What the page around is told, and what it says. */
interface Told {
  readonly nnw?: unknown;
  readonly theme?: unknown;
}

/** @returns whether the page is inside another one */
export function inFrame(theme: { show(theme: ThemeName | null): void }): boolean {
  if (window.parent === window) return false;
  document.documentElement.dataset.nnwFramed = "true";
  window.addEventListener("message", ({ data, source }: MessageEvent<Told | null>) => {
    if (source !== window.parent || data?.nnw !== "theme") return;
    if (data.theme === "light" || data.theme === "dark") theme.show(data.theme);
  });
  const tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    // To whoever it is: a height is no secret, and a file has no origin to name.
    window.parent.postMessage({ nnw: "height", height }, "*");
  };
  new ResizeObserver(tell).observe(document.body);
  return true;
}
