/** The library of pictures, feature maps and attention. */

import "./styles/maps.css";
import { library } from "./widgets/library.js";

export default library({});
