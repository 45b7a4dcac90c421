/**
 * What a message must be before anything is done for it, as `_wire.parse` holds it in Python.
 *
 * What its numbers refer to (a parameter, a row, an epoch) is checked where it is looked up.
 */

import type { Outgoing } from "../wire.js";
import { Refused } from "./types.js";

const isNumber = (value: unknown) => typeof value === "number" && Number.isFinite(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isPositive = (value: unknown) => isNumber(value) && (value as number) > 0;
const isRate = (value: unknown) => isNumber(value) && (value as number) >= 0;
const isText = (value: unknown) => typeof value === "string";
const isFlag = (value: unknown) => typeof value === "boolean";
const listOf = (is: (each: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(is);
const maybe = (is: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || value === null || is(value);
const among =
  (...known: string[]) =>
  (value: unknown) =>
    known.includes(value as string);

type Fields = Readonly<Record<string, (value: unknown) => boolean>>;

const EDIT = { seq: isCount, index: listOf(isCount), value: listOf(isNumber) };

/** By kind, what its fields are; a kind that is not here is for others to refuse. */
export const FIELDS: Readonly<Record<string, Fields>> = {
  got: { serial: isCount },
  ping: { n: isCount },
  edit: { ...EDIT, held: listOf(isCount) },
  freeze: { index: listOf(isCount), frozen: isFlag },
  points: {
    seq: isCount,
    op: among("move", "add", "delete", "label"),
    row: maybe(isCount),
    x: maybe(listOf(isNumber)),
    y: maybe(listOf(isNumber)),
  },
  activation: { value: (value) => isText(value) || listOf(isText)(value) },
  structure: {
    op: among("add_unit", "remove_unit", "add_layer", "remove_layer"),
    layer: maybe(isCount),
    unit: maybe(isCount),
    after: maybe((value) => value === -1 || isCount(value)),
    units: maybe(isCount),
  },
  train: {
    action: among("play", "pause", "step", "reset", "set"),
    unit: (value) => value === undefined || among("epoch", "batch")(value),
    n: maybe((value) => isCount(value) && isPositive(value)),
    ...{ lr: maybe(isPositive), speed: maybe(isPositive), l1: maybe(isRate), l2: maybe(isRate) },
  },
  recall: { epoch: isCount },
  history: { run: isText, serial: isNumber, rows: isCount },
  branch: { epoch: isCount, play: isFlag },
};

/** @throws Refused naming the field that is none. */
export function checked(message: unknown): Outgoing {
  const said = message as Record<string, unknown> | null;
  if (typeof said !== "object" || said === null || typeof said.type !== "string") {
    throw new Refused("message must be an object with a type");
  }
  const fields = Object.hasOwn(FIELDS, said.type) ? FIELDS[said.type] : {};
  for (const [name, is] of Object.entries(fields)) {
    const value = Object.hasOwn(said, name) ? said[name] : undefined;
    if (!is(value)) throw new Refused(`${said.type}: ${name} cannot be ${shown(value)}`);
  }
  return message as Outgoing;
}

function shown(value: unknown): string {
  return typeof value === "object" && value !== null ? "an object" : String(value).slice(0, 40);
}
