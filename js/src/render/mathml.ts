/**
 * Our own formulas as MathML, which browsers set with a font they have: for pages in which KaTeX
 * and its fonts would be most of what is in them. It knows the TeX that scene/by_hand and
 * scene/collapse write; of anything else the name is shown.
 */

/** Operators with space on both sides, after which a line may end. */
const INFIX: Readonly<Record<string, string>> = {
  ...{ "=": "=", "+": "+", "-": "−", "<": "&lt;", ">": "&gt;" },
  ...{ "\\le": "≤", "\\leftarrow": "←", "\\cdot": "·", "\\odot": "⊙" },
};

const LETTERS: Readonly<Record<string, string>> = {
  ...{ "\\alpha": "α", "\\beta": "β", "\\delta": "δ", "\\eta": "η", "\\sigma": "σ", "\\pi": "π" },
  ...{ "\\partial": "∂", "\\infty": "∞" },
};

const SIGNS: Readonly<Record<string, string>> = {
  ...{ "\\cdots": "⋯", "\\vdots": "⋮", "\\ddots": "⋱", "\\top": "⊤" },
};

/** In em. */
const SPACES: Readonly<Record<string, number>> = {
  ...{ "\\,": 0.17, "\\;": 0.28, "\\ ": 0.25, "\\quad": 1 },
};

const NAMES = ["\\tanh", "\\sin", "\\cos", "\\ln", "\\max", "\\min", "\\exp"];

const TOKEN = /\\(?:[a-zA-Z]+|.)|[0-9]+(?:\.[0-9]+)?|\s+|./gsu;

/** One `<math>` for each part that a line may end after. */
export function mathml(tex: string): string {
  const parts = new Reader(tex).parts();
  return parts.map((part) => `<math displaystyle="true">${part}</math>`).join("<wbr>");
}

