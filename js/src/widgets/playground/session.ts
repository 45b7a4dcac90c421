/** One network on a playground, with its views, each in an element of its own. */

import type { ModelLike, NetworkStore } from "../../state/host.js";
import type { MountView } from "../view.js";

export interface PlaygroundHost {
  getModel(ref: string): Promise<ModelLike>;
  getWidget(ref: string): Promise<{
    exports: { store: NetworkStore; mount: MountView };
    render(context: { el: HTMLElement; signal?: AbortSignal }): Promise<unknown>;
  }>;
}

/** What Python says of the network that is shown. */
export interface Parts {
  readonly serial: number;
  readonly net: string;
  readonly views: Readonly<Record<string, string>>;
}

export class Session {
  readonly #end = new AbortController();
  readonly #slots = new Map<string, HTMLElement>();
  readonly #models = new Map<string, ModelLike>();
  readonly #mounted = new Map<string, Promise<void>>();

  private constructor(
    readonly parts: Parts,
    readonly store: NetworkStore,
    readonly network: ModelLike,
    private readonly host: PlaygroundHost,
  ) {}

  static async open(parts: Parts, host: PlaygroundHost): Promise<Session> {
    const { exports } = await host.getWidget(parts.net);
    return new Session(parts, exports.store, await host.getModel(parts.net), host);
  }

  get names(): readonly string[] {
    return Object.keys(this.parts.views);
  }

  /** Where a part is, or will be. */
  slot(name: string): HTMLElement {
    const known = this.#slots.get(name);
    if (known) return known;
    const slot = document.createElement("div");
    slot.className = "nnw-bench-slot";
    slot.dataset.part = name;
    this.#slots.set(name, slot);
    return slot;
  }

  known(name: string): HTMLElement | undefined {
    return this.#slots.get(name);
  }

  /** Puts a part into its element, once; that has to be on the page. */
  mount(name: string): Promise<void> {
    const known = this.#mounted.get(name);
    if (known) return known;
    const mounting = this.#mount(name);
    this.#mounted.set(name, mounting);
    return mounting;
  }

  /** An option of a part, in this page only. */
  set(name: string, option: string, value: unknown): void {
    const model = this.#models.get(name);
    if (model && model.get(option) !== value) model.set?.(option, value);
  }

  /** An option of a part that Python has to know. */
  tell(name: string, option: string, value: unknown): void {
    const model = this.#models.get(name);
    if (!model || model.get(option) === value) return;
    model.set?.(option, value);
    try {
      model.send?.({ type: "option", name: option, value });
    } catch {
      // without a kernel it holds in this page
    }
  }

  dispose(): void {
    this.#end.abort();
    for (const slot of this.#slots.values()) slot.remove();
  }

  async #mount(name: string): Promise<void> {
    const ref = this.parts.views[name];
    this.#models.set(name, await this.host.getModel(ref));
    const el = document.createElement("div"); // a view leaves its traces on the one it had
    this.slot(name).replaceChildren(el);
    const widget = await this.host.getWidget(ref);
    if (!this.#end.signal.aborted) await widget.render({ el, signal: this.#end.signal });
  }
}
