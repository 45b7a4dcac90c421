/** The menus under a loss surface. */

import { html, nothing, type TemplateResult } from "lit-html";
import { icons } from "../render/icons.js";
import { type AxesOption, chosenAxes, scalarNames } from "../scene/surface_axes.js";
import type { SurfaceGrid } from "../scene/surface_types.js";
import type { NetState } from "../state/types.js";
import { key, t } from "../words.js";
import { iconButton } from "./icon_button.js";
import { type Choice, menu, pairMenus, said, toggle, worded } from "./toolbar.js";
import type { Options } from "./view.js";

const KINDS: readonly Choice[] = [
  { value: "contour", label: key("map") },
  { value: "surface", label: key("3-D") },
  { value: "both", label: key("both") },
];
const DATA = [key("train"), key("test")];

export function surfaceToolbar(
  { spec }: NetState,
  grid: SurfaceGrid | null,
  options: Options,
  recompute: () => void,
): TemplateResult {
  const set = (name: string) => (value: unknown) => options.set(name, value);
  return html`
    ${planeMenu(options)} ${axesMenus(scalarNames(spec), grid, options)}
    ${
      options.get("_flat") // an exported page without plotly
        ? nothing
        : menu(t("show"), said(KINDS), options.get<string>("kind"), set("kind"))
    }
    ${menu(t("data"), worded(DATA), options.get<string>("data"), set("data"))}
    ${toggle(t("log"), t("Colours and heights on a logarithmic scale"), !!options.get("log"), set("log"))}
    ${toggle(t("path"), t("The path of training, and of runs added to it"), !!options.get("trajectory"), set("trajectory"))}
    ${toggle("−∇L", t("The direction in which the loss falls fastest"), !!options.get("gradient"), set("gradient"))}
    ${iconButton(t("Compute the surface through the network of now"), icons.restore, recompute, { action: "recompute" })}
  `;
}

/** Two parameters, or directions that Python chooses. */
function planeMenu(options: Options): TemplateResult {
  const axes = options.get<AxesOption>("axes");
  const directions = typeof axes === "string" ? axes : "parameters";
  const choices: Choice[] = [
    { value: "parameters", label: t("parameters") },
    { value: "random", label: t("random") },
    { value: "pca", label: t("training (PCA)") },
  ];
  return menu(t("plane"), choices, directions, (value) =>
    options.set("axes", value === "parameters" ? null : value),
  );
}

function axesMenus(names: readonly string[], grid: SurfaceGrid | null, options: Options) {
  const axes = options.get<AxesOption>("axes");
  if (typeof axes === "string") return nothing;
  const shown = chosenAxes(names, axes ?? grid?.names ?? ["", ""]);
  if (!shown) return nothing;
  return pairMenus(names, shown, ([x, y]) => options.set("axes", [names[x], names[y]]));
}
