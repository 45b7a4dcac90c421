// Writes THIRD_PARTY_NOTICES.md: the licence of every package that has code in a bundle.
// With --check it writes nothing and fails where the file lacks one of them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { chunks, options } from "./options.mjs";

const NOTICES = new URL("../THIRD_PARTY_NOTICES.md", import.meta.url);
const HEAD = `# Third-party notices

nnwidgets' frontend (\`nnwidgets/static\`) contains code of the packages below, under their own
licences. This file is written by \`make notices\`.
`;

/** The names of the packages whose files survive into a bundle. */
async function bundled(options) {
  const { metafile } = await build({ ...options, write: false, metafile: true, logLevel: "error" });
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path.match(/node_modules\/((@[^/]+\/)?[^/]+)/)?.[1])
      .filter((name) => name !== undefined),
  );
}

function manifest(name) {
  return JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
}

/** Adds what each package depends on: d3-array, for one, is published with internmap inside. */
function withDependencies(names, all = new Set()) {
  for (const name of names) {
    if (all.has(name) || name.startsWith("@types/")) continue;
    all.add(name);
    withDependencies(Object.keys(manifest(name).dependencies ?? {}), all);
  }
  return [...all].sort();
}

function section(name) {
  const { version, license } = manifest(name);
  const folder = `node_modules/${name}`;
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file: add its text by hand`);
  const text = readFileSync(`${folder}/${file}`, "utf8").trim();
  return `\n## ${name} ${version} (${license})\n\n\`\`\`text\n${text}\n\`\`\`\n`;
}

/** KaTeX's package is MIT; its fonts, by what is written in them, are under a licence of their own. */
function fonts() {
  const text = readFileSync("katex-fonts.txt", "utf8").trim();
  return `\n## KaTeX's fonts (OFL-1.1)\n\n\`\`\`text\n${text}\n\`\`\`\n`;
}

const names = await Promise.all([options, chunks].map(bundled));
const sections = [...withDependencies(names.flat()).map(section), fonts()];
if (process.argv.includes("--check")) {
  const present = readFileSync(NOTICES, "utf8");
  const missing = sections.filter((text) => !present.includes(text));
  for (const text of missing) {
    console.error(`THIRD_PARTY_NOTICES.md lacks ${text.split("\n")[1].slice(3)}: run make notices`);
  }
  process.exitCode = missing.length > 0 ? 1 : 0;
} else {
  writeFileSync(NOTICES, HEAD + sections.join(""));
}
