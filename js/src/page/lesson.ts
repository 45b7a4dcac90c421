/** An exported page: reads its state and mounts its views. The last line of the page calls it. */

import "./lesson.css";
import network from "../index.js";
import { browserClock } from "../state/clock.js";
import { t } from "../words.js";
import { inFrame } from "./frame.js";
import { createHost, type LibraryModule, type NetworkModule } from "./host.js";
import { readState } from "./state.js";
import { themeSwitch } from "./theme.js";

export async function start(libraries: Readonly<Record<string, LibraryModule>>): Promise<void> {
  inFrame(themeSwitch(document.querySelector<HTMLElement>(".nnw-lesson-theme")));
  const signal = new AbortController().signal; // a page ends by being closed
  const text = document.getElementById("nnw-state")?.textContent ?? "";
  const places = [...document.querySelectorAll<HTMLElement>("[data-nnw-view]")];
  try {
    const state = await readState(text);
    const all = {
      state,
      network: network as NetworkModule,
      libraries,
      clock: browserClock,
      signal,
    };
    const host = createHost(all);
    await Promise.all(places.map((el) => host.mount(Number(el.dataset.nnwView), el)));
    document.documentElement.dataset.nnwReady = "true";
  } catch (error) {
    for (const el of places) {
      if (el.childElementCount > 0) continue;
      el.setAttribute("role", "alert");
      const { message } = error as Error;
      el.textContent = t("This view could not be shown: {message}", { message });
    }
    throw error; // for the page's console
  }
}
