/**
 * OutputSurface: what a network of two inputs says over the square of them, as a surface with the
 * targets on stems (or as a map), and as a truth table where the data have few different rows.
 */

import { html, nothing, render } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import { whileSeen } from "../render/sight.js";
import { hasWebgl } from "../render/webgl.js";
import { rowsCaption } from "../scene/chosen_rows.js";
import { derivedOf } from "../scene/derived.js";
import { Kept } from "../scene/kept.js";
import { outputNames } from "../scene/output_heights.js";
import { type Note, OutputNotes } from "../scene/output_notes.js";
import { OutputScene } from "../scene/output_surface.js";
import type { OutputPicture } from "../scene/output_types.js";
import type { Eye } from "../scene/surface_layout.js";
import { TruthScene } from "../scene/truth_table.js";
import type { Extent } from "../scene/types.js";
import type { NetState } from "../state/types.js";
import { t } from "../words.js";
import { ControlBarSlot } from "./control_bar.js";
import type { LibraryContext } from "./library.js";
import { NextFrame } from "./next_frame.js";
import { OpaqueOutputs } from "./opaque_outputs.js";
import { OutputMap } from "./output_map.js";
import { OutputSpace } from "./output_space.js";
import { outputToolbar } from "./output_toolbar.js";
import { lossText, scoreOf } from "./score.js";
import { applySize } from "./size.js";
import { trainingKeys } from "./training_keys.js";
import { truthTable } from "./truth_table.js";

export function outputSurface(context: LibraryContext): () => void {
  const view = new OutputSurfaceView(context);
  return () => view.dispose();
}

const PARTS = ["title", "picture", "note", "table", "caption", "toolbar", "foot"] as const;
type Part = (typeof PARTS)[number];

