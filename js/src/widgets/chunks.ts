/** Files of the package that only some pages need, asked of Python over a view's comm. */

import type { ModelLike } from "../state/host.js";
import type { BufferLike } from "../wire.js";

export interface Chunks {
  /** The bytes of a file of the package, gzipped; fails where Python does not answer. */
  chunk(name: string): Promise<ArrayBuffer>;
  dispose(): void;
}

interface Waiting {
  readonly resolve: (bytes: ArrayBuffer) => void;
  readonly reject: (reason: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** A kernel that computes may take a while to answer. */
const PATIENCE_MS = 60_000;

export function modelChunks(model: ModelLike): Chunks {
  const waiting = new Map<string, Waiting[]>();
  const receive = (content: unknown, buffers: readonly BufferLike[] = []) => {
    const message = content as { type?: string; name?: string };
    if (message.type !== "chunk" || !message.name || !buffers[0]) return;
    for (const { resolve, timer } of waiting.get(message.name) ?? []) {
      clearTimeout(timer);
      resolve(bytesOf(buffers[0]));
    }
    waiting.delete(message.name);
  };
  model.on("msg:custom", receive as (...args: never[]) => void);

  return {
    chunk: (name) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(unanswered(name)), PATIENCE_MS);
        waiting.set(name, [...(waiting.get(name) ?? []), { resolve, reject, timer }]);
        if (!tell(model, { type: "chunk", name })) reject(unanswered(name));
      }),
    dispose() {
      model.off("msg:custom", receive as (...args: never[]) => void);
      for (const { reject, timer } of [...waiting.values()].flat()) {
        clearTimeout(timer);
        reject(new Error("the view is gone"));
      }
    },
  };
}

/** False where the kernel is gone; the view's badge says so. */
export function tell(model: ModelLike, message: object): boolean {
  try {
    model.send?.(message);
    return model.send !== undefined;
  } catch {
    return false;
  }
}

function unanswered(name: string): Error {
  return new Error(`${name} did not come: Python cannot be reached`);
}

function bytesOf(buffer: BufferLike): ArrayBuffer {
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  return bytes.slice().buffer;
}
