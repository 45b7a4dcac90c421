import { afterEach, describe, expect, it } from "vitest";
import { key, setWords, t } from "./words.js";

afterEach(() => setWords(undefined));

describe("t", () => {
  it("is the English text where there is no table, or the table lacks it", () => {
    expect(t("hidden layer")).toBe("hidden layer");
    setWords({ other: "别的" });
    expect(t("hidden layer")).toBe("hidden layer");
  });

  it("puts values where their names are, in the order of the language", () => {
    setWords({ "{k} of {n} units": "{n} 个神经元中的 {k} 个" });
    expect(t("{k} of {n} units", { k: 2, n: 3 })).toBe("3 个神经元中的 2 个");
  });

  it("takes values as they are: braces and dollars of the user's own names stay", () => {
    expect(t("class {name}", { name: "$& {n}" })).toBe("class $& {n}");
  });

  it("translates what a constant marks", () => {
    const heading = key("Training stopped");
    setWords({ [heading]: "训练已停止" });
    expect(t(heading)).toBe("训练已停止");
  });
});
