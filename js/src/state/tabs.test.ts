/** A notebook that is open in two tabs: one kernel, which says everything to both. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agree, page } from "../testing/page.js";
import { createStore } from "./store.js";

/** Two tabs; frames are drawn in both. */
function tabs() {
  const { clock, kernel, store: here } = page();
  const there = createStore({ model: kernel.openTab(), clock });
  there.subscribe(() => {});
  there.connect(kernel.uplink);
  clock.advance(100);
  return { clock, kernel, here, there };
}

describe("two tabs", () => {
  test("show what is dragged in either, and send nothing back", () => {
    const { clock, kernel, here, there } = tabs();
    here.begin("drag", [0]);
    for (let k = 1; k <= 20; k++) {
      here.edit([0], [k]);
      clock.advance(16);
    }
    here.end();
    clock.advance(100);
    expect(there.state.params[0]).toBe(20);
    expect([here.state.held, there.state.held]).toEqual([false, false]);
    expect(new Set(kernel.of("edit").map((edit) => edit.page)).size).toBe(1);
    const edits = kernel.of("edit").length;
    clock.advance(5000);
    expect(kernel.of("edit")).toHaveLength(edits);
  });

  test("do not take an acknowledgement of the other for their own", () => {
    const { clock, kernel, here, there } = tabs();
    for (let k = 0; k < 5; k++) {
      there.edit([1], [k]); // so that its numbers are ahead
      clock.advance(50);
    }
    kernel.link.loses = () => true;
    here.edit([0], [42]);
    kernel.link.loses = () => false;
    there.edit([1], [7]);
    clock.advance(100);
    expect(here.state.ahead).toBe(true);
    expect(here.state.params[0]).toBe(42); // does not jump back
    clock.advance(5000);
    expect([here.state.params[0], kernel.params[0], there.state.params[0]]).toEqual([42, 42, 42]);
    expect(here.state.ahead).toBe(false);
  });

  test("show no error that is the other's, and take no answer to it", async () => {
    const { clock, kernel, here, there } = tabs();
    const [mine] = kernel.of("hello").map((message) => message.page);
    const asked = here.recall(5);
    clock.advance(20);
    const said = { type: "error", message: "no", detail: "", seq: 1 } as const;
    kernel.toPage({ ...said, page: mine });
    kernel.toPage({ type: "recalled", epoch: 9, page: mine + 1 }, [new Float32Array(9).buffer]);
    kernel.toPage({ type: "recalled", epoch: 5, page: mine }, [new Float32Array(9).fill(5).buffer]);
    clock.advance(50);
    expect((await asked)[0]).toBe(5);
    expect([here.state.error?.message, there.state.error]).toEqual(["no", null]);
  });

  test("agree in the end, each parameter where the hand that had it left it", () => {
    const step = fc.record({
      tab: fc.boolean(),
      value: fc.integer({ min: -99, max: 99 }),
      wait: fc.oneof(fc.nat(40), fc.nat(3000)),
    });
    const losses = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), losses, fc.nat(200), (steps, lost, late) => {
        const { clock, kernel, here, there } = tabs();
        const left = [kernel.params[0], kernel.params[1]];
        let sent = 0;
        kernel.link.latency = () => late;
        kernel.link.loses = () => lost[sent++ % lost.length];
        for (const { tab, value, wait } of steps) {
          const [store, index] = tab ? [there, 1] : [here, 0];
          store.begin("drag", [index]);
          store.edit([index], [value]);
          left[index] = value;
          clock.advance(wait);
          store.end();
        }
        kernel.link.loses = () => false;
        clock.advance(60_000);
        expect([...kernel.params.slice(0, 2)]).toEqual(left);
        expect([agree(here, kernel), agree(there, kernel)]).toEqual([true, true]);
        expect([here.state.ahead, there.state.ahead]).toEqual([false, false]);
      }),
      { numRuns: 100 },
    );
  });
});
