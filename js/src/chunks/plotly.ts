/** plotly.js with the traces of three dimensions: fetched from Python by the first view that has one. */

export { default } from "plotly.js-gl3d-dist-min";
