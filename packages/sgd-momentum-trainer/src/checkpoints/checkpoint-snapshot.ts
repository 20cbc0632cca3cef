import type * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { SgdMomentum } from '../optimizer/sgd-momentum.js';
import { modelJson } from './model-json.js';
import type { TrainState } from './train-state.js';

/** The position of a run, and what the caller stores with it as JSON. */
export interface CheckpointState extends TrainState {
  settings?: unknown;
  versions?: unknown;
}

/** A layer that draws random numbers and counts them, as `AlexNetDropout` does. */
export interface RandomLayer {
  randomState: number;
}

/** The content of `checkpoint.json` without the checksums. */
export interface CheckpointDescription extends CheckpointState {
  version: 2;
  velocities: tf.io.WeightsManifestEntry[];
  randomStates: Record<string, number>;
}

/** The content of a file in consecutive pieces, which are not joined: that would be a second copy. */
type FileContent = readonly Uint8Array[];

/** A copy of a run's state: training may continue while it is written. */
export interface Snapshot {
  files: ReadonlyMap<'model.json' | 'weights.bin' | 'velocities.bin', FileContent>;
  description: CheckpointDescription;
}

/** The run's state in a checkpoint's description. */
export function stateOf({
  version,
  velocities,
  randomStates,
  ...state
}: CheckpointDescription): CheckpointState {
  return state;
}

/** Copies model, velocities and random states. @throws RangeError if a weight is not a finite number. */
export async function takeSnapshot(
  model: tfl.LayersModel,
  optimizer: SgdMomentum,
  state: CheckpointState,
): Promise<Snapshot> {
  const weights = await valuesOf(
    model.weights.map((weight) => ({ name: weight.originalName, tensor: weight.read() })),
  );
  const velocities = await valuesOf(velocitiesOf(model, optimizer));
  requireFinite(weights); // a velocity that is not finite makes a weight that is not
  return {
    files: new Map([
      ['model.json', [new TextEncoder().encode(modelJson(artifactsOf(model, weights)))]],
      ['weights.bin', bytesOf(weights)],
      ['velocities.bin', bytesOf(velocities)],
    ]),
    description: {
      version: 2,
      ...state,
      velocities: velocities.map(({ spec }) => spec),
      randomStates: Object.fromEntries(randomLayers(model).map((layer) => [layer.name, layer.randomState])),
    },
  };
}

/** The layers that draw random numbers, whose states are part of a checkpoint. */
export function randomLayers(model: tfl.LayersModel): (tfl.layers.Layer & RandomLayer)[] {
  return model.layers.filter(
    (layer): layer is tfl.layers.Layer & RandomLayer =>
      'randomState' in layer && typeof layer.randomState === 'number',
  );
}

/** Variables with the names that weights are saved under; a variable's own name is unique to a process. */
export function trainedVariables(model: tfl.LayersModel): { name: string; originalName: string }[] {
  return model.trainableWeights.map((weight) => ({
    name: (weight.read() as tf.Variable).name,
    originalName: weight.originalName,
  }));
}

interface NamedTensor {
  name: string;
  tensor: tf.Tensor;
}

/** The values of a weight as they are written to a file. */
interface Values {
  spec: tf.io.WeightsManifestEntry;
  values: Float32Array;
}

/** Needs no copies: backends never write to data that they returned, even if they update weights in place. */
async function valuesOf(tensors: readonly NamedTensor[]): Promise<Values[]> {
  const all: Values[] = [];
  for (const { name, tensor } of tensors) {
    if (tensor.dtype !== 'float32') throw new RangeError(`weight '${name}' is ${tensor.dtype}, not float32`);
    all.push({
      spec: { name, shape: tensor.shape, dtype: 'float32' },
      values: await tensor.data<'float32'>(),
    });
  }
  return all;
}

/** The artifacts as `model.save` makes them, which would first join the values of all weights. */
function artifactsOf(model: tfl.LayersModel, weights: readonly Values[]): tf.io.ModelArtifacts {
  const userDefinedMetadata = model.getUserDefinedMetadata() as Record<string, object> | undefined;
  return {
    modelTopology: model.toJSON(null, false) as object,
    format: 'layers-model',
    generatedBy: `TensorFlow.js tfjs-layers v${tfl.version_layers}`,
    convertedBy: null,
    weightSpecs: weights.map(({ spec }) => spec),
    ...(userDefinedMetadata && { userDefinedMetadata }),
  };
}

function velocitiesOf(model: tfl.LayersModel, optimizer: SgdMomentum): NamedTensor[] {
  return trainedVariables(model).flatMap(({ name, originalName }) => {
    const tensor = optimizer.velocityOf(name);
    return tensor ? [{ name: originalName, tensor }] : [];
  });
}

function bytesOf(all: readonly Values[]): FileContent {
  return all.map(
    ({ values: { buffer, byteOffset, byteLength } }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
}

function requireFinite(weights: readonly Values[]): void {
  for (const { spec, values } of weights) {
    if (!areFinite(values)) throw new RangeError(`weight '${spec.name}' is not finite`);
  }
}

/** Whether all values are finite. The sum of their products with 0 is 0 only then, and needs no branch. */
function areFinite(values: Float32Array): boolean {
  let zero = 0;
  for (let i = 0; i < values.length; i++) zero += (values[i] as number) * 0;
  return zero === 0;
}
