// Bundles the frontend, once or (--watch) whenever a source changes.
import { context } from "esbuild";
import { options } from "./options.mjs";

const bundle = await context(options);
if (process.argv.includes("--watch")) {
  await bundle.watch();
} else {
  try {
    await bundle.rebuild();
  } catch {
    process.exitCode = 1; // esbuild has said why
  }
  await bundle.dispose();
}
