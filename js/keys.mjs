// Prints the texts that src gives to t() and key(), each with where it stands: {"text": ["file", …]}.
// What t() is given must be written out there, or be marked by key() where it is written.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vitest/node";

const SOURCE = "src";
const ours = (file) => file.endsWith(".ts") && !/(\.test|\.d)\.ts$|^testing\//.test(file);

/** The texts that an expression may be: literals, and both branches of a condition. */
function texts(node) {
  if (node.type === "Literal" && typeof node.value === "string") return [node.value];
  if (node.type === "TemplateLiteral" && node.expressions.length === 0) {
    return [node.quasis[0].value.cooked];
  }
  if (node.type === "ConditionalExpression") {
    return [...texts(node.consequent), ...texts(node.alternate)];
  }
  return [];
}

function visit(node, found) {
  if (Array.isArray(node)) return node.forEach((each) => void visit(each, found));
  if (!node || typeof node !== "object") return;
  if (node.type === "CallExpression" && ["t", "key"].includes(node.callee.name)) {
    if (node.arguments.length > 0) found(texts(node.arguments[0]), node);
  }
  for (const value of Object.values(node))
    if (value && typeof value === "object") visit(value, found);
}

const keys = {};
for (const file of readdirSync(SOURCE, { recursive: true }).filter(ours).toSorted()) {
  const program = parseAst(readFileSync(join(SOURCE, file), "utf8"), { lang: "ts" });
  visit(program, (said) => {
    for (const text of said) keys[text] = [...new Set([...(keys[text] ?? []), file])];
  });
}
process.stdout.write(JSON.stringify(keys));
