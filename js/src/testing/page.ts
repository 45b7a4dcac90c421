/** A store and the kernel behind it, for tests. */

import { createStore } from "../state/store.js";
import type { NetState } from "../state/types.js";
import { FakeClock } from "./fake-clock.js";
import { FakeKernel } from "./fake-kernel.js";

export function page({ connected = true } = {}) {
  const clock = new FakeClock();
  const kernel = new FakeKernel(clock);
  const store = createStore({ model: kernel.model, clock });
  const drawn: NetState[] = [];
  store.subscribe((state) => drawn.push(state));
  if (connected) {
    store.connect(kernel.uplink);
    clock.advance(100);
  }
  return { clock, kernel, store, drawn };
}

/** True where the page shows what Python has. */
export function agree(store: { readonly state: NetState }, kernel: FakeKernel): boolean {
  const { params, data, frozen } = store.state;
  const rows = kernel.points.flatMap(({ x }) => x);
  const labels = kernel.points.flatMap(({ y }) => y);
  return (
    kernel.params.every((value, i) => value === params[i]) &&
    data.n === kernel.points.length &&
    rows.every((value, i) => Math.fround(value) === data.X[i]) &&
    labels.every((value, i) => value === data.y[i]) &&
    frozen.size === kernel.frozen.length &&
    kernel.frozen.every((i) => frozen.has(i))
  );
}
