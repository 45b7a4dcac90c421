/** How the frontend is bundled: one ES module and one style sheet, where the package reads them. */
export const options = {
  entryPoints: { network: "src/index.ts" },
  outdir: "../nnwidgets/static",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none", // licences are in THIRD_PARTY_NOTICES.md, which ships in the wheel
  define: { "define.amd": "false" },
  logLevel: "info",
};
