/** The library of the loss surface. */

import "./styles/surface.css";
import "./styles/surface3d.css";
import { library } from "./widgets/library.js";
import { lossSurface } from "./widgets/loss_surface.js";
import { surfaceChannel } from "./widgets/surface_channel.js";

export default library({
  LossSurface: ({ feed, ...rest }) => lossSurface({ ...rest, channel: surfaceChannel(feed) }),
});
