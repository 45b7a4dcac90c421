/** The library of pictures, feature maps and attention. */

import "./styles/maps.css";
import "./styles/maps_work.css";
import "./styles/attention.css";
import "./styles/augmentations.css";
import { attentionMaps } from "./widgets/attention_maps.js";
import { augmentations } from "./widgets/augmentations.js";
import { featureMaps } from "./widgets/feature_maps.js";
import { library } from "./widgets/library.js";

export default library({
  AttentionMaps: attentionMaps,
  Augmentations: augmentations,
  FeatureMaps: featureMaps,
});
