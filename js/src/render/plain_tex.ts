/** Our own formulas as one line of text: what stands there until they are typeset. */

import { subscript, superscript } from "../scene/names.js";

const WORDS: Readonly<Record<string, string>> = {
  ...{
    alpha: "α",
    beta: "β",
    ";": " ",
    cdot: "·",
    delta: "δ",
    eta: "η",
    sigma: "σ",
    partial: "∂",
    odot: "⊙",
    top: "ᵀ",
    pi: "π",
  },
  ...{
    sum: "Σ",
    infty: "∞",
    le: "≤",
    cdots: "…",
    vdots: "⋮",
    ddots: "⋱",
    quad: "  ",
    allowbreak: "",
    bigl: "",
  },
  ...{ bigr: "", left: "", right: "", textstyle: "", displaystyle: "", tanh: "tanh", sin: "sin" },
  ...{ cos: "cos", ln: "ln", max: "max", ",": " ", " ": " ", "\\": "; " },
};

/** Commands whose one argument is what is read. */
const WRAPPERS = ["mathbf", "boldsymbol", "text", "operatorname"];

export function plainTex(tex: string): string {
  return new Reader(tex).all().replace(/ +/g, " ").trim();
}

class Reader {
  #at = 0;

  constructor(private readonly tex: string) {}

  /** What is left, up to a closing brace. */
  all(): string {
    let text = "";
    while (this.#at < this.tex.length && this.tex[this.#at] !== "}") text += this.#next();
    return text;
  }

  #next(): string {
    const sign = this.tex[this.#at++];
    if (sign === "{") return this.#group();
    if (sign === "\\") return this.#command();
    if (sign === "^") return raised(this.#argument());
    if (sign === "_") return lowered(this.#argument());
    if (sign === "-") return "−";
    return sign === "&" ? " " : sign;
  }

  /** After an opening brace. */
  #group(): string {
    const text = this.all();
    this.#at++;
    return text;
  }

  #argument(): string {
    while (this.tex[this.#at] === " ") this.#at++;
    return this.#next();
  }

  #command(): string {
    const name = this.tex.slice(this.#at).match(/^([a-zA-Z]+|.)/)?.[0] ?? "";
    this.#at += name.length;
    if (WRAPPERS.includes(name)) return this.#argument();
    if (name === "frac" || name === "tfrac") return `${this.#part()}/${this.#part()}`;
    if (name === "hat") return `${this.#argument()}\u0302`;
    if (name === "sqrt") return `√${this.#argument()}`;
    if (name === "underbrace") return this.#braced();
    if (name === "begin" || name === "end") return this.#bracket(name);
    return WORDS[name] ?? name;
  }

  #part(): string {
    const text = this.#argument();
    return text.length > 1 && /[ +−·]/.test(text) ? `(${text})` : text;
  }

  /** (… 61 more terms) */
  #braced(): string {
    const what = this.#argument();
    this.#at++; // the _ that says what is under the brace
    return `(${what} ${this.#argument()})`;
  }

  #bracket(name: string): string {
    const kind = this.#argument();
    if (kind === "cases") return name === "begin" ? "{" : "}";
    return name === "begin" ? "[" : "]";
  }
}

function raised(text: string): string {
  const number = text.match(/^\((\d+)\)$/);
  if (number) return `⁽${superscript(Number(number[1]))}⁾`;
  if (/^\d+$/.test(text)) return superscript(Number(text));
  if (text === "ᵀ") return text;
  return text.length === 1 && text === "'" ? "′" : `^${text.length > 1 ? `(${text})` : text}`;
}

function lowered(text: string): string {
  if (/^\d+$/.test(text)) return subscript(Number(text));
  const letter = { i: "ᵢ", j: "ⱼ", k: "ₖ", s: "ₛ" }[text];
  return letter ?? `_${text}`;
}
