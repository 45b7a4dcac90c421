// @vitest-environment happy-dom
import katex from "katex";
import { describe, expect, it } from "vitest";
import { formulas } from "../scene/by_hand/formulas.js";
import { stepsOf } from "../scene/by_hand/steps.js";
import { Worker } from "../scene/by_hand/worked.js";
import { dataOf, type Network, networkOf } from "../testing/views.js";
import type { ActivationName } from "../wire.js";
import { mathml } from "./mathml.js";

/** Elements that say how a formula is built; KaTeX nests rows in its own way. */
const BUILT = ["mfrac", "msqrt", "mtable", "mtr", "mtd", "mover"];

/** What is read, and how many of each element there are, of what KaTeX makes of the same TeX. */
function read(html: string) {
  const el = document.createElement("div");
  el.innerHTML = html;
  for (const note of el.querySelectorAll("annotation")) note.remove();
  const count = (name: string) => el.querySelectorAll(name).length;
  // A sum's index is a script, or below it: as the browser finds room.
  const under = count("munder") + 2 * count("munderover");
  const braces = (el.textContent ?? "").split("⏟").length - 1; // which are a line in ours
  const scripts = under + count("msub") + count("msup") + 2 * count("msubsup") - braces;
  const text = (el.textContent ?? "").replaceAll(/[\s\u2061\u200b⏟]/g, "").replaceAll("-", "−");
  return { text, scripts, ...Object.fromEntries(BUILT.map((name) => [name, count(name)])) };
}

/** KaTeX writes f′ with a script of its own kind, and bold letters as others. */
const plain = (text: string) =>
  text.normalize("NFKD").replaceAll("⋅", "·").replaceAll("\u0302", "^");

function expectLikeKatex(tex: string): void {
  const theirs = read(katex.renderToString(tex, { output: "mathml", displayMode: true }));
  const ours = read(mathml(tex));
  expect({ ...ours, text: plain(ours.text), tex }).toEqual({
    ...theirs,
    text: plain(theirs.text),
    tex,
  });
}

function written(network: Network): string[] {
  const state = networkOf(network);
  const found = new Worker().work(state, { sample: 0, batch: null, rate: 0.5 });
  if (!found) throw new Error("cannot be worked");
  return stepsOf(found.spec).flatMap((step) => {
    const made = formulas(found, step, 0, 4);
    return [
      ...made.general,
      ...made.lines.map(({ symbol, relation, put }) => `${symbol} ${relation} ${put}`),
      ...(made.whole ? [`${made.whole.put} = ${made.whole.result}`] : []),
    ];
  });
}

const NAMES: ActivationName[] = [
  ...(["linear", "tanh", "sigmoid", "relu", "leaky_relu"] as const),
  ...(["elu", "gelu", "silu", "softplus", "sine"] as const),
];

describe("a formula", () => {
  it.each(NAMES)("of a network with %s reads and is built as KaTeX has it", (activation) => {
    const found = written({ sizes: [2, 3, 1], activation });
    expect(found.length).toBeGreaterThan(10);
    for (const tex of found) expectLikeKatex(tex);
  });

  it("of classes, and of more terms than are written", () => {
    const data = dataOf([[0.5, -1, 2, 0.1, 3, 1, 2, 4]], [[1]]);
    const spec = { loss: "cross_entropy", task: "multiclass" } as const;
    for (const tex of written({ sizes: [8, 7, 3], spec, data })) expectLikeKatex(tex);
  });

  it("of a bold number with its power of ten", () => {
    expectLikeKatex("c = \\boldsymbol{-7.052\\cdot 10^{-4}}");
  });

  it("may break after operators, and not within a fraction", () => {
    const parts = (tex: string) => mathml(tex).split("<wbr>").length;
    expect(parts("z = a + b - c")).toBe(4);
    expect(parts("\\frac{a + b}{c + d}")).toBe(1);
  });

  it("has signs close to what they are of", () => {
    expect(mathml("-3")).toContain('form="prefix"');
    expect(mathml("2 - 3")).toContain('form="infix"');
    expect(mathml("(-3)")).toContain('form="prefix"');
  });

  it("shows text as text", () => {
    const el = document.createElement("div");
    el.innerHTML = mathml("\\text{<img src=x onerror=y> & more}");
    expect(el.querySelector("img")).toBeNull();
    expect(el.textContent).toBe("<img src=x onerror=y> & more");
  });
});
