/** The library of what is worked by hand, with typeset formulas. */

import "./styles/by_hand.css";
import "./styles/by_hand_steps.css";
import "./styles/collapse.css";
import "./styles/slider_track.css";
import "./styles/sliders.css";
import { forwardBackward } from "./widgets/forward_backward.js";
import { library } from "./widgets/library.js";
import { linearCollapse } from "./widgets/linear_collapse.js";

export default library({ ForwardBackward: forwardBackward, LinearCollapse: linearCollapse });
