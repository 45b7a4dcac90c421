/**
 * A chart that people point at: the epoch under the pointer is selected in every view, a click pins
 * it, arrow keys move it; drag, wheel and keys pan and zoom.
 */

import { focusedIn } from "../render/focus.js";
import { LineChart } from "../render/line_chart.js";
import { type Chart, nearestX, readout, stepX, type Window } from "../scene/chart.js";
import type { Store } from "../state/types.js";
import { t } from "../words.js";
import { drawTip } from "./tip.js";
import { togglePlay } from "./training_keys.js";

/** Where the pointer of one view is, and what was pinned; its charts share one. */
export class Pointing {
  pinned: number | null = null;
  /** The chart at hand; the others show no readout meanwhile, which would cover their curves. */
  active: object | null = null;

  constructor(
    readonly store: Store,
    readonly window: Window,
    readonly changed: () => void,
    /** The abscissa is an epoch, which every view knows. */
    readonly select: (at: number | null) => void = (epoch) => store.select({ epoch }),
    readonly selected: () => number | null = () => store.state.selection.epoch,
  ) {}

  point(at: number | null): void {
    this.select(at ?? this.pinned);
  }

  pin(at: number | null): void {
    this.pinned = at !== null && at === this.pinned ? null : at;
    this.select(at);
    this.changed();
  }
}

const CLICK = 4; // pixels that a hand trembles
const MOST_ROWS = 14;

export class ChartPanel {
  readonly chart: LineChart;
  #drawn: Chart | null = null;
  #key: readonly unknown[] | null = null;
  #press: { readonly x: number; last: number; moved: boolean } | null = null;
  readonly #pointing: Pointing;
  /** What the tip tells first. */
  readonly #title: (at: number) => string;

  constructor(
    host: HTMLElement,
    pointing: Pointing,
    label: string,
    title: (at: number) => string = (at) => t("epoch {at}", { at: at.toLocaleString("en-US") }),
  ) {
    this.#pointing = pointing;
    this.#title = title;
    this.chart = new LineChart({
      host,
      window: pointing.window,
      changed: () => {
        this.#key = null;
        pointing.changed();
      },
    });
    this.chart.el.setAttribute("aria-label", label);
    this.#listen();
  }

  /** Draws what changed: the chart where `chart` is another, the cursor where that moved. */
  draw(chart: Chart): void {
    const at = this.#pointing.selected();
    const before = this.#key;
    const { pinned, active, window } = this.#pointing;
    const key = [chart, window.version, at, pinned, active === null || active === this];
    if (before && key.every((each, i) => each === before[i])) return;
    this.#key = key;
    if (!before || before[0] !== chart || before[1] !== key[1]) this.chart.draw(chart);
    this.#drawn = chart;
    this.chart.cursor(chart, at);
    this.#tell(chart, at);
  }

  dispose(): void {
    this.chart.dispose();
  }

  #tell(chart: Chart, at: number | null): void {
    const { el, tip, width, height } = this.chart;
    const [from, to] = this.#pointing.window.shown;
    const rows = at === null ? [] : readout(chart.curves, at);
    const more = rows.length - MOST_ROWS;
    if (more > 0) rows.splice(MOST_ROWS, more, ["…", t("{more} more", { more })]);
    const { active, pinned } = this.#pointing;
    el.toggleAttribute("data-pinned", at !== null && at === pinned);
    const shows =
      (active === null || active === this) &&
      at !== null &&
      at >= from &&
      at <= to &&
      rows.length > 0;
    const x = at === null ? 0 : this.chart.x(at);
    const box = shows ? { at: [x, 8] as const, title: this.#title(at), rows } : null;
    drawTip(tip, box, { width, height });
    const text = rows.map(([name, value]) => `${name} ${value}`).join(", ");
    el.setAttribute("aria-valuemin", String(from));
    el.setAttribute("aria-valuemax", String(to));
    el.setAttribute("aria-valuenow", String(at ?? to));
    el.setAttribute(
      "aria-valuetext",
      at === null ? t("no epoch chosen") : `${this.#title(at)}: ${text}`,
    );
  }

