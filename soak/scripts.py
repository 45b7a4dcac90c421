"""What runs in the page and in the kernel while both are watched."""

from __future__ import annotations

# Before anything else of the page: counts what waits, and what was sent and acknowledged. The
# numbers of edits and of frames are read from the beginning of each message; the binary protocol
# of Jupyter has its header, and the content's JSON, in clear.
WATCH = """(() => {
    const seen = window.soak = { sockets: new Set(), sent: 0, acked: 0, frame: 0, got: 0,
        timers: new Set(), frames: 0, intervals: new Set() };
    const decoder = new TextDecoder();
    const head = (data) => typeof data === "string" ? data.slice(0, 4000)
        : data instanceof ArrayBuffer ? decoder.decode(new Uint8Array(data, 0,
            Math.min(4000, data.byteLength))) : "";
    const number = (text, pattern) => Number(pattern.exec(text)?.[1] ?? 0);
    const Socket = window.WebSocket;
    window.WebSocket = class extends Socket {
        constructor(...args) {
            super(...args);
            seen.sockets.add(this);
            this.addEventListener("close", () => seen.sockets.delete(this));
            this.addEventListener("message", ({ data }) => {
                const text = head(data);
                if (!/"type": ?"frame"/.test(text)) return;
                seen.acked = Math.max(seen.acked, number(text, /"acks": ?\\{"\\d+": ?(\\d+)/));
                seen.frame = Math.max(seen.frame, number(text, /"serial": ?(\\d+)/));
            });
        }
        send(data) {
            const text = head(data);
            if (/"type": ?"edit"/.test(text)) {
                seen.sent = Math.max(seen.sent, number(text, /"seq": ?(\\d+)/));
            }
            seen.got = Math.max(seen.got, number(text, /"got": ?(\\d+)/),
                /"type": ?"got"/.test(text) ? number(text, /"serial": ?(\\d+)/) : 0);
            super.send(data);
        }
    };
    const { setTimeout: later, clearTimeout: notLater, setInterval: often,
        clearInterval: notOften, requestAnimationFrame: nextFrame } = window;
    window.setTimeout = (call, ms, ...more) => {
        const timer = later((...args) => {
            seen.timers.delete(timer);
            return typeof call === "function" ? call(...args) : undefined;
        }, ms, ...more);
        seen.timers.add(timer);
        return timer;
    };
    window.clearTimeout = (timer) => { seen.timers.delete(timer); notLater(timer); };
    window.setInterval = (...args) => {
        const timer = often(...args);
        seen.intervals.add(timer);
        return timer;
    };
    window.clearInterval = (timer) => { seen.intervals.delete(timer); notOften(timer); };
    window.requestAnimationFrame = (call) => { seen.frames += 1; return nextFrame(call); };
    window.soakFrame = nextFrame.bind(window);
})()"""

# Of each frame: the time since the one before, and the work of the page's thread in it, from the
# callbacks' beginning to the first task after the picture was painted.
RECORD = """() => {
    const seen = window.recorded = { interval: [], work: [] };
    let before = 0;
    const look = (time) => {
        if (window.recorded !== seen) return;
        if (before) seen.interval.push(time - before);
        before = time;
        const began = performance.now();
        scheduler.postTask(() => seen.work.push(performance.now() - began),
            { priority: "user-blocking" });
        window.soakFrame(look);
    };
    window.soakFrame(look);
}"""
TAKE = "() => { const seen = window.recorded; window.recorded = null; return seen; }"

BACKLOG = """() => {
    const { sockets, sent, acked, frame, got } = window.soak;
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    return {
        buffered: [...sockets].reduce((sum, each) => sum + each.bufferedAmount, 0),
        edits: sent - acked, frames: frame - got,
        pending: kernel._pendingMessages?.length ?? 0, comms: kernel._comms.size,
        said: sent, shown: frame,
    };
}"""

# What a page has: none of these may grow with a cell that is run again.
CENSUS = """async () => {
    const { frames } = window.soak;
    await new Promise((done) => setTimeout(done, 1000));
    const { timers, intervals, frames: now } = window.soak;
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    return {
        "elements": document.querySelectorAll("*").length,
        "canvases in the page": document.querySelectorAll("canvas").length,
        "style sheets": document.styleSheets.length + document.adoptedStyleSheets.length,
        "comms": kernel._comms.size,
        "timers that wait": timers.size,
        "intervals": intervals.size,
        "animation loops": Math.round((now - frames) / 60),
    };
}"""

#: Kinds of objects that the page's memory is searched for.
PROTOTYPES = (
    "HTMLCanvasElement",
    "CanvasRenderingContext2D",
    "WebGLRenderingContext",
    "ResizeObserver",
    "IntersectionObserver",
    "MutationObserver",
    "HTMLStyleElement",
    "CSSStyleSheet",
    "AbortController",
    "SVGSVGElement",
    "Worker",
)

# The kernel's own numbers, as JSON.
KERNEL = """
def _soak():
    import gc, json, threading, psutil, ipywidgets
    from comm import get_comm_manager
    from nnwidgets.widgets import _clock
    me = psutil.Process()
    nets = [n for n in ipywidgets.widgets.widget._instances.values()
            if type(n).__name__ == "Network"]
    print(json.dumps({
        "rss": me.memory_info().rss, "threads": threading.active_count(),
        "comms": len(get_comm_manager().comms),
        "widgets": len(ipywidgets.widgets.widget._instances),
        "waiting": sum(len(c._heap) for c in _clock._clocks),
        "unanswered": sum(len(n._traffic.sender._in_flight) for n in nets),
        "epoch": max([n.epoch for n in nets], default=0),
        "rows": sum(len(n.history) for n in nets),
        "loss": min([n.loss for n in nets], default=0.0)}))
_soak()
del _soak
"""

# What a kernel has of ours and of torch's, after a garbage collection.
KERNEL_CENSUS = """
def _soak():
    import collections, gc, json, threading, ipywidgets
    from comm import get_comm_manager
    for _ in range(3):
        gc.collect()
    kinds = collections.Counter(
        type(each).__name__ for each in gc.get_objects()
        if str(type(each).__module__).startswith("nnwidgets")
        or type(each).__name__ in ("Parameter", "Tensor", "Linear", "Sequential", "Layout"))
    print(json.dumps({
        "threads": threading.active_count(), "comms": len(get_comm_manager().comms),
        "widgets": len(ipywidgets.widgets.widget._instances),
        "objects of ours, models and tensors": sum(kinds.values()), "kinds": kinds,
        "names": sorted(thread.name for thread in threading.enumerate())}))
_soak()
del _soak
"""
