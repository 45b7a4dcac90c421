import { readFile } from "node:fs/promises";

/** How the frontend is bundled: ES modules with a style sheet each, where the package reads them. */
export const options = {
  entryPoints: {
    network: "src/index.ts",
    surface: "src/surface.ts",
    inside: "src/inside.ts", // graph, activations, updates, curves and gradients
    by_hand: "src/by_hand.ts", // a pass worked by hand, with typeset formulas
    maps: "src/maps.ts", // pictures, kernels, feature maps and attention
  },
  outdir: "../nnwidgets/static",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none", // licences are in THIRD_PARTY_NOTICES.md, which ships in the wheel
  define: { "define.amd": "false" },
  logLevel: "info",
};

/** plotly.js would take the place of another plotly.js that the page may have. */
const noGlobal = {
  name: "no-global",
  setup(build) {
    build.onLoad({ filter: /plotly-gl3d\.min\.js$/ }, async ({ path }) => {
      const parts = (await readFile(path, "utf8")).split("window.Plotly = Plotly;");
      if (parts.length !== 2) throw new Error(`${path} no longer sets window.Plotly once`);
      return { contents: parts.join(""), loader: "js" };
    });
  },
};

/** What only some views need, each a module of its own: sent to a page that asks for it, gzipped. */
export const chunks = {
  ...options,
  entryPoints: { plotly: "src/chunks/plotly.ts" },
  legalComments: "inline", // of the packages that are inside plotly.js
  plugins: [noGlobal],
  write: false,
  logLevel: "warning",
};