  #listen(): void {
    const { el } = this.chart;
    el.addEventListener("pointerdown", (event) => this.#down(event));
    el.addEventListener("pointermove", (event) => this.#move(event));
    el.addEventListener("pointerup", (event) => this.#up(event));
    el.addEventListener("pointercancel", () => {
      this.#press = null;
    });
    el.addEventListener("pointerleave", () => {
      if (this.#press) return;
      this.#activate(null);
      this.#pointing.point(null);
    });
    el.addEventListener("focus", () => this.#activate(this));
    el.addEventListener("blur", () => this.#activate(null));
    el.addEventListener("dblclick", () => this.#reset());
    el.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    el.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0 || !this.chart.inside(event)) return;
    (this.chart.el.closest(".nnw") as HTMLElement).dataset.by = "pointer";
    this.#press = { x: event.clientX, last: event.clientX, moved: false };
    this.chart.el.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const press = this.#press;
    if (press && (press.moved || Math.abs(event.clientX - press.x) > CLICK)) {
      press.moved = true;
      const { x } = this.chart;
      this.#pointing.window.panBy(x.invert(press.last) - x.invert(event.clientX));
      press.last = event.clientX;
      this.#pointing.changed();
      return;
    }
    if (press || !this.#drawn) return;
    const inside = this.chart.inside(event);
    this.#activate(this);
    this.#pointing.point(inside ? nearestX(this.#drawn.curves, this.chart.at(event)) : null);
  }

  #up(event: PointerEvent): void {
    const press = this.#press;
    this.#press = null;
    if (!press || press.moved || !this.#drawn) return;
    this.#pointing.pin(nearestX(this.#drawn.curves, this.chart.at(event)));
  }

  #activate(panel: ChartPanel | null): void {
    if (this.#pointing.active === panel) return;
    this.#pointing.active = panel;
    this.#pointing.changed();
  }

  /** A page must scroll past a chart: the wheel zooms with Ctrl, or where the chart has the focus. */
  #wheel(event: WheelEvent): void {
    const focused = focusedIn(this.chart.el) === this.chart.el;
    if (!(event.ctrlKey || event.metaKey || focused)) return;
    event.preventDefault();
    const step = Math.max(-0.3, Math.min(0.3, -event.deltaY * (event.ctrlKey ? 0.01 : 0.002)));
    this.#pointing.window.zoomBy(2 ** step, this.chart.at(event));
    this.#pointing.changed();
  }

  #reset(): void {
    this.#pointing.window.reset();
    this.#pointing.changed();
  }

  #pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.#actionOf(event);
    if (!act) return;
    delete (this.chart.el.closest(".nnw") as HTMLElement).dataset.by;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  #actionOf({ key, shiftKey, repeat }: KeyboardEvent): (() => void) | null {
    const { window, changed, store } = this.#pointing;
    const zoom = (factor: number) => () => {
      window.zoomBy(factor, this.#pointing.selected() ?? undefined);
      changed();
    };
    if (key === "ArrowRight") return () => this.#step(shiftKey ? 10 : 1);
    if (key === "ArrowLeft") return () => this.#step(shiftKey ? -10 : -1);
    if (key === "Home") return () => this.#step(Number.NEGATIVE_INFINITY);
    if (key === "End") return () => this.#step(Number.POSITIVE_INFINITY);
    if (key === "Escape") return () => this.#pointing.pin(null);
    if (key === "+" || key === "=") return zoom(1.4);
    if (key === "-" || key === "−") return zoom(1 / 1.4);
    if (key === "0") return () => this.#reset();
    if (key === " ") return () => !repeat && togglePlay(store);
    return null;
  }

  #step(by: number): void {
    if (!this.#drawn) return;
    const now = this.#pointing.selected() ?? this.#pointing.window.shown[1];
    const next = stepX(this.#drawn.curves, now, by);
    if (next === null) return;
    this.#pointing.pinned = next;
    this.#pointing.select(next);
    this.#follow(next);
    this.#pointing.changed();
  }

  /** A cursor that leaves what is shown takes it along. */
  #follow(at: number): void {
    const [from, to] = this.#pointing.window.shown;
    if (at < from) this.#pointing.window.panBy(at - from);
    if (at > to) this.#pointing.window.panBy(at - to);
  }
}
