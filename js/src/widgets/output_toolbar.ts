/** The menus under a network's output. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { Plot } from "../render/plot.js";
import { key, t } from "../words.js";
import { menu, numbered, said, toggle, zoomButtons } from "./toolbar.js";
import type { Options } from "./view.js";

const PROJECTIONS = [
  { value: "3d", label: key("3-D") },
  { value: "2d", label: key("from above") },
];

export interface OutputMenus {
  readonly options: Options;
  /** Of the outputs that can be shown. */
  readonly names: readonly string[];
  /** What can be zoomed; null: nothing. */
  readonly map: Plot | null;
  fit(): void;
  /** Whether the data have few enough different rows for a table. */
  readonly table: boolean;
}

export function outputToolbar({ options, names, map, fit, table }: OutputMenus): TemplateResult {
  const set = (name: string) => (value: unknown) => options.set(name, value);
  const shown = !!options.get<boolean>("table");
  return html`
    ${
      names.length > 1
        ? menu(t("output"), numbered(names), String(options.get<number>("output")), (value) =>
            options.set("output", Number(value)),
          )
        : nothing
    }
    ${
      options.get("_flat") // an exported page without plotly
        ? nothing
        : menu(t("show"), said(PROJECTIONS), options.get<string>("projection"), set("projection"))
    }
    ${table ? toggle(t("table"), t("What is wanted and what comes out, row by row"), shown, set("table")) : nothing}
    ${map ? zoomButtons(map, fit) : nothing}
  `;
}
