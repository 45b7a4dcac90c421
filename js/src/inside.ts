/** The library of the views into a stack: graph, activations, updates, curves, gradients, sliders, tasks. */

import "./styles/curves.css";
import "./styles/graph.css";
import "./styles/graph_blocks.css";
import "./styles/slider_track.css";
import "./styles/sliders.css";
import "./styles/task.css";
import "./styles/units.css";
import { activations } from "./widgets/activations.js";
import { flowComparison } from "./widgets/flow_comparison.js";
import { gradientFlow } from "./widgets/gradient_flow.js";
import { library } from "./widgets/library.js";
import { networkGraph } from "./widgets/network_graph.js";
import { task } from "./widgets/task.js";
import { trainingCurves } from "./widgets/training_curves.js";
import { weightSliders } from "./widgets/weight_sliders.js";
import { weightUpdates } from "./widgets/weight_updates.js";

export default library({
  FlowComparison: flowComparison,
  GradientFlow: gradientFlow,
  NetworkGraph: networkGraph,
  Activations: activations,
  Task: task,
  TrainingCurves: trainingCurves,
  WeightSliders: weightSliders,
  WeightUpdates: weightUpdates,
});
