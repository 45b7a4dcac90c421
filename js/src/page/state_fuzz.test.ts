// @vitest-environment happy-dom
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ModelLike, NetworkStore } from "../state/host.js";
import { createStore } from "../state/store.js";
import { FakeClock } from "../testing/fake-clock.js";
import { xorTraits } from "../testing/kernel_page.js";
import { decisionLines } from "../widgets/decision_lines.js";
import { featureSpace } from "../widgets/feature_space.js";
import { connect, type HostContext, mountView } from "../widgets/mount.js";
import { trainingBar } from "../widgets/training_bar.js";
import type { View } from "../widgets/view.js";
import { createHost, type NetworkModule } from "./host.js";
import { readState } from "./state.js";

const VIEWS: Record<string, View> = {
  DecisionLines: decisionLines,
  FeatureSpace: featureSpace,
  TrainingBar: trainingBar,
};

type Context = HostContext & { readonly host: Parameters<typeof connect>[2] };
type Tree = Record<string, unknown>;
const bytes = (values: Float32Array | Float64Array) => ({
  $: "b",
  v: btoa(String.fromCharCode(...new Uint8Array(values.buffer))),
});

/** A page as Python writes it: a network with two epochs, and a view of each kind. */
function written(): Tree {
  const { _values, _initial, _data, ...traits } = xorTraits({ sizes: [2, 2, 1] });
  const data = { ..._data, X: bytes(_data.X as Float32Array), y: bytes(_data.y as Float32Array) };
  const columns = ["epoch", "loss", "accuracy", "test_loss", "test_accuracy", "kept"];
  const table = Float64Array.of(0, 1, 0.7, 0.6, 0.5, 0.5, NaN, NaN, NaN, NaN, 1, 1);
  const both = Float32Array.of(..._values, ..._values);
  return {
    format: 1,
    words: {},
    nets: [
      {
        traits: { ...traits, _values: bytes(_values), _initial: bytes(_initial), _data: data },
        history: { content: { columns, stride: 1 }, buffers: [bytes(table), bytes(both)] },
        seed: 0,
      },
    ],
    views: Object.keys(VIEWS).map((name) => ({
      ...{ net: 0, library: null, fed: null },
      traits: { _view: name, width: 300, height: 200, _dom_classes: [], extent: null },
    })),
  };
}

/** Every place of a tree, by the keys that lead there. */
function places(tree: unknown, before: readonly string[] = []): string[][] {
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => [
    [...before, key],
    ...places(value, [...before, key]),
  ]);
}

function damaged(place: readonly string[], value: unknown): Tree {
  const tree = structuredClone(written());
  const last = place.length - 1;
  const inner = place.slice(0, last).reduce((at, key) => at[key] as Tree, tree);
  if (value === undefined) delete inner[place[last]];
  else inner[place[last]] = value;
  return tree;
}

/** The network's bundle on a clock of the test's own, where what frames throw is heard. */
const bundle = (clock: FakeClock, stores: NetworkStore[]) =>
  ({
    initialize({ model }: { readonly model: ModelLike }) {
      const store = createStore({ model, clock });
      stores.push(store);
      const render = async (context: Context) => {
        const name = context.model.get("_view") as string;
        if (!Object.hasOwn(VIEWS, name)) throw new Error(`no view ${name}`);
        const show = VIEWS[name];
        const { el, host } = context;
        const done = mountView(context, store, (options) => show({ store, options, el }));
        await connect(store, model, host);
        return done;
      };
      return { store, render, mount: () => () => {} };
    },
  }) as unknown as NetworkModule;

/** Opens a page; @returns what is said of it where it cannot be shown */
async function opened(tree: Tree): Promise<string | null> {
  const clock = new FakeClock();
  const end = new AbortController();
  const el = document.createElement("section");
  document.body.append(el);
  const stores: NetworkStore[] = [];
  let said: string | null = null;
  try {
    const state = await readState(JSON.stringify(tree));
    const network = bundle(clock, stores);
    const host = createHost({ state, network, libraries: {}, clock, signal: end.signal });
    for (const i of Object.keys(VIEWS).keys()) await host.mount(i, el);
  } catch (error) {
    said = (error as Error).message;
  }
  if (said === null) {
    clock.advance(50); // what throws from here on, nobody hears
    stores[0].train({ action: "step", n: 2 });
    stores[0].recall(1).catch(() => null); // the page may not have it, and says so
    clock.advance(100);
  }
  for (const store of stores) store.dispose();
  end.abort();
  el.remove();
  return said;
}

const whole = places(written());
const odd = fc.constantFrom<unknown>(
  ...[undefined, null, true, 0, -1, 0.5, 7, 1e9, 1e308, "", "tanh", "x".repeat(300), "__proto__"],
  ...[[], [0], [[]], {}, { $: "b", v: "AAAA" }, { $: "b", v: "?" }, { $: "z", v: "AAAA" }],
  ...[
    { $: "n", v: "NaN" },
    { $: "n", v: "Infinity" },
  ],
);

describe("a damaged page", () => {
  test("whole, it opens", async () => {
    expect(await opened(written())).toBe(null);
  });

  test("ends in an error that is said, or in a quiet view", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...whole), odd, async (place, value) => {
        const said = await opened(damaged(place, value));
        expect(said === null || said.length > 0).toBe(true);
      }),
      { numRuns: 120 },
    );
  });
});
