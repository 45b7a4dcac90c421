/** The library of the views into a stack: graph, activations, weight updates, curves, gradients. */

import "./styles/inside.css";
import "./styles/curves.css";
import "./styles/graph.css";
import { gradientFlow } from "./widgets/gradient_flow.js";
import { library } from "./widgets/library.js";
import { networkGraph } from "./widgets/network_graph.js";
import { trainingCurves } from "./widgets/training_curves.js";

export default library({
  GradientFlow: gradientFlow,
  NetworkGraph: networkGraph,
  TrainingCurves: trainingCurves,
});
