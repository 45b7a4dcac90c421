/**
 * Timeline: every recorded epoch of a network under one playhead, which all its views follow. It
 * is played back in the page; Python is asked only for what is new, and to branch.
 */

import { html, nothing, render } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import { count, percent, significant } from "../render/format.js";
import { Kept } from "../scene/kept.js";
import type { Speed, Track } from "../scene/timeline.js";
import { type RunEntry, trackOf, tracksOf } from "../scene/timeline_runs.js";
import { OWN, type Replay, replayOf } from "../state/replay.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import { ControlBarSlot } from "./control_bar.js";
import type { NestingContext } from "./library.js";
import { NextFrame } from "./next_frame.js";
import { Notices } from "./notices.js";
import { Playback } from "./playback.js";
import { applySize } from "./size.js";
import { legendEntry } from "./timeline_legend.js";
import { TimelineToolbar, timelineKeys } from "./timeline_toolbar.js";
import { TimelineTrack } from "./timeline_track.js";

export function timeline(context: NestingContext): () => void {
  const view = new TimelineView(context);
  return () => view.dispose();
}

const PARTS = ["title", "legend", "stage", "toolbar", "caption", "notices", "foot"] as const;
type Part = (typeof PARTS)[number];

/** Milliseconds between two times that Python is told where the playhead is while it moves. */
const TELL_EVERY = 250;

class TimelineView {
  readonly #context: NestingContext;
  readonly #root: HTMLElement;
  readonly #parts = Object.fromEntries(PARTS.map((part) => [part, createRef()]));
  readonly #playback: Playback;
  readonly #track: TimelineTrack;
  readonly #toolbar: TimelineToolbar;
  readonly #bar: ControlBarSlot;
  readonly #notices: Notices;
  readonly #entries = new Kept<readonly RunEntry[]>();
  readonly #tracks = new Kept<readonly Track[]>();
  readonly #legend = new Kept<void>();
  readonly #next = new NextFrame(() => this.#draw(this.#context.store.state));
  readonly #off: (() => void)[];
  #names: readonly string[] = [];
  #pointed: number | null = null;
  /** What Python was told last, and when. */
  #told: { epoch: number | null; at: number };
  #playing = false;
  #failed = "";

