/** The library of a pass worked by hand. */

import "./styles/by_hand.css";
import { library } from "./widgets/library.js";

export default library({});
