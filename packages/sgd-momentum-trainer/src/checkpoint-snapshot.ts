import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { modelJson } from './file-system.js';
import type { SgdMomentum } from './sgd-momentum.js';
import type { TrainState } from './train-state.js';

/** Where a run stood, and whatever its caller wants to keep beside it, as JSON. */
export interface CheckpointState extends TrainState {
  settings?: unknown;
  versions?: unknown;
}

/** A layer that draws random numbers and can say how many it drew, as `AlexNetDropout` does. */
export interface RandomLayer {
  randomState: number;
}

/** What `checkpoint.json` says beside the checksums. */
export interface CheckpointDescription extends CheckpointState {
  version: 2;
  velocities: tf.io.WeightsManifestEntry[];
  randomStates: Record<string, number>;
}

/** A run at one moment, copied: training may go on while it is written. */
export interface Snapshot {
  files: ReadonlyMap<'model.json' | 'weights.bin' | 'velocities.bin', Uint8Array>;
  description: CheckpointDescription;
}

/** Copies model, velocities and random states. @throws RangeError if a weight or a velocity is not a finite number. */
export async function takeSnapshot(
  model: tfl.LayersModel,
  optimizer: SgdMomentum,
  state: CheckpointState,
): Promise<Snapshot> {
  const artifacts = await artifactsOf(model);
  const weights = asBytes(artifacts.weightData as ArrayBuffer);
  const velocities = await tf.io.encodeWeights(velocitiesOf(model, optimizer));
  const bytes = asBytes(velocities.data);
  requireFinite('weight', artifacts.weightSpecs ?? [], weights);
  requireFinite('velocity of', velocities.specs, bytes);
  return {
    files: new Map([
      ['model.json', new TextEncoder().encode(modelJson(artifacts))],
      ['weights.bin', weights],
      ['velocities.bin', bytes],
    ]),
    description: {
      version: 2,
      ...state,
      velocities: velocities.specs,
      randomStates: Object.fromEntries(randomLayers(model).map((layer) => [layer.name, layer.randomState])),
    },
  };
}

/** The layers that draw random numbers: their states go into a checkpoint. */
export function randomLayers(model: tfl.LayersModel): (tfl.layers.Layer & RandomLayer)[] {
  return model.layers.filter(
    (layer): layer is tfl.layers.Layer & RandomLayer =>
      'randomState' in layer && typeof layer.randomState === 'number',
  );
}

/** Variables under the names that weights are saved by: their own are unique to a process. */
export function trainedVariables(model: tfl.LayersModel): { name: string; originalName: string }[] {
  return model.trainableWeights.map((weight) => ({
    name: (weight.read() as tf.Variable).name,
    originalName: weight.originalName,
  }));
}

/** Description, specs and a copy of all weights, as `model.save` would write them. */
async function artifactsOf(model: tfl.LayersModel): Promise<tf.io.ModelArtifacts> {
  let saved: tf.io.ModelArtifacts = {};
  const handler = tf.io.withSaveHandler(async (artifacts) => {
    saved = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(handler);
  return saved;
}

function velocitiesOf(model: tfl.LayersModel, optimizer: SgdMomentum): { name: string; tensor: tf.Tensor }[] {
  return trainedVariables(model).flatMap(({ name, originalName }) => {
    const tensor = optimizer.velocityOf(name);
    return tensor ? [{ name: originalName, tensor }] : [];
  });
}

function requireFinite(
  what: string,
  specs: readonly tf.io.WeightsManifestEntry[],
  { buffer, byteOffset }: Uint8Array,
): void {
  let offset = byteOffset;
  for (const { name, shape, dtype } of specs) {
    const size = tf.util.sizeFromShape(shape);
    if (dtype === 'float32' && !areFinite(new Float32Array(buffer, offset, size))) {
      throw new RangeError(`${what} '${name}' is not finite`);
    }
    offset += size * tf.util.bytesPerElement(dtype);
  }
}

/** Whether all are numbers: a sum of products with 0 is 0 unless one is not, and needs no branch. */
function areFinite(values: Float32Array): boolean {
  let zero = 0;
  for (let i = 0; i < values.length; i++) zero += (values[i] as number) * 0;
  return zero === 0;
}

function asBytes(data: tf.io.WeightData): Uint8Array {
  return new Uint8Array(data as ArrayBuffer);
}
