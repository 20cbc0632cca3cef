import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { SgdMomentum } from '../optimizer/sgd-momentum.js';
import {
  type CheckpointState,
  randomLayers,
  stateOf,
  takeSnapshot,
  trainedVariables,
} from './checkpoint-snapshot.js';
import type { SavedCheckpoint } from './files.js';
import { unwritten } from './unwritten.js';

export type { SavedCheckpoint };

/**
 * Saves model, velocities, random states and the run's position in a folder. The folder appears whole or not at all: it
 * is written under another name, flushed to the disk and renamed. A checkpoint that was there stays until then.
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
    const { writeSnapshot } = await import('./files.js');
    return await writeSnapshot(directory, await takeSnapshot(model, optimizer, state));
  } catch (error) {
    throw unwritten(directory, error as Error);
  }
}

/**
 * Puts a saved checkpoint into a model of the same architecture and an optimizer.
 *
 * @returns The position of the run.
 * @throws Error naming the folder if it holds no whole checkpoint or if that is of another model, with the difference.
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

/** Whether a folder holds a checkpoint for {@link loadCheckpoint}. */
export async function hasCheckpoint(directory: string): Promise<boolean> {
  const { isCheckpointIn } = await import('./files.js');
  return isCheckpointIn(directory);
}

/** Finds each weight by its name, since the order of the weights depends on which layers are frozen. */
function setWeights(model: tfl.LayersModel, bytes: Uint8Array, specs: tf.io.WeightsManifestEntry[]): void {
  const saved = tf.io.decodeWeights(toArrayBuffer(bytes), specs);
  try {
    model.setWeights(model.weights.map(({ originalName }) => saved[originalName] as tf.Tensor));
  } finally {
    tf.dispose(saved);
  }
}

/** A velocity that is not in the checkpoint is 0: its weight was never updated. */
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
