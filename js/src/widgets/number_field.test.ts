// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { NumberField } from "./number_field.js";

let input: HTMLInputElement;
const commit = vi.fn();
const hint = vi.fn();
let field: NumberField;

beforeEach(() => {
  commit.mockReset();
  hint.mockReset();
  document.body.innerHTML = "";
  input = document.createElement("input");
  document.body.append(input);
  field = new NumberField(input, {
    shown: (value) => value.toFixed(2),
    edited: String,
    refuse: (value) => (value > 100 ? "at most 100" : null),
    commit,
    hint,
  });
  field.show(0.12345);
});

function type(text: string): void {
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function press(key: string): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  input.dispatchEvent(event);
  return event;
}

describe("NumberField", () => {
  it("shows few digits, and all of them once somebody is at it", () => {
    expect(input.value).toBe("0.12");
    input.focus();
    expect(input.value).toBe("0.12345");
    input.blur();
    expect(input.value).toBe("0.12");
    expect(commit).not.toHaveBeenCalled();
  });

  it("commits on Enter, once, and follows the value again", () => {
    type("-1e-1");
    const event = press("Enter");
    expect(commit.mock.calls).toEqual([[-0.1]]);
    expect(event.defaultPrevented).toBe(true);
    field.show(-0.1);
    expect(input.value).toBe("-0.10");
    press("Enter");
    input.blur();
    expect(commit).toHaveBeenCalledTimes(1);
  });

  it("commits when it is left", () => {
    type("3");
    input.blur();
    expect(commit.mock.calls).toEqual([[3]]);
  });

  it("reverts on Escape", () => {
    type("3");
    press("Escape");
    input.blur();
    expect(commit).not.toHaveBeenCalled();
    expect(input.value).toBe("0.12");
  });

  it("does not take the text from under somebody", () => {
    type("3");
    field.show(9);
    expect(input.value).toBe("3");
    press("Escape");
    expect(input.value).toBe("9.00");
  });

  it.each([
    ["two", /number/],
    ["1e3", /at most 100/],
  ])("gives a hint for %j, keeps the text and takes the hint away", (text, words) => {
    type(text);
    press("Enter");
    expect(commit).not.toHaveBeenCalled();
    expect(input.getAttribute("aria-invalid")).toBe("true");
    expect(hint.mock.lastCall?.[0]).toMatch(words);
    expect(input.value).toBe(text);
    type("1");
    expect(input.hasAttribute("aria-invalid")).toBe(false);
    expect(hint.mock.lastCall).toEqual([null]);
  });

  it("shows nothing for a value that is not known", () => {
    field.show(null);
    expect(input.value).toBe("");
  });
});
