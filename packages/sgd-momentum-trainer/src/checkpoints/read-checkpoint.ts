import * as fs from 'node:fs/promises';
import { wholeFolder } from '@alexnet/durable-files';
import type * as tf from '@tensorflow/tfjs-core';
import type { CheckpointDescription } from './checkpoint-snapshot.js';
import { DamagedCheckpointError } from './damaged-checkpoint.js';
import { sha256 } from './sha256.js';

/** The content of a checkpoint whose checksums are right. */
export interface ReadCheckpoint {
  description: CheckpointDescription;
  /** The `modelTopology` of `model.json`. */
  topology: unknown;
  weightSpecs: tf.io.WeightsManifestEntry[];
  weights: Uint8Array;
  velocities: Uint8Array;
}

/**
 * Reads the files of a checkpoint and checks them.
 *
 * @throws Error if there is no checkpoint; DamagedCheckpointError naming a file that is missing, cut short or altered.
 */
export async function readCheckpoint(directory: string): Promise<ReadCheckpoint> {
  const folder = await wholeFolder(directory);
  if (folder === undefined) throw new Error(`${directory}: there is no checkpoint.`);
  const { files, ...description } = await readDescription(directory, folder);
  const read = (name: string): Promise<Uint8Array> => readChecked(directory, folder, name, files[name]);
  const [model, weights, velocities] = await Promise.all(['model.json', 'weights.bin', 'velocities.bin'].map(read)); // biome-ignore format: one line
  const { weightsManifest, modelTopology } = JSON.parse(new TextDecoder().decode(model));
  return {
    description,
    topology: modelTopology,
    weightSpecs: weightsManifest[0].weights,
    weights: weights as Uint8Array,
    velocities: velocities as Uint8Array,
  };
}

async function readDescription(
  directory: string,
  folder: string,
): Promise<CheckpointDescription & { files: Record<string, string> }> {
  const text = new TextDecoder().decode(await readBytes(directory, folder, 'checkpoint.json'));
  let parsed: { version?: unknown; sha256?: string };
  try {
    parsed = JSON.parse(text);
  } catch {
    throw damaged(directory, 'checkpoint.json is not JSON');
  }
  const { sha256: own, ...content } = Object(parsed);
  if (content.version !== 2) {
    throw new RangeError(`${directory}: the version of a checkpoint must be 2, got ${content.version}.`);
  }
  if (sha256(new TextEncoder().encode(JSON.stringify(content))) !== own) {
    throw damaged(directory, 'checkpoint.json is not as it was written');
  }
  return content;
}

async function readChecked(
  directory: string,
  folder: string,
  name: string,
  expected: string | undefined,
): Promise<Uint8Array> {
  const bytes = await readBytes(directory, folder, name);
  if (sha256(bytes) === expected) return bytes;
  throw damaged(directory, `${name} is not as it was written`);
}

async function readBytes(directory: string, folder: string, name: string): Promise<Uint8Array> {
  try {
    return await fs.readFile(`${folder}/${name}`);
  } catch (error) {
    throw damaged(directory, `${name} cannot be read: ${(error as Error).message}`);
  }
}

function damaged(directory: string, what: string): DamagedCheckpointError {
  return new DamagedCheckpointError(`${directory}: the checkpoint is damaged (${what}).`);
}
