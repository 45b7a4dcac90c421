/** A small convolutional network as Python would send it, and a feed to send it by. */

import type { Fed, Feed } from "../widgets/feed.js";

export interface FakeFeed extends Feed {
  readonly asked: { type: string; [key: string]: unknown }[];
  send(fed: Fed): void;
}

export function fakeFeed(): FakeFeed {
  const listeners = new Set<(fed: Fed) => void>();
  const asked: { type: string; [key: string]: unknown }[] = [];
  let latest: Fed | null = null;
  return {
    asked,
    get latest() {
      return latest;
    },
    send(fed) {
      latest = fed;
      for (const listener of listeners) listener(fed);
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    ask(message) {
      asked.push(message);
      return true;
    },
    chunk: () => Promise.reject(new Error("no chunks here")),
    dispose: () => listeners.clear(),
  };
}

/** A picture of 4×4, one 3×3 convolution with padding to two maps, and a 2×2 maximum. */
export function fakeMaps(): Fed {
  const picture = Array.from({ length: 16 }, (_, i) => i);
  const weight = [0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1];
  const bias = [0, 0.5];
  const at = (y: number, x: number) => (y < 0 || x < 0 || y > 3 || x > 3 ? 0 : picture[4 * y + x]);
  const maps: number[] = [];
  for (let o = 0; o < 2; o++) {
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 4; x++) {
        let sum = bias[o];
        for (let k = 0; k < 9; k++) {
          sum += weight[9 * o + k] * at(y + Math.floor(k / 3) - 1, x + (k % 3) - 1);
        }
        maps.push(sum);
      }
    }
  }
  const pooled = [0, 1].flatMap((o) =>
    [0, 1, 2, 3].map((i) => {
      const [y, x] = [2 * (i >> 1), 2 * (i & 1)];
      return Math.max(...[0, 1, 4, 5].map((d) => maps[16 * o + 4 * y + x + d]));
    }),
  );
  const numbers = [...picture, ...maps, ...pooled, ...weight, ...bias];
  const two = (n: number) => [n, n];
  const window = (k: number, s: number, p: number) => ({
    ...{ kernel: two(k), stride: two(s), padding: two(p), after: two(p), dilation: two(1) },
    ceil: false,
  });
  const spans = (n: number, k: number, s: number, p: number) =>
    Array.from({ length: n }, (_, i) => [i * s - p, i * s - p + k - 1]);
  const steps = [
    {
      ...{ name: "0", function: "conv2d", kind: "convolution", reads: [-1], groups: 1 },
      ...{ c: 2, h: 4, w: 4, sent: 2, at: 16, window: window(3, 1, 1) },
      ...{ rows: spans(4, 3, 1, 1), columns: spans(4, 3, 1, 1) },
      weight: { shape: [2, 1, 3, 3], at: 56, name: "0.weight", flat: 0 },
      bias: { shape: [2], at: 74, name: "0.bias", flat: 18 },
    },
    {
      ...{ name: "1", function: "max_pool2d", kind: "pooling", reads: [0], groups: 1 },
      ...{ c: 2, h: 2, w: 2, sent: 2, at: 48, window: window(2, 2, 0) },
      ...{ rows: spans(2, 2, 2, 0), columns: spans(2, 2, 2, 0), weight: null, bias: null },
    },
  ];
  const content = {
    ...{ type: "feed", serial: 1, sample: 3, n: 9, epoch: 2, target: "cat", steps },
    picture: { c: 1, h: 4, w: 4, sent: 1, at: 0 },
    answers: [
      ["cat", 0.75],
      ["dog", 0.25],
    ],
  };
  return { content, buffers: [Float32Array.from(numbers)] };
}
