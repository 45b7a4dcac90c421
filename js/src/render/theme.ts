/** The colours of the page a canvas is on, and word when they change. */

/** Calls `changed` after the theme of the page changed; returns how to stop. */
export function watchTheme(changed: () => void): () => void {
  const abort = new AbortController();
  const observer = new MutationObserver(changed);
  for (const target of [document.documentElement, document.body]) {
    observer.observe(target, {
      attributeFilter: ["class", "style", "data-theme", "data-jp-theme-name"],
    });
  }
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", changed, { signal: abort.signal });
  own.add(changed);
  return () => {
    own.delete(changed);
    observer.disconnect();
    abort.abort();
  };
}

const own = new Set<() => void>();

/** A view of this module has another theme than before: who watches looks again. */
export function themeChanged(): void {
  for (const changed of own) changed();
}

export interface Theme {
  readonly dark: boolean;
  readonly foreground: string;
  readonly soft: string;
  readonly ground: string;
}

/** @param probe an element whose colour, border and background are the theme's */
export function themeOf(probe: Element): Theme {
  const { color, backgroundColor, outlineColor } = getComputedStyle(probe);
  return {
    dark: lightness(backgroundColor) < 0.5,
    foreground: color,
    soft: outlineColor,
    ground: backgroundColor,
  };
}

/** Of "rgb(r, g, b)": 0 to 1; light where it is written in another way. */
function lightness(colour: string): number {
  const parts = colour
    .match(/^rgba?\((\d+)[ ,]+(\d+)[ ,]+(\d+)/)
    ?.slice(1)
    .map(Number);
  if (!parts) return 1;
  return (0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2]) / 255;
}
