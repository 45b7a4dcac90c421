import { readdirSync, readFileSync } from "node:fs";
import katex from "katex";
import { expect, it } from "vitest";

const STYLES = new URL("../styles/", import.meta.url);

it("is styled by the classes that it has", () => {
  const sheets = readdirSync(STYLES).map((name) => readFileSync(new URL(name, STYLES), "utf8"));
  const styled = new Set(sheets.join("\n").match(/(?<=\.)katex[\w-]*/g));
  const made = katex.renderToString("\\begin{bmatrix}1 \\\\ 2\\end{bmatrix} x");
  expect(styled.size).toBeGreaterThan(1);
  for (const name of styled) expect(made).toMatch(new RegExp(`class="(|[^"]* )${name}[ "]`));
});
