/** A store whose other end is a kernel in the page, for tests. */

import { createKernel, type KernelState } from "../page/kernel.js";
import { createStore } from "../state/store.js";
import type { NetState } from "../state/types.js";
import type { DataMessage, Incoming, Outgoing, Spec, Status } from "../wire.js";
import { FakeClock } from "./fake-clock.js";
import { FakeModel } from "./fake-kernel.js";
import { IDLE, specOf } from "./fake-store.js";

interface Given {
  readonly spec?: Partial<Spec>;
  readonly sizes?: readonly number[];
  readonly status?: Partial<Status>;
  readonly history?: KernelState["history"];
  readonly test?: DataMessage["test"];
}

/** Traits of a network that learns XOR, its parameters a little different each. */
export function xorTraits({
  spec: change = {},
  sizes = [2, 2, 1],
  status = {},
  test = null,
}: Given) {
  const spec: Spec = { ...specOf(sizes), dtype: "float32", ...change };
  const values = Float32Array.from({ length: spec.size }, (_, i) => Math.sin(3 * i + 1));
  const X = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
  const y = Float32Array.of(0, 1, 1, 0);
  return {
    ...{ _spec: spec, _values: values, _initial: values, _frozen: [] as number[] },
    _status: { ...IDLE, speed: null, batch: 4, ...status } as Status,
    _data: { n: 4, d: 2, k: 1, X, y, test, acks: {} },
  };
}

export function kernelPage(given: Given = {}) {
  const clock = new FakeClock();
  const traits = xorTraits(given);
  const model = new FakeModel();
  model.update(traits);
  const said: Incoming[] = [];
  let time = 0;
  const state: KernelState = given.history ? { traits, history: given.history } : { traits };
  const kernel = createKernel({
    ...{ clock, state },
    send(message, buffers) {
      said.push(message);
      model.emit("msg:custom", message, buffers);
    },
    update: (changed) => model.update(changed),
    stopwatch: () => ++time, // a millisecond for each piece of work
  });
  const sent: Outgoing[] = [];
  const uplink = new FakeModel((content) => {
    sent.push(content as Outgoing);
    kernel.receive(content);
  });
  const store = createStore({ model, clock });
  const drawn: NetState[] = [];
  store.subscribe((state) => drawn.push(state));
  store.connect(uplink);
  clock.advance(50);
  return { clock, store, kernel, model, sent, said, drawn };
}
