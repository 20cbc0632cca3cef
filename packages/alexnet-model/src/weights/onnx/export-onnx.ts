import type * as tfl from '@tensorflow/tfjs-layers';
import type { Description } from '../describe.js';
import { writeDescription } from '../description.js';
import { OnnxGraph } from './onnx-graph.js';
import { type OnnxValue, writeOnnx } from './onnx-message.js';
import { onnxOperators } from './onnx-operators.js';

/**
 * Writes the whole network as ONNX. It reads images `[N, 3, H, W]`. Its outputs are the model's, and the
 * logits (`fc8`) if the last layer is a softmax.
 *
 * @throws RangeError naming a layer that AlexNet does not have.
 */
export async function exportOnnx(model: tfl.LayersModel, description?: Description): Promise<Uint8Array> {
  const graph = new OnnxGraph();
  const inputs: OnnxValue[] = [];
  for (const layer of model.layers) {
    const { name } = layer;
    if (layer.getClassName() === 'InputLayer') {
      inputs.push({ name, shape: channelsFirst(layer.outputShape as (number | null)[]) });
      graph.setValue(name, name);
      continue;
    }
    const write = onnxOperators[layer.getClassName()];
    if (!write)
      throw new RangeError(`layer '${name}' is a ${layer.getClassName()}, which AlexNet does not have`);
    if (layer.inboundNodes.length !== 1) throw new RangeError(`layer '${name}' is used more than once`);
    const sources = ([] as tfl.SymbolicTensor[]).concat(layer.input);
    const value = await write(graph, {
      name,
      layer,
      config: layer.getConfig(),
      inputs: sources.map((source) => graph.valueOf(source.sourceLayer.name)),
      inputShape: sources[0]?.shape ?? [],
    });
    graph.setValue(name, value);
  }
  const outputs = withLogits(model).map(
    (output): OnnxValue => ({
      name: graph.valueOf(output.sourceLayer.name),
      shape: channelsFirst(output.shape),
    }),
  );
  const { nodes, initializers } = graph;
  const metadata = description ? writeDescription(description) : {};
  return writeOnnx({ nodes, initializers, inputs, outputs, metadata });
}

/** The model's outputs, and the logits of each that is a softmax. */
function withLogits(model: tfl.LayersModel): tfl.SymbolicTensor[] {
  const logits = model.outputs.flatMap(({ sourceLayer }) =>
    sourceLayer.getClassName() === 'Activation' && sourceLayer.getConfig().activation === 'softmax'
      ? sourceLayer.input
      : [],
  );
  return [...model.outputs, ...logits];
}

function channelsFirst(shape: readonly (number | null)[]): (number | null)[] {
  const [n = null, height = null, width = null, channels = null] = shape;
  return shape.length === 4 ? [n, channels, height, width] : [...shape];
}
