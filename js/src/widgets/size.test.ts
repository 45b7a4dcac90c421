// @vitest-environment happy-dom
import { expect, it, vi } from "vitest";
import { applySize } from "./size.js";

it("tells the style sheet a size, once for as long as it stays", () => {
  const root = document.createElement("div");
  const set = vi.spyOn(root.style, "setProperty");
  applySize(root, { width: 440, height: 300 });
  expect(root.style.getPropertyValue("--nnw-width")).toBe("440px");
  expect(root.style.getPropertyValue("--nnw-height")).toBe("300px");
  applySize(root, { width: 440, height: 300 });
  expect(set).toHaveBeenCalledTimes(2);
  applySize(root, { width: 500, height: 300 });
  expect(set).toHaveBeenCalledTimes(3);
  expect(root.style.getPropertyValue("--nnw-width")).toBe("500px");
});

it("leaves the height to the contents where none is asked for", () => {
  const root = document.createElement("div");
  applySize(root, { width: 440 });
  expect(root.style.getPropertyValue("--nnw-height")).toBe("");
});
