/** What quantities are called in formulas: a layer's superscript and a unit's index where there are several. */

import { givenCount } from "../../math/lift.js";
import type { Spec } from "../../wire.js";
import type { Step } from "./steps.js";
import { index } from "./tex.js";

export class Symbols {
  constructor(private readonly spec: Spec) {}

  /** ⁽²⁾, where there is more than one layer. */
  #mark(layer: number): string {
    return this.spec.layers.length > 1 ? `^{(${layer + 1})}` : "";
  }

  /** z⁽¹⁾ and its like: all of a layer. */
  all(letter: "z" | "a" | "delta", layer: number): string {
    const bold = letter === "delta" ? "\\boldsymbol{\\delta}" : `\\mathbf{${letter}}`;
    return `${this.#single(layer) ? this.#plain(letter) : bold}${this.#mark(layer)}`;
  }

  /** z₁⁽¹⁾: of one unit; `unit` may be a letter. */
  one(letter: "z" | "a" | "delta" | "b", layer: number, unit: number | string): string {
    const sub = this.#single(layer) ? "" : `_{${typeof unit === "string" ? unit : index(unit)}}`;
    return `${this.#plain(letter)}${sub}${this.#mark(layer)}`;
  }

  weights(layer: number): string {
    return `\\mathbf{W}${this.#mark(layer)}`;
  }

  biases(layer: number): string {
    return this.#single(layer) ? `b${this.#mark(layer)}` : `\\mathbf{b}${this.#mark(layer)}`;
  }

  /** w₁₂: to unit 1 from input 2. */
  weight(layer: number, unit: number | string, input: number | string): string {
    const given = typeof unit === "string" || typeof input === "string";
    const own = this.#single(layer) ? [input] : [unit, input];
    const sub = given
      ? own.map((i) => (typeof i === "string" ? i : i + 1)).join("")
      : index(...(own as number[]));
    return `w_{${sub}}${this.#mark(layer)}`;
  }

  /** What a layer is given: the features, or the activations before. */
  input(layer: number): string {
    if (layer === 0) return this.spec.lift ? "\\mathbf{f}" : "\\mathbf{x}";
    return this.#bold(layer - 1);
  }

  inputOf(layer: number, input: number | string): string {
    if (layer > 0) return this.activation(layer - 1, input);
    const letter = this.spec.lift ? "f" : "x";
    return givenCount(this.spec) === 1
      ? letter
      : `${letter}_{${typeof input === "string" ? input : index(input)}}`;
  }

  /** A unit's activation: z where the layer is linear, which has no step of its own. */
  activation(layer: number, unit: number | string): string {
    return this.one(this.#letter(layer), layer, unit);
  }

  /** The network's prediction, and what it should have been. */
  output(unit: number | string | null): string {
    return this.#outer("\\hat{y}", unit);
  }

  target(unit: number | string | null): string {
    return this.#outer("y", unit);
  }

  /** The derivative of the loss by something. */
  gradient(of: string): string {
    return `\\frac{\\partial L}{\\partial ${of}}`;
  }

  #outer(letter: string, unit: number | string | null): string {
    if (this.spec.outputs === 1) return letter;
    if (unit === null) return letter === "y" ? "\\mathbf{y}" : "\\hat{\\mathbf{y}}";
    return `${letter}_{${typeof unit === "string" ? unit : index(unit)}}`;
  }

  #bold(layer: number): string {
    return this.all(this.#letter(layer), layer);
  }

  #letter(layer: number): "z" | "a" {
    return (this.spec.layers[layer].activation?.name ?? "linear") === "linear" ? "z" : "a";
  }

  #plain(letter: string): string {
    return letter === "delta" ? "\\delta" : letter;
  }

  /** One unit needs no index. */
  #single(layer: number): boolean {
    return this.spec.layers[layer].units === 1;
  }

  /** What a step finds, as a whole. */
  result({ kind, layer }: Step): string {
    switch (kind) {
      case "z":
      case "a":
      case "delta":
        return this.all(kind, layer);
      case "y":
        return this.output(null);
      case "loss":
        return "L";
      case "dW":
        return this.gradient(this.weights(layer));
      case "db":
        return this.gradient(this.biases(layer));
      case "W":
        return this.weights(layer);
      case "b":
        return this.biases(layer);
    }
  }

  /** One entry of what a step finds. */
  entry(step: Step, unit: number | string, input: number | string): string {
    const { kind, layer } = step;
    switch (kind) {
      case "z":
      case "a":
      case "delta":
        return this.one(kind, layer, unit);
      case "y":
        return this.output(unit);
      case "loss":
        return "L";
      case "dW":
        return this.gradient(this.weight(layer, unit, input));
      case "db":
        return this.gradient(this.one("b", layer, unit));
      case "W":
        return this.weight(layer, unit, input);
      case "b":
        return this.one("b", layer, unit);
    }
  }
}

/** The symbol of the parameter at a flat index. */
export function symbolOf(spec: Spec, symbols: Symbols, index: number): string {
  for (const [l, { weight, bias, inputs, units }] of spec.layers.entries()) {
    if (bias !== null && index >= bias && index < bias + units) {
      return symbols.one("b", l, index - bias);
    }
    const at = weight === null ? -1 : index - weight;
    if (at >= 0 && at < inputs * units) {
      return symbols.weight(l, Math.floor(at / inputs), at % inputs);
    }
  }
  return "";
}
