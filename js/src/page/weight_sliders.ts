/** The sliders alone, for pages of lines and sliders: the library that they are in is twice as long. */

import { library } from "../widgets/library.js";
import { weightSliders } from "../widgets/weight_sliders.js";

export default library({ WeightSliders: weightSliders });
