/** The library of a pass worked by hand. */

import "./styles/by_hand.css";
import "./styles/by_hand_steps.css";
import { forwardBackward } from "./widgets/forward_backward.js";
import { library } from "./widgets/library.js";

export default library({ ForwardBackward: forwardBackward });
