/**
 * The derivatives of the activations, for whole buffers: what a gradient is multiplied by on its way
 * from a to z. Within 1e-11 of `derivative` in activations.ts, absolutely, for a unit gradient.
 */

import type { ActivationName, ActivationSpec } from "../wire.js";
import { activate, mix, parameterOf } from "./activations.js";
import { fastErf, fastLogistic } from "./special.js";

/** `out[i] = da[i] · f′(z[i])` for all of `out`, where a = f(z). */
type Chain = (
  z: Float64Array,
  a: Float64Array,
  da: Float64Array,
  out: Float64Array,
  parameter: number,
) => void;

/** 1/√(2π), the height of the normal density. */
const DENSITY = 1 / Math.sqrt(2 * Math.PI);

// Of a itself where that is all it takes, as torch does it: no tanh is computed twice.
const CHAIN: Record<ActivationName, Chain> = {
  linear(_z, _a, da, out) {
    if (out !== da) out.set(da);
  },
  tanh(_z, a, da, out) {
    for (let i = 0; i < out.length; i++) out[i] = da[i] * (1 - a[i] * a[i]);
  },
  sigmoid(_z, a, da, out) {
    for (let i = 0; i < out.length; i++) out[i] = da[i] * a[i] * (1 - a[i]);
  },
  relu(z, _a, da, out) {
    for (let i = 0; i < out.length; i++) out[i] = z[i] > 0 ? da[i] : 0;
  },
  leaky_relu(z, _a, da, out, slope) {
    for (let i = 0; i < out.length; i++) out[i] = z[i] > 0 ? da[i] : slope * da[i];
  },
  elu(z, a, da, out, alpha) {
    // α eᶻ = a + α where z ≤ 0
    for (let i = 0; i < out.length; i++) out[i] = z[i] > 0 ? da[i] : da[i] * (a[i] + alpha);
  },
  gelu(z, _a, da, out) {
    for (let i = 0; i < out.length; i++) {
      const below = 0.5 + 0.5 * fastErf(z[i] * Math.SQRT1_2);
      out[i] = da[i] * (below + z[i] * DENSITY * Math.exp(-0.5 * z[i] * z[i]));
    }
  },
  silu(z, a, da, out) {
    for (let i = 0; i < out.length; i++) {
      const gate = fastLogistic(z[i]);
      out[i] = da[i] * (gate + a[i] * (1 - gate));
    }
  },
  softplus(z, _a, da, out) {
    for (let i = 0; i < out.length; i++) out[i] = da[i] * (z[i] > 20 ? 1 : fastLogistic(z[i]));
  },
  sine(z, _a, da, out) {
    for (let i = 0; i < out.length; i++) out[i] = da[i] * Math.cos(z[i]);
  },
};

/** dL/dz of dL/da, for a buffer of units' z and their a = f(z); `out` may be `da` itself. */
export function throughActivation(
  spec: ActivationSpec,
  z: Float64Array,
  a: Float64Array,
  da: Float64Array,
  out: Float64Array,
): void {
  if (spec.blend) {
    throughBlend(spec, spec.blend, z, da, out);
    return;
  }
  CHAIN[spec.name](z, a, da, out, parameterOf(spec));
}

/** Some derivatives are of a = f(z) itself, which a blend of it with z no longer is. */
function throughBlend(
  { blend: _, ...pure }: ActivationSpec,
  share: number,
  z: Float64Array,
  da: Float64Array,
  out: Float64Array,
): void {
  const own = new Float64Array(z.length);
  activate(pure, z, own);
  const given = out === da ? da.slice() : da;
  CHAIN[pure.name](z, own, given, out, parameterOf(pure));
  mix(share, given, out);
}