  constructor(context: NestingContext) {
    this.#context = context;
    const { el, store, options } = context;
    this.#told = { epoch: null, at: 0 };
    this.#notices = new Notices(store, () => this.#next.ask());
    this.#bar = new ControlBarSlot(context, () => this.#part("foot"));
    const own = replayOf(store);
    this.#playback = new Playback(
      own,
      () => ({ speed: options.get<Speed>("speed"), loop: options.get<boolean>("loop") }),
      () => this.#play(false),
    );
    el.classList.add("nnw-host");
    render(this.#frame(), el);
    this.#root = el.querySelector(".nnw-timeline") as HTMLElement;
    this.#track = new TimelineTrack(this.#part("stage"), {
      go: (epoch, moving) => this.#go(epoch, moving),
      point: (epoch) => this.#point(epoch),
      changed: () => this.#next.ask(),
    });
    const act = {
      go: (epoch: number) => this.#go(epoch, false),
      step: (by: number) => this.#step(by),
      live: () => this.#live(),
      toggle: () => this.#play(!this.#playback.playing),
      branch: (play: boolean) => this.#branch(play),
    };
    this.#toolbar = new TimelineToolbar(this.#part("toolbar"), options, act);
    this.#root.addEventListener("keydown", (event) => timelineKeys(event, act));
    this.#off = [
      own.use(() => this.#recorded(own)),
      store.subscribe((state) => this.#draw(state)),
      options.subscribe(() => this.#obey()),
    ];
    void this.#meet();
    this.#obey();
    this.#draw(store.state);
  }

  dispose(): void {
    this.#playback.stop();
    this.#next.cancel();
    for (const off of this.#off) off();
    this.#track.dispose();
    this.#bar.dispose();
    this.#root.remove();
  }

  /** Finds the other networks that the playhead drives. */
  async #meet(): Promise<void> {
    const { options, neighbour } = this.#context;
    const refs = options.get<readonly string[] | undefined>("_beside") ?? [];
    try {
      const stores = await Promise.all(refs.map(neighbour));
      const replays = stores.map(replayOf);
      this.#names = options.get<readonly string[]>("_names");
      this.#playback.replays = [this.#playback.own, ...replays];
      for (const replay of replays) this.#off.push(replay.use(() => this.#recorded(replay)));
    } catch (error) {
      this.#failed = t("A network beside this one is not on the page: {error}", {
        error: String(error),
      });
    }
    this.#next.ask();
  }

  // -- what is done --------------------------------------------------------------------------

  #go(epoch: number, moving: boolean): void {
    this.#pause();
    this.#playback.go(epoch, moving);
    this.#tell(!moving);
    this.#next.ask();
  }

  #step(by: number): void {
    this.#pause();
    this.#playback.step(by);
    this.#tell(true);
    this.#next.ask();
  }

  #live(): void {
    this.#pause();
    this.#playback.follow();
    this.#tell(true);
    this.#next.ask();
  }

  #pause(): void {
    if (this.#playing) this.#play(false);
  }

  #play(on: boolean): void {
    if (on && this.#playback.last === 0) return;
    this.#playing = on;
    if (on) this.#playback.start();
    else {
      this.#playback.stop();
      this.#playback.settle();
    }
    const { options } = this.#context;
    if (options.get<boolean>("playing") !== on) options.set("playing", on);
    this.#tell(true);
    this.#next.ask();
  }

  #branch(play: boolean): void {
    const { live, epoch } = this.#playback;
    if (live || this.#playback.run !== OWN) return;
    this.#pause();
    for (const { store, last } of this.#playback.replays) {
      const { revision } = store.state.spec;
      store.ask({ type: "branch", epoch: Math.min(epoch, last), play, revision });
    }
    this.#branching = true;
  }
  /** Python was asked to: once it has, there is something new to follow. */
  #branching = false;

  #point(epoch: number | null): void {
    this.#pointed = epoch;
    this.#context.store.select({ epoch });
  }

  /** Tells Python where the playhead is; not with every frame. */
  #tell(now: boolean): void {
    const { options } = this.#context;
    const epoch = this.#playback.live ? null : this.#playback.epoch;
    const at = performance.now();
    if (epoch === this.#told.epoch || (!now && at - this.#told.at < TELL_EVERY)) return;
    this.#told = { epoch, at };
    options.set("playhead", epoch);
  }

  // -- what happens --------------------------------------------------------------------------

  /** Rows came, or a branch cut some off. */
  #recorded(replay: Replay): void {
    const { shown } = replay;
    const gone = this.#playback.run === OWN && shown !== null && shown >= replay.last;
    if (this.#branching && replay.book().version > 0) {
      this.#branching = false;
      this.#live();
    } else if (gone && !this.#playback.playing) replay.live();
    this.#obey();
    this.#next.ask();
  }

  /** An option changed, here or in Python. */
  #obey(): void {
    const { options } = this.#context;
    const wanted = options.get<number | null>("playhead") ?? null;
    if (wanted !== this.#told.epoch && this.#playback.own.book().rows > 0) {
      this.#told = { epoch: wanted, at: 0 };
      if (wanted === null) this.#playback.follow();
      else this.#playback.go(wanted);
    }
    const playing = options.get<boolean>("playing");
    if (playing !== this.#playing && this.#playback.last > 0) {
      this.#playing = playing;
      if (playing) this.#playback.start();
      else this.#playback.stop();
    }
    this.#next.ask();
  }

  // -- what is drawn -------------------------------------------------------------------------

  #draw(state: NetState): void {
    const { options, store } = this.#context;
    applySize(this.#root, { width: options.get("width"), height: options.get("height") });
    const { replays, run, last, epoch, live, playing } = this.#playback;
    const versions = replays.map(({ version }) => version);
    const names = [options.get<string>("name"), ...this.#names];
    const entries = this.#entries.get([replays, names.join("\n"), ...versions], () =>
      tracksOf(replays, names),
    );
    const tracks = this.#tracks.get([entries], () => entries.map(trackOf));
    this.#drawLegend(entries, run);
    const text = this.#words(state, last);
    const log = options.get<boolean>("log");
    const pointed = this.#pointed ?? (live ? state.selection.epoch : null);
    this.#track.draw({ tracks, last, log, epoch, live, pointed, text });
    this.#toolbar.draw({ epoch, last, live, playing, own: run === OWN, link: state.link });
    render(this.#failed || `${text}${this.#notes(state)}`, this.#part("caption"));
    render(options.get<string>("title") || nothing, this.#part("title"));
    render(
      options.get("controls") ? nothing : this.#notices.template(state),
      this.#part("notices"),
    );
    this.#bar.update(state);
    this.#root.dataset.frame = String(store.frame);
    this.#root.dataset.live = String(live);
    if (playing) this.#tell(false);
  }

  #words(state: NetState, last: number): string {
    const { live, epoch } = this.#playback;
    const book = this.#playback.own.book(this.#playback.run);
    const at = { epoch: count(epoch), last: count(last) };
    const [loss, accuracy] = ["loss", "accuracy"].map((name) => book.score(name, epoch));
    return [
      live
        ? t("live at epoch {epoch}", { epoch: count(state.status.epoch) })
        : t("epoch {epoch} of {last}", at),
      loss === null ? "" : t("loss {loss}", { loss: significant(loss) }),
      accuracy === null ? "" : t("accuracy {accuracy}", { accuracy: percent(accuracy) }),
    ]
      .filter(Boolean)
      .join(" · ");
  }

  /** What is to be known of what is shown. */
  #notes({ spec }: NetState): string {
    const book = this.#playback.own.book(this.#playback.run);
    const [rows, kept] = [book.rows, book.kept.length];
    const said = [
      rows > 2 * kept && kept > 0
        ? t("{kept} of {rows} epochs have their weights kept", {
            kept: count(kept),
            rows: count(rows),
          })
        : "",
      spec.kind === "opaque"
        ? t(
            "Python computes what this model says, of the weights of now: of the past there are weights and scores",
          )
        : "",
    ];
    return said
      .filter(Boolean)
      .map((part) => ` · ${part}`)
      .join("");
  }

  #drawLegend(entries: readonly RunEntry[], run: string): void {
    this.#legend.get([entries, run], () => {
      const choose = (name: string) => () => {
        this.#pause();
        this.#playback.choose(name);
        this.#next.ask();
      };
      render(
        entries.length > 1 ? entries.map((entry) => legendEntry(entry, run, choose)) : nothing,
        this.#part("legend"),
      );
    });
  }

  #part(name: Part): HTMLElement {
    return this.#parts[name].value as HTMLElement;
  }

  #frame() {
    const { title, legend, stage, toolbar, caption, notices, foot } = this.#parts;
    return html`<div class="nnw nnw-plane nnw-timeline" role="group" aria-label=${t("Timeline")}
      data-lm-suppress-shortcuts="true">
      <div class="nnw-title" ${ref(title)}></div>
      <div class="nnw-reel-legend" role="group" aria-label=${t("Runs")} ${ref(legend)}></div>
      <div ${ref(stage)}></div>
      <div class="nnw-toolbar" role="toolbar" aria-label=${t("Playback")} ${ref(toolbar)}></div>
      <div class="nnw-caption" ${ref(caption)}></div>
      <div ${ref(notices)}></div>
      <div class="nnw-foot" ${ref(foot)}></div>
    </div>`;
  }
}
