/** What is said of a pixel of a map, and of a weight of a kernel. */

import { type Marks, PICTURE } from "../../math/receptive.js";
import { significant } from "../../render/format.js";
import type { MapPicture } from "../../scene/maps.js";
import type { TilePlace } from "../../scene/tiles.js";
import { t } from "../../words.js";
import { area } from "./field_table.js";

export interface PixelText {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}

/** @param seen the part of the picture that the pixel depends on, where that is known */
export function pixelText(
  maps: MapPicture,
  step: number,
  { tile, y, x }: TilePlace,
  seen: Marks | undefined,
): PixelText {
  const of = step === PICTURE ? maps.picture : maps.steps[step];
  const value = (channel: number) =>
    significant(maps.numbers[of.at + (channel * of.h + y) * of.w + x]);
  if (step === PICTURE) {
    const colour = of.c === 3 && of.sent === 3;
    const values = colour ? [0, 1, 2].map(value).join(", ") : value(tile);
    return { title: t("picture ({y}, {x})", { y, x }), rows: [[t("value"), values]] };
  }
  const sees = seen ? ([[t("sees"), area(seen)]] as const) : [];
  return {
    title: t("{name}, map {tile}, ({y}, {x})", { name: maps.steps[step].name, tile, y, x }),
    rows: [[t("value"), value(tile)], ...sees],
  };
}

/** "0.weight[2, 0, 1, 1] = −0.1234". */
export function weightText(maps: MapPicture, step: number, { tile, y, x }: TilePlace): string {
  const weight = maps.steps[step]?.weight;
  if (!weight) return "";
  const [, inside, h, w] = weight.shape;
  const value = maps.numbers[weight.at + (tile * h + y) * w + x];
  const name = weight.name ?? t("weight");
  return `${name}[${Math.floor(tile / inside)}, ${tile % inside}, ${y}, ${x}] = ${significant(value)}`;
}
