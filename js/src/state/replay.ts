/**
 * The recorded epochs of a network, all of them in the page, and the one that is shown: every view
 * of the network draws it, and neither showing another nor playing them back asks Python anything.
 */

import { nearestIndex } from "../math/curves.js";
import type { BufferLike, FormerRun, HistoryMessage, Incoming } from "../wire.js";
import { t } from "../words.js";
import { Book } from "./book.js";
import { browserClock, type Clock } from "./clock.js";
import { isTraining } from "./moving.js";
import type { Look, NetState, Store } from "./types.js";

/** Milliseconds between two questions while training goes on. */
export const ASK_EVERY = 250;
/** After so many an answer is no longer awaited. */
export const ANSWER_WITHIN = 4000;

/** The network's own run has no name. */
export const OWN = "";

export class Replay {
  /** Runs that were left by a branch; their books come after the own run's. */
  former: readonly FormerRun[] = [];
  /** Grows with every change of what is recorded. */
  version = 0;
  /** Who plays back: the others only draw. */
  driver: object | null = null;
  readonly #books = new Map<string, Book>([[OWN, new Book()]]);
  readonly #users = new Set<() => void>();
  #stop: (() => void) | null = null;
  #revision = -1;
  #asked: { readonly run: string; readonly at: number } | null = null;
  #answered = Number.NEGATIVE_INFINITY;
  #stopWaiting: (() => void) | null = null;

  constructor(
    readonly store: Store,
    private readonly clock: Clock = browserClock,
  ) {}

  /** Keeps what is recorded up to date until the function returned is called. */
  use(changed: () => void): () => void {
    this.#users.add(changed);
    this.#stop ??= this.#start();
    return () => {
      this.#users.delete(changed);
      if (this.#users.size > 0) return;
      this.#stop?.();
      this.#stop = null;
      this.live();
    };
  }

  /** The own run, or a former one by its name. */
  book(run = OWN): Book {
    return this.#books.get(run) ?? EMPTY;
  }

  /** The epoch that is shown, or null: what there is. */
  get shown(): number | null {
    return this.store.state.past?.epoch ?? null;
  }

  /** The last epoch that is here. */
  get last(): number {
    return this.book().epochs.at(-1) ?? 0;
  }

  /**
   * Shows an epoch, or the nearest whose parameters are here. The last one, and any after it, is
   * what there is: views follow the training again.
   *
   * @param moving whether the next one comes soon: views then draw as under a hand
   */
  show(epoch: number, moving = false, run = OWN): void {
    const book = this.book(run);
    const place = nearestIndex(book.kept, epoch);
    if (place < 0) return;
    if (run === OWN && epoch >= this.last) this.live();
    else this.store.show(lookAt(book, place, moving));
  }

  live(): void {
    this.store.show(null);
  }

  #start(): () => void {
    const { store } = this;
    const unhear = store.hear((message, buffers) => this.#hear(message, buffers));
    const unsubscribe = store.subscribe((state) => this.#keepUp(state));
    this.#keepUp(store.state);
    return () => {
      unhear();
      unsubscribe();
      this.#stopWaiting?.();
      this.#stopWaiting = null;
      this.#asked = null;
    };
  }

  #keepUp(state: NetState): void {
    if (state.spec.revision !== this.#revision) this.#forget(state.spec.revision);
    const now = this.clock.now();
    if (this.#asked && now - this.#asked.at < ANSWER_WITHIN) return;
    const run = this.#missing(state);
    if (run === null) return;
    const rest = isTraining(state.status) ? this.#answered + ASK_EVERY - now : 0;
    if (rest > 0) this.#wait(rest);
    else this.#ask(run);
  }

  /** The run of which there is more to ask for. */
  #missing({ status: { recorded } }: NetState): string | null {
    const own = this.book();
    if (own.serial < 0 || (recorded !== undefined && recorded !== own.serial)) return OWN;
    return this.former.find(({ name }) => this.book(name).serial < 0)?.name ?? null;
  }

  #wait(ms: number): void {
    this.#stopWaiting ??= this.clock.setTimer(() => {
      this.#stopWaiting = null;
      this.#keepUp(this.store.state);
    }, ms);
  }

  #ask(run: string): void {
    const { serial, rows } = this.book(run);
    const revision = this.#revision;
    const sent = this.store.ask({ type: "history", run, serial, rows, revision });
    this.#asked = sent ? { run, at: this.clock.now() } : null;
  }

  #hear(message: Incoming, buffers: readonly BufferLike[]): void {
    if (message.type !== "history" || message.revision !== this.#revision) return;
    this.#asked = null;
    this.#answered = this.clock.now();
    const more = this.#take(message, buffers);
    if (more) this.#ask(message.run);
    else this.#keepUp(this.store.state);
    this.version += 1;
    for (const changed of [...this.#users]) changed();
  }

  #take(message: HistoryMessage, buffers: readonly BufferLike[]): boolean {
    const { run, former } = message;
    const book = this.#books.get(run) ?? new Book();
    this.#books.set(run, book);
    const more = book.apply(message, buffers, this.store.state.spec);
    if (more === null) this.#books.set(run, new Book()); // of other rows than those here: all anew
    this.former = former;
    const names = [OWN, ...former.map(({ name }) => name)];
    for (const name of [...this.#books.keys()]) if (!names.includes(name)) this.#books.delete(name);
    for (const name of names) if (!this.#books.has(name)) this.#books.set(name, new Book());
    return more ?? true;
  }

  /** What was is of another network. */
  #forget(revision: number): void {
    this.#revision = revision;
    this.#asked = null;
    this.former = [];
    this.#books.clear();
    this.#books.set(OWN, new Book());
    this.version += 1;
  }
}

const EMPTY = new Book();
const SCORES = ["loss", "accuracy", "test_loss", "test_accuracy"] as const;

function lookAt(book: Book, place: number, moving: boolean): Look {
  const epoch = book.kept[place];
  const params = book.params(place);
  const [loss, accuracy, test_loss, test_accuracy] = SCORES.map((name) => book.score(name, epoch));
  return (state) => {
    if (params.length !== state.spec.size) return state;
    const { status, selection } = state;
    return {
      ...{ ...state, params, ahead: false, held: state.held || moving },
      status: { ...status, epoch, loss, accuracy, test_loss, test_accuracy },
      selection: { ...selection, epoch: selection.epoch ?? epoch },
      past: {
        epoch,
        // What Python computes of a model that the page cannot is of the weights of now.
        words:
          state.spec.kind === "opaque"
            ? t("past: weights of epoch {epoch}", { epoch })
            : t("past: epoch {epoch}", { epoch }),
        refusal: t("An earlier epoch is shown: follow the training again, or branch from here"),
      },
    };
  };
}

// On the store itself: a library's bundle has a module of its own, and the store is the network's.
const SHARED = Symbol.for("nnwidgets.replay");

/** The one that all views of a store share, whichever bundle draws them. */
export function replayOf(store: Store): Replay {
  const held = store as Store & { [SHARED]?: Replay };
  held[SHARED] ??= new Replay(store);
  return held[SHARED];
}
