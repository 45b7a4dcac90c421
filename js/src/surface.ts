/** The library of surfaces: of the loss over weights, and of a network's output over its inputs. */

import "./styles/output.css";
import "./styles/surface.css";
import "./styles/surface3d.css";
import { library } from "./widgets/library.js";
import { lossSurface } from "./widgets/loss_surface.js";
import { outputSurface } from "./widgets/output_surface.js";
import { surfaceChannel } from "./widgets/surface_channel.js";

export default library({
  LossSurface: ({ feed, ...rest }) => lossSurface({ ...rest, channel: surfaceChannel(feed) }),
  OutputSurface: outputSurface,
});
