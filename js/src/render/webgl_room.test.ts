import { afterEach, describe, expect, it } from "vitest";
import { enter, exit, MOST, unseen } from "./webgl_room.js";

const KEY = Symbol.for("nnwidgets.webgl-room@1");

class Surface {
  drawn = false;
  sight = true;
  seen = () => this.sight;
  leave = () => {
    this.drawn = false;
  };
  back = () => this.draw();
  draw(): this {
    this.drawn = true;
    enter(this);
    return this;
  }
}

const drawing = (surfaces: readonly Surface[]) =>
  surfaces.map(({ drawn }) => Number(drawn)).join("");
const surfaces = (n: number) => Array.from({ length: n }, () => new Surface().draw());

describe("the room for pictures in three dimensions", () => {
  afterEach(() => void Reflect.deleteProperty(globalThis, KEY));

  it("holds as many as a page can have, those used last", () => {
    const all = surfaces(MOST + 2);
    expect(drawing(all)).toBe(`00${"1".repeat(MOST)}`);
    enter(all[2]); // used
    all[0].draw();
    expect(drawing(all)).toBe(`1010${"1".repeat(MOST - 2)}`);
  });

  it("takes the place of what nobody sees before that of anything seen", () => {
    const all = surfaces(MOST);
    all[3].sight = false;
    unseen(all[3]);
    expect(all[3].drawn).toBe(true); // nobody wants it
    new Surface().draw();
    expect(drawing(all)).toBe(`1110${"1".repeat(MOST - 4)}`);
  });

  it("has one come back that waits in sight when another goes, or is not seen any more", () => {
    const all = surfaces(MOST + 2);
    exit(all[5]);
    expect([all[0].drawn, all[1].drawn]).toEqual([true, false]);
    all[6].sight = false;
    unseen(all[6]);
    expect([all[1].drawn, all[6].drawn]).toEqual([true, false]);
    exit(all[7]); // nobody waits
    expect(drawing(all)).toBe("1111110111");
  });

  it("does not call back what is gone or out of sight", () => {
    const all = surfaces(MOST + 2);
    exit(all[0]);
    all[1].sight = false;
    unseen(all[1]);
    exit(all[4]);
    expect([all[0].drawn, all[1].drawn]).toEqual([false, false]);
  });
});
