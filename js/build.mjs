// Bundles the frontend into one ES module and one style sheet, where the Python package reads them.
import { context } from "esbuild";

const bundle = await context({
  entryPoints: { network: "src/index.ts" },
  outdir: "../nnwidgets/static",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none", // licences are in THIRD_PARTY_NOTICES.md, which ships in the wheel
  define: { "define.amd": "false" },
  logLevel: "info",
});

if (process.argv.includes("--watch")) {
  await bundle.watch();
} else {
  await bundle.rebuild();
  await bundle.dispose();
}
