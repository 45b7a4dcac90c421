import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { loadPlotly, moveTraces, type PlotlyElement } from "./plotly.js";

const KEY = Symbol.for("plotly.js-gl3d@4");

function gzipped(code: string): ArrayBuffer {
  return new Uint8Array(gzipSync(code)).buffer;
}

describe("the page's plotly", () => {
  afterEach(() => {
    Reflect.deleteProperty(globalThis, KEY);
    vi.restoreAllMocks();
  });

  /** Node imports no blobs: data addresses stand in for them. */
  function blobs(code: string): void {
    vi.spyOn(URL, "createObjectURL").mockReturnValue(
      `data:text/javascript,${encodeURIComponent(code)}`,
    );
  }

  it("is fetched once, whoever asks, and unpacked", async () => {
    const code = "export default { name: 'plotly' }";
    blobs(code);
    const fetch = vi.fn(async () => gzipped(code));
    const never = vi.fn(async () => gzipped("throw new Error()"));
    const [first, second] = await Promise.all([loadPlotly(fetch), loadPlotly(never)]);
    expect(first).toEqual({ name: "plotly" });
    expect(second).toBe(first);
    expect(await loadPlotly(never)).toBe(first);
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(never).not.toHaveBeenCalled();
    expect(URL.createObjectURL).toHaveBeenCalledTimes(1);
    const blob = vi.mocked(URL.createObjectURL).mock.calls[0][0] as Blob;
    expect(await blob.text()).toBe(code);
  });

  it("is fetched by the next who asks where the first went away", async () => {
    blobs("export default 2");
    const gone = async () => Promise.reject(new Error("the view is gone"));
    const fetch = vi.fn(async () => gzipped("export default 2"));
    const [first, second] = await Promise.allSettled([loadPlotly(gone), loadPlotly(fetch)]);
    expect(first.status).toBe("rejected");
    expect(second).toEqual({ status: "fulfilled", value: 2 });
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});

describe("moving traces", () => {
  function graph() {
    const update = vi.fn();
    const redraw = vi.fn();
    const element = {
      data: [{ x: [1], y: [1], z: [1], marker: { size: 3 } }, { x: [] }],
      _fullData: [{ uid: "u" }, { uid: "v" }],
      _fullLayout: {
        scene: {
          _scene: {
            traces: { u: { data: { type: "scatter3d", marker: { size: 3 } }, update } },
            glplot: { redraw },
          },
        },
      },
    } as unknown as PlotlyElement;
    return { element, update, redraw };
  }

  const to = { x: [2], y: [3], z: [4] };

  it("updates only these, and what is saved with them", () => {
    const { element, update, redraw } = graph();
    expect(moveTraces(element, [{ trace: 0, to }])).toBe(true);
    expect(update).toHaveBeenCalledWith({
      ...{ type: "scatter3d", marker: { size: 3 }, _length: 1 },
      ...to,
    });
    expect(element.data?.[0]).toMatchObject({ ...to, marker: { size: 3 } });
    expect(redraw).toHaveBeenCalledTimes(1);
  });

  it("recolours what has several colours", () => {
    const { element, update } = graph();
    moveTraces(element, [{ trace: 0, to, shade: [0.5], customdata: [[1, 2]] }]);
    expect(element._fullData?.[0].customdata).toEqual([[1, 2]]);
    expect(update.mock.calls[0][0]).toMatchObject({
      ...{ line: { color: [0.5] }, marker: { size: 3, color: [0.5] }, customdata: [[1, 2]] },
    });
  });

  it("writes what is said of a trace that stays where it is, and draws nothing", () => {
    const { element, update } = graph();
    expect(moveTraces(element, [{ trace: 0, customdata: [[3]] }])).toBe(true);
    expect([element._fullData?.[0].customdata, update.mock.calls.length]).toEqual([[[3]], 0]);
  });

  it("says so where a trace appears or goes, for plotly draws those anew", () => {
    const empty = { x: [], y: [], z: [] };
    expect(moveTraces(graph().element, [{ trace: 1, to }])).toBe(false);
    expect(moveTraces(graph().element, [{ trace: 0, to: empty }])).toBe(false);
    expect(moveTraces(graph().element, [{ trace: 1, to: empty }])).toBe(true);
    expect(moveTraces({} as PlotlyElement, [])).toBe(false);
  });
});
