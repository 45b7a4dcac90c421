/** KaTeX with its style sheet and fonts: fetched from Python by the first view with formulas. */

import { renderToString } from "katex";
import css from "katex/dist/katex.min.css";

export default { css, renderToString };
