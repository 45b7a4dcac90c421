/** The library of the bench: a playground, which has all other views on it, and the timeline. */

import "./styles/playground.css";
import "./styles/playground_panels.css";
import "./styles/timeline.css";
import { library } from "./widgets/library.js";
import { type PlaygroundContext, playground } from "./widgets/playground/shell.js";
import { timeline } from "./widgets/timeline.js";

const views = library({ Timeline: timeline });

/** A playground is of several networks, one after the other; the other views are of one. */
export default {
  initialize() {
    const { render } = views.initialize();
    return {
      render: (context: PlaygroundContext) =>
        context.model.get("_view") === "Playground"
          ? playground(context)
          : render(context as Parameters<typeof render>[0]),
    };
  },
};