/** An element as text, and how scripts and signs beside it see it. */
interface Atom {
  readonly xml: string;
  /** Scripts go above and below it. */
  readonly limits?: boolean;
  /** What follows is not the right side of anything: a minus there is a sign. */
  readonly open?: boolean;
  /** A line may end after it. */
  readonly breaks?: boolean;
}

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tex: string) {
    this.#tokens = tex.match(TOKEN) ?? [];
  }

  parts(): string[] {
    const parts: string[] = [];
    let part: Atom[] = [];
    for (const atom of this.#until(() => false)) {
      part.push(atom);
      if (!atom.breaks) continue;
      parts.push(row(part));
      part = [];
    }
    return part.length > 0 ? [...parts, row(part)] : parts;
  }

  /** Atoms up to a token that ends them, which is read as well. */
  #until(ends: (token: string) => boolean): Atom[] {
    const atoms: Atom[] = [];
    while (this.#at < this.#tokens.length) {
      const token = this.#tokens[this.#at++];
      if (ends(token)) break;
      this.#take(token, atoms);
    }
    return atoms;
  }

  #take(token: string, atoms: Atom[]): void {
    if (/^\s+$/.test(token)) return;
    if (token === "^" || token === "_" || token === "'") this.#script(token, atoms);
    else if (token === "\\allowbreak") allowBreak(atoms);
    else if (token === "\\textstyle" || token === "\\displaystyle") {
      const rest = row(this.#until((next) => this.#closes(next)));
      atoms.push(one(`<mstyle displaystyle="${token === "\\displaystyle"}">${rest}</mstyle>`));
    } else atoms.push(this.#atom(token, atoms.at(-1)));
  }

  /** What ends a group is left for whoever began it. */
  #closes(token: string): boolean {
    if (!["}", "&", "\\\\", "\\end", "\\right"].includes(token)) return false;
    this.#at--;
    return true;
  }

  #atom(token: string, before: Atom | undefined): Atom {
    if (token === "{") return one(row(this.#until((next) => next === "}")));
    if (INFIX[token]) return infix(token, before);
    if (LETTERS[token]) return one(`<mi>${LETTERS[token]}</mi>`);
    if (SIGNS[token]) return one(`<mo lspace="0" rspace="0">${SIGNS[token]}</mo>`);
    if (SPACES[token]) return one(`<mspace width="${SPACES[token]}em"/>`);
    if (NAMES.includes(token)) return one(this.#named(token.slice(1)));
    if (token === "\\sum") return { xml: "<mo>∑</mo>", limits: true };
    if (token.startsWith("\\")) return this.#command(token);
    if (/^[0-9]/.test(token)) return one(`<mn>${token}</mn>`);
    if (/^\p{L}$/u.test(token)) return one(`<mi>${token}</mi>`);
    return bracket(token, 'stretchy="false"');
  }

  /** A function's name stands apart from its argument, unless that is in parentheses. */
  #named(name: string): string {
    const next = this.#tokens.slice(this.#at).find((token) => token.trim() !== "");
    const close = next === undefined || /^([(_^}]|\\left|\\bigl)$/.test(next);
    return close ? `<mi>${name}</mi>` : `<mrow><mi>${name}</mi><mspace width="0.17em"/></mrow>`;
  }

  #command(token: string): Atom {
    const name = token.slice(1);
    if (name === "frac") return one(`<mfrac>${this.#argument()}${this.#argument()}</mfrac>`);
    if (name === "tfrac") {
      const parts = `${this.#argument()}${this.#argument()}`;
      return one(`<mstyle displaystyle="false"><mfrac>${parts}</mfrac></mstyle>`);
    }
    if (name === "sqrt") return one(`<msqrt>${this.#argument()}</msqrt>`);
    if (name === "hat") return one(over(this.#argument(), "^"));
    if (name === "mathbf") return one(bold(this.#text(), "nnw-bold"));
    if (name === "boldsymbol") return one(this.#boldGroup());
    if (name === "text") return one(`<mtext>${escaped(this.#text())}</mtext>`);
    if (name === "operatorname") return one(`<mi>${escaped(this.#text())}</mi>`);
    if (name === "underbrace") {
      return { xml: `<mrow class="nnw-braced">${this.#argument()}</mrow>`, limits: true };
    }
    if (name === "bigl" || name === "bigr") {
      return bracket(this.#next(), `stretchy="false" ${high(1.3)}`);
    }
    if (name === "left") return one(this.#fence());
    if (name === "begin") return one(this.#table(this.#text()));
    return one(`<mtext>${escaped(name)}</mtext>`);
  }

  #script(token: string, atoms: Atom[]): void {
    const base = atoms.pop() ?? one("<mrow></mrow>");
    let [up, down] = ["", ""];
    for (let next: string | undefined = token; next; next = this.#another()) {
      if (next === "_") down += this.#argument();
      else up += next === "^" ? this.#argument() : '<mo lspace="0" rspace="0">′</mo>';
    }
    const names = base.limits ? ["munder", "mover", "munderover"] : ["msub", "msup", "msubsup"];
    const name = names[up && down ? 2 : up ? 1 : 0];
    const scripts = [down, up].filter(Boolean).map((xml) => `<mrow>${xml}</mrow>`);
    atoms.push(one(`<${name}>${base.xml}${scripts.join("")}</${name}>`));
  }

  /** Another script of the same atom, if one follows. */
  #another(): string | undefined {
    const next = this.#tokens[this.#at];
    if (next !== "^" && next !== "_" && next !== "'") return undefined;
    this.#at++;
    return next;
  }

  #next(): string {
    while (this.#tokens[this.#at]?.trim() === "") this.#at++;
    return this.#tokens[this.#at++] ?? "";
  }

  /** One element. */
  #argument(): string {
    const token = this.#next();
    return token === "" ? "<mrow></mrow>" : this.#atom(token, undefined).xml;
  }

  /** A group as it is written. */
  #text(): string {
    if (this.#next() !== "{") return this.#tokens[this.#at - 1] ?? "";
    let text = "";
    while (this.#at < this.#tokens.length && this.#tokens[this.#at] !== "}") {
      text += this.#tokens[this.#at++];
    }
    this.#at++;
    return text.replaceAll(/\\(?=[^a-zA-Z])/g, "");
  }

  /** One symbol or number is an element; a number with its power of ten is a row. */
  #boldGroup(): string {
    const from = this.#at;
    const text = this.#symbol();
    if (!/[\\{]/.test(text)) return boldSymbol(text);
    this.#at = from;
    return `<mrow class="nnw-bold">${this.#argument()}</mrow>`;
  }

  #symbol(): string {
    const text = this.#text();
    return LETTERS[text] ?? text;
  }

  /** After \left: up to its \right, between brackets that are as high as what is inside. */
  #fence(): string {
    const open = this.#next();
    const inside = row(this.#until((token) => token === "\\right"));
    return fenced(open, inside, this.#next());
  }

  #table(kind: string): string {
    const rows: string[][] = [[]];
    for (let end = ""; end !== "\\end"; ) {
      const cell = row(
        this.#until((token) => {
          end = token;
          return token === "&" || token === "\\\\" || token === "\\end";
        }),
      );
      rows.at(-1)?.push(cell);
      if (end === "\\\\") rows.push([]);
      if (this.#at >= this.#tokens.length) break;
    }
    this.#text(); // what it is the end of
    const lines = rows.map((cells) => cells.map((cell) => `<mtd>${cell}</mtd>`).join(""));
    const table = lines.map((line) => `<mtr>${line}</mtr>`).join("");
    if (kind === "cases") {
      return fenced("\\{", `<mtable class="nnw-cases" columnalign="left">${table}</mtable>`, ".");
    }
    return fenced("[", `<mtable>${table}</mtable>`, "]");
  }
}

const one = (xml: string): Atom => ({ xml });

function row(atoms: readonly Atom[]): string {
  const inside = atoms.map(({ xml }) => xml).join("");
  return atoms.length === 1 ? inside : `<mrow>${inside}</mrow>`;
}

/** The last operator may be followed by a line's end; where there is none, an empty one is. */
function allowBreak(atoms: Atom[]): void {
  const last = atoms.pop();
  if (last) atoms.push({ ...last, breaks: true });
}

function infix(token: string, before: Atom | undefined): Atom {
  if (token === "-" && (before === undefined || before.open)) {
    return one('<mo form="prefix" lspace="0" rspace="0">−</mo>');
  }
  const space = token === "\\cdot" || token === "\\odot" ? 0.2 : 0.25;
  const xml = `<mo form="infix" lspace="${space}em" rspace="${space}em">${INFIX[token]}</mo>`;
  return { xml, open: true, breaks: !token.startsWith("\\cdot") };
}

function bracket(sign: string, attributes: string): Atom {
  const open = sign === "(" || sign === "[" || sign === "," || sign === "|";
  const space = sign === "," || sign === ":" ? 'rspace="0.17em"' : 'rspace="0"';
  const shown = escaped(sign.replace(/^\\/, ""));
  return { xml: `<mo ${attributes} lspace="0" ${space}>${shown}</mo>`, open };
}

function fenced(open: string, inside: string, close: string): string {
  const shape = `stretchy="false" ${high(lines(inside))}`;
  const side = (sign: string, form: string) =>
    sign === "." ? "" : `<mo form="${form}" ${shape}>${escaped(sign.replace("\\", ""))}</mo>`;
  return `<mrow>${side(open, "prefix")}${inside}${side(close, "postfix")}</mrow>`;
}

/** Few systems have a font whose brackets grow: they are drawn so much higher instead. */
function high(factor: number): string {
  return factor === 1 ? "" : `style="transform: scaleY(${factor})"`;
}

/** About how many lines high something is: a matrix, a fraction. */
function lines(xml: string): number {
  const rows = xml.match(/<mtr>/g)?.length ?? 0;
  if (rows > 0) return rows === 1 ? 1.1 : 1.15 * rows;
  return xml.includes("<mfrac>") ? 2 : 1;
}

/** Letters are bold and slanted, numbers bold. */
function boldSymbol(text: string): string {
  if (/^\p{L}+$/u.test(text)) return bold(text, "nnw-bold-italic");
  return bold(text.replaceAll("-", "−"), "nnw-bold");
}

function bold(text: string, kind: string): string {
  return `<mi mathvariant="normal" class="${kind}">${escaped(text)}</mi>`;
}

function over(xml: string, sign: string): string {
  return `<mover accent="true">${xml}<mo stretchy="false">${sign}</mo></mover>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
