/** Light or dark: as the reader's system has it, until the switch of the page says otherwise. */

export type ThemeName = "light" | "dark";

/** The theme of the page, and a button that changes it. */
export function themeSwitch(button: HTMLElement | null): { show(theme: ThemeName | null): void } {
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen: ThemeName | null = null;
  const now = (): ThemeName => chosen ?? (system.matches ? "dark" : "light");
  const apply = () => {
    const theme = now();
    document.documentElement.dataset.theme = theme;
    // What JupyterLab says of its theme; views know it.
    document.body.dataset.jpThemeLight = String(theme === "light");
    button?.setAttribute("aria-pressed", String(theme === "dark"));
  };
  const show = (theme: ThemeName | null) => {
    chosen = theme;
    apply();
  };
  system.addEventListener("change", apply);
  button?.addEventListener("click", () => show(now() === "dark" ? "light" : "dark"));
  apply();
  return { show };
}
