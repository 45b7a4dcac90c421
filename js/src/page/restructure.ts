/**
 * Units and hidden layers that come and go in the page, as nnwidgets/core/_restructure.py has them
 * come and go: what stays keeps its weights and stays frozen, and what comes changes little.
 */

import { activationSpec } from "../math/activations.js";
import type { LayerSpec, ParamSpec, Restructure, Spec } from "../wire.js";
import { t } from "../words.js";
import type { PageNetwork } from "./network.js";
import { Random } from "./random.js";
import { Refused } from "./types.js";

const MAX_UNITS = 256;
const MAX_LAYERS = 8;
const SMALL = 0.1;

/** A layer's numbers, or which of them are frozen (1) and which are not (0). */
interface Dense {
  readonly inputs: number;
  readonly units: number;
  readonly weight: Float64Array;
  readonly bias: Float64Array | null;
}

/** What is new: of a layer with so many inputs, as large as its own start or a share of that. */
type Fresh = (count: number, inputs: number, share: number) => Float64Array;

/**
 * Gives the network other hidden layers; its parameters of now become its initial ones.
 *
 * @throws Refused for a model of other making, a unit or layer that is not there, or too many
 */
export function restructure(net: PageNetwork, change: Restructure): void {
  const { spec, params, frozen } = net;
  check(spec, change);
  const random = new Random(spec.size);
  const drawn: Fresh = (count, inputs, share) =>
    Float64Array.from({ length: count }, () => ((2 * random.next() - 1) * share) / inputs ** 0.5);
  const thawed: Fresh = (count) => new Float64Array(count);
  const marks = Float64Array.from(params, (_, i) => (frozen.has(i) ? 1 : 0));
  const layers = changed(layersOf(spec, params), change, drawn, true);
  const masks = changed(layersOf(spec, marks), change, thawed, false);
  net.spec = specOf(spec, layers, activationsOf(spec, change));
  net.params = flat(layers).map((value) => net.round(value));
  net.initial = net.params.slice();
  net.held.clear();
  frozen.clear();
  flat(masks).forEach((mark, i) => {
    if (mark === 1) frozen.add(i);
  });
}

function check({ editable, layers, outputs }: Spec, change: Restructure): void {
  const hidden = layers.slice(0, -1).map(({ units }) => units);
  const last = hidden.length - 1;
  if (!editable) {
    throw new Refused(t("units and layers can be added and removed in a model that nnw.mlp made"));
  }
  const [at, least] = change.op === "add_layer" ? [change.after, -1] : [change.layer, 0];
  if (!(Number.isInteger(at) && at >= least && at <= last)) {
    throw new Refused(t("there is no hidden layer {layer}", { layer: at }));
  }
  if (change.op === "add_layer") {
    const units = change.units ?? Math.min(hidden[Math.max(at, 0)] ?? outputs, MAX_UNITS);
    const whole = Number.isInteger(units) && units >= 1 && units <= MAX_UNITS;
    if (whole && hidden.length < MAX_LAYERS) return;
    throw new Refused(
      whole
        ? t("there can be {most} hidden layers, and there are", { most: MAX_LAYERS })
        : t("a layer can have 1 to {most} units", { most: MAX_UNITS }),
    );
  }
  if (change.op === "add_unit" && hidden[at] >= MAX_UNITS) {
    throw new Refused(t("a layer can have 1 to {most} units", { most: MAX_UNITS }));
  }
  if (change.op !== "remove_unit") return;
  if (hidden[at] === 1) throw new Refused(t("the last unit of a layer must stay"));
  if (!(Number.isInteger(change.unit) && change.unit >= 0 && change.unit < hidden[at])) {
    throw new Refused(t("there is no unit {unit} in this layer", { unit: change.unit }));
  }
}

function layersOf(spec: Spec, values: Float64Array): Dense[] {
  return spec.layers.map(({ inputs, units, weight, bias }) => {
    const start = weight as number; // an editable model is a stack of Linear
    return {
      ...{ inputs, units, weight: values.slice(start, start + units * inputs) },
      bias: bias === null ? null : values.slice(bias, bias + units),
    };
  });
}

function changed(before: Dense[], change: Restructure, fresh: Fresh, numbers: boolean): Dense[] {
  const layers = [...before];
  if (change.op === "add_layer") return inserted(layers, change, fresh, numbers);
  const at = change.layer;
  const [here, after] = [layers[at], layers[at + 1]];
  if (change.op === "remove_layer") {
    layers.splice(at, 2, numbers ? joined(here, after) : unfrozen(here, after));
    return layers;
  }
  const gone = change.op === "remove_unit" ? change.unit : null;
  layers[at] = gone === null ? grown(here, fresh) : withoutRow(here, gone);
  const more = gone === null ? fresh(after.units, here.units + 1, SMALL) : null;
  layers[at + 1] = columns(after, layers[at].units, (row, column) => {
    if (gone !== null) return after.weight[row * after.inputs + column + (column >= gone ? 1 : 0)];
    return column < after.inputs ? after.weight[row * after.inputs + column] : more?.[row];
  });
  return layers;
}

