import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** How the frontend is bundled: ES modules with a style sheet each, where the package reads them. */
export const options = {
  entryPoints: {
    network: "src/index.ts",
    surface: "src/surface.ts",
    inside: "src/inside.ts", // graph, activations, updates, curves and gradients
    by_hand: "src/by_hand.ts", // a pass worked by hand, with typeset formulas
    bench: "src/bench.ts", // the playground and the timeline
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

/** The fonts that our formulas use of KaTeX's twenty: upright, bold, letters, large brackets. */
const FONTS = /^KaTeX_(Main-(Regular|Bold)|Math-(Italic|BoldItalic)|Size[1-4]-Regular)\.woff2$/;

/** KaTeX's style sheet as text, its fonts inside: a notebook has no address to load them from. */
const fontsInside = {
  name: "fonts-inside",
  setup(build) {
    build.onLoad({ filter: /katex\.min\.css$/ }, async ({ path }) => {
      const sheet = await readFile(path, "utf8");
      const files = [...sheet.matchAll(/url\(fonts\/([^)]+)\)/g)].map(([, file]) => file);
      const used = [...new Set(files)].filter((file) => FONTS.test(file));
      if (used.length !== 8) throw new Error(`${path} names other fonts than it did`);
      const fonts = Object.fromEntries(
        await Promise.all(used.map(async (file) => [file, await font(path, file)])),
      );
      const contents = sheet.replace(/@font-face\{[^}]*\}/g, (face) => {
        const file = face.match(/fonts\/([^)]+\.woff2)\)/)?.[1];
        return fonts[file] ? face.replace(/src:.*(?=\})/, fonts[file]) : "";
      });
      return { contents, loader: "text" };
    });
  },
};

async function font(sheet, file) {
  const bytes = await readFile(join(dirname(sheet), "fonts", file), "base64");
  return `src:url(data:font/woff2;base64,${bytes}) format("woff2")`;
}

/** What only some views need, each a module of its own: sent to a page that asks for it, gzipped. */
export const chunks = {
  ...options,
  entryPoints: { plotly: "src/chunks/plotly.ts", katex: "src/chunks/katex.ts" },
  legalComments: "inline", // of the packages that are inside plotly.js
  plugins: [noGlobal, fontsInside],
  write: false,
  logLevel: "warning",
};

/**
 * Exported pages: the same modules, cut where they share code, so that a page has only what its
 * views need and nothing twice.
 */
export const page = {
  ...options,
  entryPoints: {
    ...options.entryPoints,
    lesson: "src/page/lesson.ts",
    by_hand: "src/page/by_hand.ts",
    bench: "src/page/timeline.ts",
    "inside.WeightSliders": "src/page/weight_sliders.ts",
  },
  outdir: "page",
  splitting: true,
  write: false,
  metafile: true,
  logLevel: "warning",
};
delete page.entryPoints.network; // it is in the lesson
