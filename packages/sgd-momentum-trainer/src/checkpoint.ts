import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { fileSystem } from './file-system.js';
import type { SgdMomentum } from './sgd-momentum.js';

/** Where a run stood: what `train` needs to go on, and whatever its caller wants to keep beside it. */
export interface CheckpointState {
  epoch: number;
  step: number;
  validationErrors: readonly number[];
  settings?: unknown;
}

/** A layer that draws random numbers and can say how many it drew, as `AlexNetDropout` does. */
interface RandomLayer {
  randomState: number;
}

interface CheckpointFile extends CheckpointState {
  version: 1;
  velocities: { name: string; shape: number[] }[];
  randomStates: Record<string, number>;
}

/**
 * Saves model, velocities, random states and the run's position in a folder. The folder appears complete or not
 * at all: it is written beside and then renamed, and one that was there before stays until then.
 *
 * @throws Error naming the folder if it cannot be written (a full disk, no permission).
 */
export async function saveCheckpoint(
  directory: string,
  model: tfl.LayersModel,
  optimizer: SgdMomentum,
  state: CheckpointState,
): Promise<void> {
  const { mkdir, rename, rm, stat, writeFile } = await import('node:fs/promises');
  const partial = `${directory}.partial`;
  const previous = `${directory}.previous`;
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await model.save(fileSystem(partial));
    const { bytes, velocities } = await packVelocities(model, optimizer);
    await writeFile(`${partial}/velocities.bin`, bytes);
    const file: CheckpointFile = { version: 1, ...state, velocities, randomStates: randomStatesOf(model) };
    await writeFile(`${partial}/checkpoint.json`, `${JSON.stringify(file, null, 2)}\n`);
    if (await stat(directory).catch(ignoreMissing)) {
      await rm(previous, { recursive: true, force: true });
      await rename(directory, previous);
    } // else a save was killed between its renames, and the whole checkpoint is the previous one
    await rename(partial, directory);
    await rm(previous, { recursive: true, force: true });
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw new Error(`${directory}: the checkpoint could not be written (${(error as Error).message}).`, {
      cause: error,
    });
  }
}

/**
 * Puts a saved checkpoint into a model of the same architecture and an optimizer.
 *
 * @returns Where the run stood.
 * @throws Error naming the folder if it holds no whole checkpoint, or one of another model.
 */
export async function loadCheckpoint(
  directory: string,
  model: tfl.LayersModel,
  optimizer?: SgdMomentum,
): Promise<CheckpointState> {
  const { readFile } = await import('node:fs/promises');
  const found = await wholeCheckpoint(directory);
  if (!found) throw new Error(`${directory}: there is no checkpoint.`);
  try {
    const file = JSON.parse(await readFile(`${found}/checkpoint.json`, 'utf8')) as CheckpointFile;
    if (file.version !== 1) throw new RangeError(`version must be 1, got ${file.version}`);
    await loadWeights(found, model);
    if (optimizer) {
      const bytes = await readFile(`${found}/velocities.bin`);
      unpackVelocities(model, optimizer, file.velocities, bytes);
    }
    for (const layer of model.layers) {
      const state = file.randomStates[layer.name];
      if (isRandom(layer) && state !== undefined) layer.randomState = state;
    }
    const { epoch, step, validationErrors, settings } = file;
    return { epoch, step, validationErrors, settings };
  } catch (error) {
    throw new Error(`${directory}: not a checkpoint of this model (${(error as Error).message}).`, {
      cause: error,
    });
  }
}

/** Whether there is a checkpoint in a folder, to be loaded with {@link loadCheckpoint}. */
export async function hasCheckpoint(directory: string): Promise<boolean> {
  return (await wholeCheckpoint(directory)) !== undefined;
}

/** The folder itself; the one before it if a save was killed between its two renames. */
async function wholeCheckpoint(directory: string): Promise<string | undefined> {
  const { stat } = await import('node:fs/promises');
  for (const folder of [directory, `${directory}.previous`]) {
    if (await stat(folder).catch(ignoreMissing)) return folder;
  }
  return undefined;
}

/** Puts each saved weight where its name is: their order depends on which layers are frozen. */
async function loadWeights(directory: string, model: tfl.LayersModel): Promise<void> {
  const artifacts = (await fileSystem(directory).load?.()) as tf.io.ModelArtifacts;
  const saved = tf.io.decodeWeights(artifacts.weightData as ArrayBuffer, artifacts.weightSpecs ?? []);
  try {
    const values = model.weights.map(({ originalName, shape }) => {
      const value = saved[originalName];
      if (!value || String(value.shape) !== String(shape)) {
        const found = value ? `[${value.shape}]` : 'nothing';
        throw new RangeError(`weight '${originalName}' must have shape [${shape}], got ${found}`);
      }
      return value;
    });
    model.setWeights(values);
  } finally {
    tf.dispose(saved);
  }
}

/** Velocities under the names that weights are saved by: those of variables are unique to a process. */
async function packVelocities(
  model: tfl.LayersModel,
  optimizer: SgdMomentum,
): Promise<{ bytes: Uint8Array; velocities: CheckpointFile['velocities'] }> {
  const parts: Uint8Array[] = [];
  const velocities: CheckpointFile['velocities'] = [];
  for (const { name, originalName } of variablesOf(model)) {
    const velocity = optimizer.velocityOf(name);
    if (!velocity) continue;
    const values = await velocity.data();
    velocities.push({ name: originalName, shape: velocity.shape });
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return { bytes: Buffer.concat(parts), velocities };
}

function unpackVelocities(
  model: tfl.LayersModel,
  optimizer: SgdMomentum,
  velocities: CheckpointFile['velocities'],
  bytes: Uint8Array,
): void {
  const names = new Map(variablesOf(model).map(({ name, originalName }) => [originalName, name]));
  const floats = new Float32Array(bytes.slice().buffer);
  let offset = 0;
  for (const { name, shape } of velocities) {
    const size = tf.util.sizeFromShape(shape);
    const own = names.get(name);
    if (own === undefined || offset + size > floats.length)
      throw new RangeError(`velocities.bin lacks '${name}'`);
    tf.tidy(() => optimizer.setVelocity(own, tf.tensor(floats.slice(offset, offset + size), shape)));
    offset += size;
  }
}

function variablesOf(model: tfl.LayersModel): { name: string; originalName: string }[] {
  return model.trainableWeights.map((weight) => ({
    name: (weight.read() as tf.Variable).name,
    originalName: weight.originalName,
  }));
}

function randomStatesOf(model: tfl.LayersModel): Record<string, number> {
  return Object.fromEntries(model.layers.filter(isRandom).map((layer) => [layer.name, layer.randomState]));
}

function isRandom(layer: object): layer is RandomLayer & tfl.layers.Layer {
  return 'randomState' in layer && typeof layer.randomState === 'number';
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