class OutputSurfaceView {
  readonly #context: LibraryContext;
  readonly #root: HTMLElement;
  readonly #parts = Object.fromEntries(PARTS.map((part) => [part, createRef()]));
  readonly #scene = new OutputScene();
  readonly #truth = new TruthScene();
  readonly #notes = new OutputNotes();
  readonly #note = new Kept<Note | null>();
  readonly #opaque: OpaqueOutputs;
  readonly #bar: ControlBarSlot;
  readonly #unsubscribe: (() => void)[];
  readonly #drawn = Object.fromEntries(
    ["note", "table", "menus"].map((part) => [part, new Kept<void>()]),
  );
  #shown: OutputMap | OutputSpace | null = null;
  /** What nobody sees costs nothing. */
  #seen = true;
  readonly #next = new NextFrame(() => this.draw(this.#context.store.state));

  constructor(context: LibraryContext) {
    this.#context = context;
    const { el, store, options, feed } = context;
    this.#bar = new ControlBarSlot(context, () => this.#part("foot"));
    this.#opaque = new OpaqueOutputs(store, feed, () => this.redraw());
    el.classList.add("nnw-host");
    render(this.#frame(), el);
    this.#root = el.querySelector(".nnw-output") as HTMLElement;
    this.#root.addEventListener("keydown", (event) => {
      if (!options.get<boolean>("_led")) trainingKeys(event, store);
    });
    this.#unsubscribe = [
      store.subscribe((state) => this.draw(state)),
      options.subscribe(() => this.redraw()),
      whileSeen(this.#root, (seen) => {
        this.#seen = seen;
        if (seen) this.redraw();
      }),
    ];
    this.draw(store.state);
  }

  /** After something of this view alone changed: an option, the zoom, the size. */
  redraw(): void {
    this.#next.ask();
  }

  draw(state: NetState): void {
    if (!this.#seen) return;
    const { options, store } = this.#context;
    applySize(this.#root, { width: options.get("width"), height: options.get("height") });
    const wanted = {
      output: Math.min(options.get<number>("output"), state.spec.outputs - 1),
      side: options.get<number>("resolution"),
      extent: options.get<Extent | null>("extent"),
    };
    const { data } = state;
    const extent = this.#scene.extent(data, wanted.extent);
    const given = this.#opaque.outputs(state, extent, wanted.side, this.#scene.rows(data).rows);
    const picture = this.#scene.build(state, wanted, given);
    const waiting = given !== null && given.field === null;
    this.#drawPicture(picture, waiting);
    this.#drawTable(picture, state, wanted.output);
    this.#drawNote(state);
    this.#drawMenus(state, picture);
    this.#drawCaption(state, picture, waiting);
    this.#bar.update(state);
    this.#root.dataset.frame = String(store.frame);
  }

  dispose(): void {
    this.#next.cancel();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#shown?.dispose();
    this.#opaque.dispose();
    this.#bar.dispose();
    this.#root.remove();
  }

  /** Flat where it is wanted, and where nothing else can be drawn. */
  get #flat(): boolean {
    return this.#context.options.get("projection") === "2d" || !hasWebgl();
  }

  #drawPicture(picture: OutputPicture, waiting: boolean): void {
    this.#mount(picture);
    if (waiting) return;
    if (this.#shown instanceof OutputMap) {
      this.#shown.draw(picture);
    } else if (this.#shown) {
      this.#shown.update(picture);
      this.#shown.turn();
    }
  }
  #picture: OutputPicture | null = null;

  #mount(picture: OutputPicture): void {
    this.#picture = picture;
    const flat = this.#flat;
    if (this.#shown && this.#shown instanceof OutputMap === flat) return;
    this.#shown?.dispose();
    const host = this.#part("picture");
    host.replaceChildren();
    this.#root.dataset.projection = flat ? "2d" : "3d";
    const { options, feed } = this.#context;
    const pointed = (i: number | null) =>
      this.#select(i === null ? null : (this.#picture?.targets.rows[i] ?? null));
    // A host of its own: lit keeps a mark on an element that it has drawn into.
    const own = host.appendChild(document.createElement("div"));
    own.className = "nnw-output-own";
    this.#shown = flat
      ? new OutputMap(own, { changed: () => this.redraw(), pointed })
      : new OutputSpace(own, {
          chunk: feed.chunk,
          eye: () => options.get<Eye | null>("eye"),
          turned: (eye) => options.set("eye", eye),
          pointed,
        });
  }

  #select(sample: number | null): void {
    const { store } = this.#context;
    if (store.state.selection.sample !== sample) store.select({ sample });
  }

  #drawTable(picture: OutputPicture, state: NetState, output: number): void {
    const wanted = this.#context.options.get<boolean>("table");
    const rows = wanted ? this.#truth.rows(state, output, picture.targets) : null;
    const { sample } = state.selection;
    const { name, colours } = picture.heights;
    this.#drawn.table.get([rows, sample, state.spec, name], () => {
      const table = rows && {
        ...{ rows, name, features: state.spec.features, chosen: sample },
        ...{ span: colours[1] - colours[0], point: (row: number | null) => this.#select(row) },
      };
      render(table ? truthTable(table) : nothing, this.#part("table"));
    });
  }

  #drawNote(state: NetState): void {
    const rows = this.#scene.rows(state.data).data;
    const note = this.#note.get([state.spec, state.params, rows], () =>
      this.#notes.of(state, rows),
    );
    this.#drawn.note.get([note?.kind, note?.text], () => {
      render(
        note ? html`<p class="nnw-output-note" data-kind=${note.kind}>${note.text}</p>` : nothing,
        this.#part("note"),
      );
    });
  }

  #drawMenus(state: NetState, picture: OutputPicture): void {
    const { options } = this.#context;
    const chosen = ["output", "projection", "table", "title"].map((name) => options.get(name));
    const table = this.#truth.rows(state, 0, picture.targets) !== null;
    this.#drawn.menus.get([state.spec, this.#shown, table, ...chosen], () => {
      render(options.get<string>("title") || nothing, this.#part("title"));
      const map = this.#shown instanceof OutputMap ? this.#shown.plot : null;
      const fit = () => map?.resetZoom();
      const names = outputNames(state.spec);
      render(outputToolbar({ options, names, map, fit, table }), this.#part("toolbar"));
    });
  }

  #drawCaption(state: NetState, { heights, targets }: OutputPicture, waiting: boolean): void {
    const score = scoreOf(state, derivedOf(this.#context.store));
    const few = targets.rows.length < targets.of;
    const parts = [
      t("epoch {epoch}", { epoch: state.status.epoch }),
      t("loss {loss}", { loss: lossText(score) }),
      waiting ? t("computed by Python…") : "",
      few ? rowsCaption(targets.rows.length, targets.of, String) : "",
      heights.level === null
        ? ""
        : t("line: {name} = {level}", { name: heights.name, level: heights.level }),
      this.#flat && this.#context.options.get("projection") === "3d"
        ? t("seen from above: this page has no WebGL")
        : "",
    ];
    render(parts.filter(Boolean).join(" · "), this.#part("caption"));
  }

  #part(name: Part): HTMLElement {
    return this.#parts[name].value as HTMLElement;
  }

  #frame() {
    const { title, picture, note, table, caption, toolbar, foot } = this.#parts;
    return html`<div class="nnw nnw-plane nnw-output" data-lm-suppress-shortcuts="true" tabindex="-1">
      <div class="nnw-title" ${ref(title)}></div>
      <div class="nnw-stage nnw-output-picture" ${ref(picture)}></div>
      <div class="nnw-caption" ${ref(caption)}></div>
      <div class="nnw-output-notes" role="status" ${ref(note)}></div>
      <div class="nnw-output-table" ${ref(table)}></div>
      <div class="nnw-toolbar" role="toolbar" aria-label=${t("View")} ${ref(toolbar)}></div>
      <div class="nnw-foot" ${ref(foot)}></div>
    </div>`;
  }
}
