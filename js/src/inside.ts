/** The library of the views into a stack: graph, activations, weight updates, curves, gradients. */

import "./styles/inside.css";
import { library } from "./widgets/library.js";

export default library({});
