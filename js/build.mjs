// Bundles the frontend, once or (--watch) whenever a source changes.
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";
import { chunks, options } from "./options.mjs";
import { buildPage } from "./page.mjs";

async function buildChunks() {
  const { outputFiles } = await build(chunks);
  for (const { path, contents } of outputFiles) {
    writeFileSync(`${path}.gz`, gzipSync(contents, { level: 9 }));
  }
}

async function buildAround() {
  await buildChunks();
  const parts = JSON.stringify(await buildPage());
  writeFileSync(`${options.outdir}/page.json.gz`, gzipSync(parts, { level: 9 }));
}

const bundle = await context(options);
if (process.argv.includes("--watch")) {
  await bundle.watch();
  await buildAround(); // once: they hold other people's code
} else {
  try {
    await bundle.rebuild();
    await buildAround();
  } catch {
    process.exitCode = 1; // esbuild has said why
  }
  await bundle.dispose();
}
