import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { SgdMomentum } from '../optimizer/sgd-momentum.js';
import {
  type CheckpointState,
  randomLayers,
  type Snapshot,
  stateOf,
  takeSnapshot,
  trainedVariables,
} from './checkpoint-snapshot.js';
import { sha256 } from './sha256.js';

/** A checkpoint that is on the disk. */
export interface SavedCheckpoint {
  bytes: number;
  /** Of `weights.bin`: the weights in the order of the model, float32, little endian. */
  weightsSha256: string;
}

/**
 * Saves model, velocities, random states and the run's position in a folder. The folder appears complete or not
 * at all: it is written beside, flushed to the disk and then renamed, and one that was there before stays until then.
 *
 * @throws Error naming the folder if it cannot be written (a full disk, no permission), or if a weight is not finite.
 */
export async function saveCheckpoint(
  directory: string,
  model: tfl.LayersModel,
  optimizer: SgdMomentum,
  state: CheckpointState,
): Promise<SavedCheckpoint> {
  try {
    return await writeSnapshot(directory, await takeSnapshot(model, optimizer, state));
  } catch (error) {
    throw new Error(`${directory}: the checkpoint could not be written (${(error as Error).message}).`, {
      cause: error,
    });
  }
}

/** Writes a snapshot as {@link saveCheckpoint} does. */
export async function writeSnapshot(
  directory: string,
  { files, description }: Snapshot,
): Promise<SavedCheckpoint> {
  const hashed = [...files].map(async ([name, pieces]) => [name, await sha256(...pieces)] as const);
  const sha256OfFiles = Object.fromEntries(await Promise.all(hashed));
  const content = { ...description, files: sha256OfFiles };
  const text = new TextEncoder();
  const own = await sha256(text.encode(JSON.stringify(content)));
  const json = text.encode(JSON.stringify({ ...content, sha256: own }, null, 2));
  const { replaceFolder } = await import('./durable-folder.js');
  await replaceFolder(directory, [...files, ['checkpoint.json', [json]]]);
  const bytes = [...[...files.values()].flat(), json].reduce((sum, { length }) => sum + length, 0);
  return { bytes, weightsSha256: sha256OfFiles['weights.bin'] as string };
}

/**
 * Puts a saved checkpoint into a model of the same architecture and an optimizer.
 *
 * @returns Where the run stood.
 * @throws Error naming the folder if it holds no whole checkpoint, or one of another model, with the difference.
 */
export async function loadCheckpoint(
  directory: string,
  model: tfl.LayersModel,
  optimizer?: SgdMomentum,
): Promise<CheckpointState> {
  const { readCheckpoint } = await import('./read-checkpoint.js');
  const { requireSameModel } = await import('./checkpoint-difference.js');
  const { description, topology, weightSpecs, weights, velocities } = await readCheckpoint(directory);
  try {
    requireSameModel(model, weightSpecs, topology);
  } catch (error) {
    throw new Error(`${directory}: not a checkpoint of this model (${(error as Error).message}).`, {
      cause: error,
    });
  }
  setWeights(model, weights, weightSpecs);
  if (optimizer) setVelocities(model, optimizer, velocities, description.velocities);
  for (const layer of randomLayers(model)) {
    layer.randomState = description.randomStates[layer.name] ?? layer.randomState;
  }
  return stateOf(description);
}

/** Whether there is a checkpoint in a folder, to be loaded with {@link loadCheckpoint}. */
export async function hasCheckpoint(directory: string): Promise<boolean> {
  const { wholeFolder } = await import('./durable-folder.js');
  return (await wholeFolder(directory)) !== undefined;
}

/** Puts each saved weight where its name is: their order depends on which layers are frozen. */
function setWeights(model: tfl.LayersModel, bytes: Uint8Array, specs: tf.io.WeightsManifestEntry[]): void {
  const saved = tf.io.decodeWeights(toArrayBuffer(bytes), specs);
  try {
    model.setWeights(model.weights.map(({ originalName }) => saved[originalName] as tf.Tensor));
  } finally {
    tf.dispose(saved);
  }
}

/** One that is not in the checkpoint was never updated: it is 0. */
function setVelocities(
  model: tfl.LayersModel,
  optimizer: SgdMomentum,
  bytes: Uint8Array,
  specs: tf.io.WeightsManifestEntry[],
): void {
  const saved = tf.io.decodeWeights(toArrayBuffer(bytes), specs);
  optimizer.dispose();
  try {
    for (const { name, originalName } of trainedVariables(model)) {
      const velocity = saved[originalName];
      if (velocity) optimizer.setVelocity(name, velocity);
    }
  } finally {
    tf.dispose(saved);
  }
}

function toArrayBuffer({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  if (byteOffset === 0 && byteLength === buffer.byteLength) return buffer as ArrayBuffer;
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}
