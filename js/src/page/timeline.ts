/** The timeline alone: a page has no playground, which makes networks in Python. */

import { library } from "../widgets/library.js";
import { timeline } from "../widgets/timeline.js";

export default library({ Timeline: timeline });
