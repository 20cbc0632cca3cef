import type * as tfl from '@tensorflow/tfjs-layers';

/** A layer as `model.json` describes it. */
interface LayerDescription {
  class_name: string;
  config: Record<string, unknown>;
  inbound_nodes?: unknown;
}

/** Fields of a layer that say how a run begins or which weights it updates, not what the net computes. */
const notComputed =
  /^(name|dtype|trainable|seed|.*_initializer|.*_regularizer|.*_constraint|batch_input_shape)$/;

/**
 * The first difference between a model and the topology of a saved one, layer by layer in their order: two presets may
 * have the same weights and compute something else. Undefined if they compute the same.
 */
export function architectureDifference(model: tfl.LayersModel, saved: unknown): string | undefined {
  const ours = layersOf(model.toJSON(null, false));
  const theirs = layersOf(saved);
  const withWeights = new Set(model.weights.map(({ originalName }) => originalName.split('/')[0]));
  for (let i = 0; i < Math.max(ours.length, theirs.length); i++) {
    const [a, b] = [ours[i], theirs[i]];
    if (a?.class_name !== b?.class_name)
      return `layer ${i + 1} is ${kindOf(b)} there, ${kindOf(a)} in the model`;
    const [mine, other] = [computed(a, ours, withWeights), computed(b, theirs, withWeights)];
    const field = Object.keys({ ...mine, ...other }).find((name) => mine[name] !== other[name]);
    if (field !== undefined) {
      return `${field} of layer '${a?.config.name}' is ${other[field]} there, ${mine[field]} in the model`;
    }
  }
  return undefined;
}

function layersOf(topology: unknown): LayerDescription[] {
  const { model_config, config } = Object(topology);
  const found = (model_config ?? { config }).config;
  return (Array.isArray(found) ? found : found?.layers) ?? [];
}

function kindOf(layer: LayerDescription | undefined): string {
  return layer ? `a ${layer.class_name}` : 'absent';
}

/**
 * What a layer computes, and from which layers. These are given by their positions, since tfjs makes up names for layers
 * that have none. The name of a layer with weights counts: the weights are found by it.
 */
function computed(
  layer: LayerDescription | undefined,
  layers: readonly LayerDescription[],
  withWeights: ReadonlySet<string | undefined>,
): Record<string, string> {
  if (!layer) return {};
  const positions = new Map(layers.map(({ config }, i) => [config.name, `layer ${i + 1}`]));
  const inputs = JSON.stringify(layer.inbound_nodes ?? null, (_, value) => positions.get(value) ?? value);
  const fields = Object.entries(layer.config).filter(([name]) => !notComputed.test(name));
  const name = String(layer.config.name);
  const own = withWeights.has(name) && { name };
  return {
    ...own,
    ...Object.fromEntries(fields.map(([name, value]) => [name, JSON.stringify(value)])),
    inputs,
  };
}