function grown({ inputs, units, weight, bias }: Dense, fresh: Fresh): Dense {
  const row = fresh(inputs, inputs, 1);
  const more = bias === null ? null : joinedArrays(bias, fresh(1, inputs, 1));
  return { inputs, units: units + 1, weight: joinedArrays(weight, row), bias: more };
}

function withoutRow({ inputs, units, weight, bias }: Dense, gone: number): Dense {
  return {
    ...{ inputs, units: units - 1 },
    weight: weight.filter((_, i) => Math.floor(i / inputs) !== gone),
    bias: bias?.filter((_, i) => i !== gone) ?? null,
  };
}

/** A layer with other inputs. */
function columns(
  { units, bias }: Dense,
  inputs: number,
  value: (row: number, column: number) => number | undefined,
): Dense {
  const at = (i: number) => value(Math.floor(i / inputs), i % inputs) ?? 0;
  const weight = Float64Array.from({ length: units * inputs }, (_, i) => at(i));
  return { inputs, units, weight, bias };
}

/** One layer for two, as if no activation stood between them. */
function joined(here: Dense, after: Dense): Dense {
  const product = (row: number, value: (unit: number) => number) => {
    let sum = 0;
    for (let unit = 0; unit < here.units; unit++) {
      sum += after.weight[row * after.inputs + unit] * value(unit);
    }
    return sum;
  };
  const joint = columns(after, here.inputs, (row, column) =>
    product(row, (unit) => here.weight[unit * here.inputs + column]),
  );
  const { bias } = here;
  if (bias === null || after.bias === null) return joint;
  return { ...joint, bias: after.bias.map((own, row) => own + product(row, (u) => bias[u])) };
}

/** Which entries of the joint layer are frozen: none of a product. */
function unfrozen(here: Dense, after: Dense): Dense {
  return columns(after, here.inputs, () => 0);
}

/** With a layer that hands on what it is given, as far as it has units. */
function inserted(
  layers: Dense[],
  { after: before, units: given }: Extract<Restructure, { op: "add_layer" }>,
  fresh: Fresh,
  numbers: boolean,
): Dense[] {
  const at = before + 1;
  const after = layers[at];
  const beside = layers.length === 1 ? after.units : layers[Math.max(before, 0)].units;
  const units = given ?? Math.min(beside, MAX_UNITS);
  const { inputs } = after;
  const kept = Math.min(units, inputs);
  const noise = fresh(units * inputs, inputs, SMALL);
  const weight = noise.map((value, i) => {
    const [unit, input] = [Math.floor(i / inputs), i % inputs];
    if (unit >= kept) return value / SMALL; // the units beyond see something of their own
    return numbers && unit === input ? value + 1 : value;
  });
  const bias = after.bias === null ? null : fresh(units, inputs, SMALL);
  const beyond = fresh(after.units * (units - kept), units, SMALL);
  const onward = columns(after, units, (row, column) =>
    column < kept
      ? after.weight[row * inputs + column]
      : beyond[row * (units - kept) + column - kept],
  );
  return [...layers.slice(0, at), { inputs, units, weight, bias }, onward, ...layers.slice(at + 1)];
}

function activationsOf({ layers }: Spec, change: Restructure): LayerSpec["activation"][] {
  const found = layers.map(({ activation }) => activation);
  if (change.op === "remove_layer") found.splice(change.layer, 1);
  if (change.op === "add_layer") {
    const beside = layers.length > 1 ? found[Math.max(change.after, 0)] : null;
    found.splice(change.after + 1, 0, activationSpec(beside?.name ?? "tanh"));
  }
  return found;
}

function specOf(
  spec: Spec,
  dense: readonly Dense[],
  activations: readonly LayerSpec["activation"][],
): Spec {
  const layers: LayerSpec[] = [];
  const params: ParamSpec[] = [];
  const first = Number(spec.layers[0].name); // formulas of the inputs may stand before it
  let size = 0;
  dense.forEach(({ inputs, units, bias }, l) => {
    const name = String(first + 2 * l); // an activation stands between two of them
    const weight = size;
    const shape = [units, inputs];
    params.push({ name: `${name}.weight`, shape, offset: weight, size: units * inputs });
    size += units * inputs;
    const place = bias === null ? null : size;
    if (place !== null) {
      params.push({ name: `${name}.bias`, shape: [units], offset: place, size: units });
      size += units;
    }
    const activation = activations[l];
    layers.push({ name, weight, bias: place, inputs, units, activation, reads: l - 1 });
  });
  return { ...spec, revision: spec.revision + 1, size, layers, params };
}

function flat(layers: readonly Dense[]): Float64Array {
  return joinedArrays(...layers.flatMap(({ weight, bias }) => (bias ? [weight, bias] : [weight])));
}

function joinedArrays(...parts: Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
