/**
 * What a screen reader hears of training: one polite live region for each network of a page, which
 * says epoch, loss and accuracy where they come to rest, and every five seconds while they move.
 * Numbers on the screen change up to sixty times a second and are no live regions themselves.
 */

import { count } from "../render/format.js";
import { derivedOf } from "../scene/derived.js";
import type { Clock } from "../state/clock.js";
import type { NetworkStore } from "../state/host.js";
import { isTraining } from "../state/moving.js";
import type { NetState, Store } from "../state/types.js";
import { t } from "../words.js";
import { accuracyText, lossText, scoreOf } from "./score.js";

const RESTED = 700;
const EVERY = 5000;

type Spoken = Store & Pick<NetworkStore, "attend">;

/** Out of sight, but not out of hearing; it may stand where our style sheet does not reach. */
const UNSEEN =
  "position:fixed;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";

/**
 * @param host where it stands; empty until there is something to say
 * @returns what takes it away
 */
export function speak(store: Spoken, clock: Clock, host: HTMLElement): () => void {
  const region = document.createElement("div");
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  region.dataset.nnwSpoken = "";
  region.style.cssText = UNSEEN;
  host.append(region);

  let seen: NetState | null = null;
  let known = ""; // what was there at first, or was said last
  let stop: (() => void) | null = null;
  const say = () => {
    stop = null;
    const now = sentence(store);
    if (now !== known) region.textContent = now;
    known = now;
  };
  const look = (state: NetState) => {
    if (!seen) known = sentence(store);
    else if (news(seen, state)) wait(seen, state);
    seen = state;
  };
  const wait = (before: NetState, state: NetState) => {
    const trains = isTraining(state.status);
    // While it trains the time runs from the first change, else from the last.
    if (!trains || !isTraining(before.status)) stop?.();
    if (!trains || !isTraining(before.status) || !stop) {
      stop = clock.setTimer(say, trains ? EVERY : RESTED);
    }
  };
  const leave = store.attend(look);
  return () => {
    leave();
    stop?.();
    region.remove();
  };
}

function news(a: NetState, b: NetState): boolean {
  return (
    a.params !== b.params ||
    a.data !== b.data ||
    a.status.epoch !== b.status.epoch ||
    a.status.state !== b.status.state
  );
}

function sentence(store: Spoken): string {
  const { state } = store;
  const score = scoreOf(state, derivedOf(store));
  const values = { epoch: count(state.status.epoch), loss: lossText(score) };
  const said = isTraining(state.status)
    ? t("Training: epoch {epoch}, loss {loss}", values)
    : t("Epoch {epoch}, loss {loss}", values);
  if (score.accuracy === null) return said;
  return said + t(", accuracy {accuracy}", { accuracy: accuracyText(score) });
}
