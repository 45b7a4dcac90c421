import { describe, expect, test } from "vitest";
import { Book } from "../state/book.js";
import type { NetState } from "../state/types.js";
import { kernelPage } from "../testing/kernel_page.js";
import type { BufferLike, HistoryMessage } from "../wire.js";

/** A page whose histories are read as the Timeline reads them. */
function recorded(status: object = { batch: 3 }) {
  const page = kernelPage({ status });
  const { store, clock } = page;
  const books = new Map<string, Book>();
  let former: HistoryMessage["former"] = [];
  store.hear((message, buffers: readonly BufferLike[]) => {
    if (message.type !== "history") return;
    ({ former } = message);
    expect(books.get(message.run)?.apply(message, buffers, store.state.spec)).toBe(false);
  });
  /** What the page knows of a run, once it has asked. */
  const book = (run = "") => {
    const known = books.get(run) ?? new Book();
    books.set(run, known);
    const { serial, rows } = known;
    store.ask({ type: "history", run, serial, rows, revision: store.state.spec.revision });
    clock.advance(20);
    return known;
  };
  const train = (n: number): NetState => {
    store.train({ action: "step", n });
    clock.advance(20 * n + 50);
    return store.state;
  };
  const branch = (epoch: number, play = false) => {
    store.ask({ type: "branch", epoch, play, revision: 0 });
    clock.advance(50);
  };
  return { ...page, book, train, branch, former: () => former };
}

describe("the history of a run in the page", () => {
  test("comes to whoever asks, whole at first and then what is new", () => {
    const { book, train, store } = recorded();
    train(5);
    const all = book();
    expect([...all.epochs]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...all.kept]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(all.params(5)).toEqual(store.state.params);
    expect(all.serial).toBe(store.state.status.recorded);
    train(2);
    expect([...book().epochs].slice(-2)).toEqual([6, 7]);
    expect(all.score("loss", 7)).toBeCloseTo(Number(store.state.status.loss), 12);
    store.train({ action: "reset" });
    expect([...book().epochs]).toEqual([0]);
  });

  test("branches: weights, optimizer, rate and order are those of then", () => {
    const { book, train, branch, store, former } = recorded();
    store.train({ action: "set", lr: 0.02 });
    train(8);
    const then = store.state;
    const further = train(6);
    store.train({ action: "set", lr: 0.5 });
    train(4);
    branch(8);
    expect(store.state.status).toMatchObject({ epoch: 8, lr: 0.02, state: "idle", message: "" });
    expect(store.state.params).toEqual(then.params);
    expect(store.state.status.loss).toBe(then.status.loss);
    expect([...book().epochs].at(-1)).toBe(8);
    expect(former()).toEqual([{ name: "before the branch at 8", epoch: 8 }]);
    expect([...book("before the branch at 8").epochs].at(-1)).toBe(18);
    const again = train(6);
    expect(again.params).toEqual(further.params);
    expect(again.status.loss).toBe(further.status.loss);
    branch(8);
    book();
    expect(former().map(({ name }) => name)).toEqual([
      "before the branch at 8",
      "before the branch at 8 (2)",
    ]);
    branch(0, true);
    expect(store.state.status.state).toBe("playing");
    expect(store.state.status.message).toBe("");
  });

  test("is refused where it is not there", () => {
    const { train, branch, store, clock } = recorded();
    train(3);
    branch(9);
    expect(store.state.error?.message).toContain("epoch 9");
    store.ask({ type: "history", run: "another", serial: -1, rows: 0, revision: 0 });
    clock.advance(20);
    expect(store.state.error?.message).toContain("another");
    expect(store.state.status.epoch).toBe(3);
  });
});
