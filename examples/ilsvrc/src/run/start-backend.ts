import { automaticBackends, type BackendOptions, type UsedBackend, useBackend } from '@alexnet/backends';
import { findOneDnn, installOneDnn } from '@alexnet/tfjs-backend-onednn';
import * as tf from '@tensorflow/tfjs-core';
import { say } from '../cli/say.js';
import { defined } from '../defined.js';

/** The names that `--backend` accepts. */
export const backendChoices = ['auto', 'onednn', 'torch', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
export type BackendChoice = (typeof backendChoices)[number];

/** The backend to compute with, and what it may use. */
export interface BackendSelection
  extends Pick<BackendOptions, 'threads' | 'adapter' | 'memoryLimit' | 'precision'> {
  backend: BackendChoice;
}

/** The project folder that oneDNN is downloaded into. */
export const oneDnnFolder = '.onednn';

/**
 * Starts a backend. If oneDNN would be used but is missing, it is first downloaded from the operating
 * system's package archive. If that fails, one line says why and which backend is used instead.
 */
export async function startBackend({
  backend: choice,
  threads,
  adapter,
  memoryLimit,
  precision,
}: BackendSelection): Promise<UsedBackend> {
  tf.enableProdMode(); // silences tfjs's advice to install tfjs-node
  const first = choice === 'auto' ? (await automaticBackends())[0] : choice;
  const problem = first === 'onednn' ? await fetchOneDnn() : undefined;
  const backend = await useBackend(choice, defined({ threads, adapter, memoryLimit, precision }));
  const missing = problem ?? backend.tried.find(({ name }) => name === 'onednn')?.reason;
  if (missing) say(`  ${missing} The slower backend '${backend.name}' is used instead.`);
  const rounded = backend.precision === 'float32' ? '' : `, ${backend.precision}`;
  say(`  backend ${backend.name}: ${backend.device}, ${threadCount(backend.threads)}${rounded}`);
  return backend;
}

/** '2 threads'. */
export function threadCount(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}

/** Downloads oneDNN if it is not installed. Returns a line that says why this failed, if it did. */
async function fetchOneDnn(): Promise<string | undefined> {
  if (findOneDnn().path) return undefined;
  say(`  oneDNN is not installed; downloading it from the system's package archive into ${oneDnnFolder}/`);
  try {
    const { path, version } = await installOneDnn(oneDnnFolder);
    say(`  oneDNN ${version}: ${path}`);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
