/**
 * Whatever happens on the way: messages late or lost, the connection cut and mended, a kernel too
 * busy to answer. In the end page and Python agree, and of each parameter's writers the last wins.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { agree, page } from "../testing/page.js";

const SIZE = 9;
const index = fc.nat(SIZE - 1);
const value = fc.integer({ min: -99, max: 99 });

const action = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("edit" as const), index, value }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("write" as const), index, value }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("point" as const), index, value }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("freeze" as const), index, value }) },
  fc.record({ do: fc.constant("hold" as const), index, value }),
  fc.record({ do: fc.constantFrom("release", "undo", "cut", "mend", "busy", "work", "wait") }),
);

const happening = fc.record({
  action,
  wait: fc.oneof(fc.nat(40), fc.nat(40), fc.nat(3000)),
});

const scenario = fc.record({
  happenings: fc.array(happening, { maxLength: 30 }),
  latencies: fc.array(fc.nat(300), { minLength: 1, maxLength: 8 }),
  losses: fc.array(fc.boolean(), { minLength: 1, maxLength: 16 }),
});

test("page and Python end up with the same, and the last word is the last", () => {
  fc.assert(
    fc.property(scenario, ({ happenings, latencies, losses }) => {
      const { store, kernel, clock } = page();
      let sent = 0;
      let edits = 0;
      kernel.link.latency = () => latencies[sent++ % latencies.length];
      kernel.link.loses = () => losses[sent++ % losses.length];
      /** What each parameter should be, where that is certain. */
      const expected = new Map<number, number>();
      /** The page's last value, until Python has it. */
      const unseen = new Map<number, number>();
      const uncertain = new Set<number>();
      kernel.onEdit = (indices) => {
        for (const i of indices) {
          if (unseen.get(i) === kernel.params[i]) unseen.delete(i);
        }
      };
      for (const { action, wait } of happenings) {
        switch (action.do) {
          case "edit":
            if (store.state.frozen.size > 0) break;
            edits += 1;
            store.edit([action.index], [action.value + 1000 * edits]); // no two the same
            expected.set(action.index, action.value + 1000 * edits);
            unseen.set(action.index, action.value + 1000 * edits);
            break;
          case "write":
            kernel.write(action.index, action.value);
            if (!unseen.has(action.index)) expected.set(action.index, action.value);
            break;
          case "hold":
            store.begin("drag", [action.index]);
            uncertain.add(action.index); // as long as it is held, who was last is not defined
            break;
          case "freeze":
            store.freeze([action.index], action.value > 0);
            uncertain.add(action.index);
            for (const i of unseen.keys()) uncertain.add(i);
            break;
          case "point":
            store.editPoint({ op: "move", row: action.index % 3, x: [action.value, 0] });
            break;
          case "undo":
            store.undo();
            for (let i = 0; i < SIZE; i++) uncertain.add(i);
            break;
          case "release":
            store.end();
            break;
          case "cut":
            kernel.link.broken = true;
            break;
          case "mend":
            kernel.link.broken = false;
            break;
          case "busy":
            kernel.busy = true;
            break;
          case "work":
            kernel.work();
        }
        clock.advance(wait);
      }
      store.end();
      kernel.link.broken = false;
      kernel.link.loses = () => false;
      kernel.work();
      clock.advance(60_000);
      expect(store.state.link).toBe("live");
      expect(store.state.ahead).toBe(false);
      expect(agree(store, kernel)).toBe(true);
      for (const [i, last] of expected) {
        if (!uncertain.has(i)) expect([i, kernel.params[i]]).toEqual([i, last]);
      }
    }),
    { numRuns: 300 },
  );
});
