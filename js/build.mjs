// Bundles the frontend, once or (--watch) whenever a source changes.
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";
import { chunks, options } from "./options.mjs";

async function buildChunks() {
  const { outputFiles } = await build(chunks);
  for (const { path, contents } of outputFiles) {
    writeFileSync(`${path}.gz`, gzipSync(contents, { level: 9 }));
  }
}

const bundle = await context(options);
if (process.argv.includes("--watch")) {
  await bundle.watch();
  await buildChunks(); // once: they hold other people's code
} else {
  try {
    await bundle.rebuild();
    await buildChunks();
  } catch {
    process.exitCode = 1; // esbuild has said why
  }
  await bundle.dispose();
}
