/** The library of what is worked by hand, in a page where the browser's own fonts set formulas. */

import library from "../by_hand.js";
import { KATEX, type Katex } from "../render/katex.js";
import { mathml } from "../render/mathml.js";

const typesetter: Katex = { css: "", renderToString: mathml };
(globalThis as { [key: symbol]: unknown })[KATEX] ??= Promise.resolve(typesetter);

export default library;
