declare module "plotly.js-gl3d-dist-min" {
  import type { Plotly } from "./render/plotly.js";

  const plotly: Plotly;
  export default plotly;
}
