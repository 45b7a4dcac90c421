/** Gradients of every layer over the epochs, as the page has them. */

import { type BufferLike, numbers } from "../wire.js";
import { Growing } from "./growing.js";

/** What there is of each layer at each epoch, in the order in which it comes. */
export const NUMBERS = ["gradient", "weight", "update", "step", "zeros"] as const;
export type FlowNumber = (typeof NUMBERS)[number];

export interface FlowLayer {
  readonly name: string;
  readonly size: number;
  readonly values: Readonly<Record<FlowNumber, Float64Array>>;
}

export interface Flow {
  readonly epochs: Float64Array;
  /** 1 where the gradient was computed over the data, 0 where it was read from p.grad. */
  readonly computed: Float64Array;
  readonly layers: readonly FlowLayer[];
  /** By epoch: (layers, bins) counts. */
  readonly histograms: readonly Uint32Array[];
  /** Exponent of ten at the first bin's edge, at the last one's, and bins to a decade. */
  readonly decades: readonly [low: number, high: number, per: number];
  readonly samples: readonly [used: number, all: number];
  readonly every: number | "auto";
  readonly failure: string;
}

interface Message extends Pick<Flow, "decades" | "samples" | "every" | "failure"> {
  readonly generation: number;
  readonly from: number;
  readonly rows: number;
  readonly layers: readonly string[];
  readonly sizes: readonly number[];
}

export class FlowBook {
  version = 0;
  flow: Flow | null = null;
  #generation = -1;
  #columns: Growing[] = [];
  #histograms: Uint32Array[] = [];

  /** Takes a message; false where rows are missing before those that came. */
  apply(content: Readonly<Record<string, unknown>>, buffers: readonly BufferLike[]): boolean {
    if (!Array.isArray(content.layers)) return true;
    const message = content as unknown as Message;
    const width = 2 + NUMBERS.length * message.layers.length;
    if (message.generation !== this.#generation || this.#columns.length !== width) {
      if (message.from > 0) return false;
      this.#generation = message.generation;
      this.#columns = Array.from({ length: width }, () => new Growing());
      this.#histograms = [];
    }
    if (this.#histograms.length < message.from) return false;
    this.#cut(message.from);
    this.#add(message, width, buffers);
    this.flow = this.#made(message);
    this.version++;
    return true;
  }

  #cut(length: number): void {
    for (const column of this.#columns) column.cut(length);
    this.#histograms = this.#histograms.slice(0, length);
  }

  #add({ rows, layers, decades }: Message, width: number, buffers: readonly BufferLike[]): void {
    if (rows === 0 || !buffers[0] || !buffers[1]) return;
    const values = numbers(buffers[0], "float64");
    for (let c = 0; c < width; c++) {
      this.#columns[c].add(Float64Array.from({ length: rows }, (_, r) => values[r * width + c]));
    }
    const counts = integers(buffers[1]);
    const size = layers.length * (decades[1] - decades[0]) * decades[2];
    for (let r = 0; r < rows; r++) this.#histograms.push(counts.subarray(r * size, (r + 1) * size));
  }

  #made(message: Message): Flow {
    const count = message.layers.length;
    const layers = message.layers.map((name, l) => {
      const own = NUMBERS.map((number, i) => [number, this.#columns[2 + i * count + l].values]);
      return { name, size: message.sizes[l], values: Object.fromEntries(own) };
    });
    const { decades, samples, every, failure } = message;
    return {
      ...{ epochs: this.#columns[0].values, computed: this.#columns[1].values, layers },
      ...{ histograms: this.#histograms, decades, samples, every, failure },
    };
  }
}

function integers(buffer: BufferLike): Uint32Array {
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  return new Uint32Array(bytes.slice().buffer);
}
