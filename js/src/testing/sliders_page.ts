/** Sliders on a page, with what their tests do to them. */

import { vi } from "vitest";
import { weightSliders } from "../widgets/weight_sliders.js";
import { type FakeStore, fakeOptions, fakeStore, stateOf } from "./fake-store.js";

export let store: FakeStore;
export let options: ReturnType<typeof fakeOptions>;
export let el: HTMLElement;
export let unmount: () => void;

export function mount(
  sizes: readonly number[] = [2, 2, 1],
  values: Record<string, unknown> = {},
): void {
  document.body.innerHTML = "";
  el = document.createElement("div");
  document.body.append(el);
  store = fakeStore(stateOf(sizes));
  options = fakeOptions({ search: "", limit: 64, ranges: {}, ...values });
  unmount = weightSliders({ store, options, el });
}

export function setUp(): void {
  vi.useFakeTimers();
  mount();
}
export function tearDown(): void {
  unmount();
  vi.useRealTimers();
}

export const find = <E extends HTMLElement>(selector: string) => el.querySelector(selector) as E;
export const rows = () => [...el.querySelectorAll<HTMLElement>(".nnw-row")];
export const row = (ref: string) => rows().find((each) => each.dataset.ref === ref) as HTMLElement;
export const within = <E extends HTMLElement>(ref: string, selector: string) =>
  row(ref).querySelector(selector) as E;
export const slider = (ref: string) => within<HTMLInputElement>(ref, ".nnw-slider");
export const field = (ref: string) => within<HTMLInputElement>(ref, ".nnw-number");
export const digits = (ref: string) => within(ref, ".nnw-digits").textContent?.trim();
export const names = () => store.calls.map((call) => call.name);
export const button = (text: string) =>
  [...el.querySelectorAll("button")].find((each) =>
    [each.textContent?.trim(), each.getAttribute("aria-label")].includes(text),
  ) as HTMLButtonElement;

export function params(change: Record<number, number>): void {
  const next = store.state.params.slice();
  for (const [index, value] of Object.entries(change)) next[Number(index)] = value;
  store.patch({ params: next });
}

export function input(element: HTMLInputElement, value: string): void {
  element.value = value;
  element.dispatchEvent(new Event("input", { bubbles: true }));
}

export function press(
  element: HTMLElement,
  key: string,
  more: KeyboardEventInit = {},
): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  element.dispatchEvent(event);
  return event;
}
