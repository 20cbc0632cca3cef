import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ImportedWeights, type ImportWeightsOptions, importWeights } from '@alexnet/alexnet-model';
import { fileSystem } from '@alexnet/sgd-momentum-trainer';
import { weightsFile } from './weights-file.js';

/**
 * Reads a `.caffemodel`, `.pth` or `.safetensors` file, the folder (or `model.json`) of a saved LayersModel, or
 * published weights by name or URL.
 */
export async function readWeights(
  given: string,
  options: ImportWeightsOptions,
  signal?: AbortSignal,
): Promise<ImportedWeights> {
  const path = await weightsFile(given, signal);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) throw new Error(`${path}: cannot be read (${found.code ?? found.message}).`);
  if (!found.isFile() && !found.isDirectory()) {
    throw new Error(`${path}: this is neither a file nor a folder.`); // a device or a pipe may never end
  }
  const folder = found.isDirectory() ? path : basename(path) === 'model.json' ? dirname(path) : undefined;
  return importWeights(folder === undefined ? await readBytes(path) : await readModel(folder), {
    ...options,
    name: path,
  });
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(`${path}: cannot be read (${(error as Error).message}).`, { cause: error });
  }
}

async function readModel(folder: string): ReturnType<NonNullable<ReturnType<typeof fileSystem>['load']>> {
  try {
    return await (fileSystem(folder).load as () => ReturnType<typeof readModel>)();
  } catch (error) {
    if (existsSync(join(folder, 'events.jsonl'))) {
      throw new Error(
        `${folder} is the folder of a run; its weights are ${join(folder, 'checkpoints/step-<n>')}.`,
      );
    }
    throw new Error(`${folder}: there is no readable LayersModel (${(error as Error).message}).`, {
      cause: error,
    });
  }
}
