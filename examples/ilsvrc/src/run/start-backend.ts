import { type UsedBackend, useBackend } from '@alexnet/backends';
import { findOneDnn, installOneDnn } from '@alexnet/tfjs-backend-onednn';
import * as tf from '@tensorflow/tfjs-core';
import { Option } from 'commander';
import { say } from '../cli/say.js';

/** Names that `--backend` takes. */
export const backendChoices = ['auto', 'onednn', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
export type BackendChoice = (typeof backendChoices)[number];

/** Which GPU webgpu takes. */
export function adapterOption(): Option {
  return new Option(
    '--adapter <name>',
    "GPU for webgpu: a part of its name, or its place in the list of 'alexnet doctor'",
  ).argParser((text) => (/^\d+$/.test(text) ? Number(text) : text));
}

/** Folder of the project that oneDNN is fetched into. */
export const oneDnnFolder = '.onednn';

/**
 * Starts the backend asked for. Where oneDNN would serve and is not there, it is fetched from the operating
 * system's package archive first; where it cannot be had, one line says why and what is used instead.
 */
export async function startBackend(
  choice: BackendChoice,
  options: { threads?: number; adapter?: string | number; memoryLimit?: number } = {},
): Promise<UsedBackend> {
  tf.enableProdMode(); // without tfjs's advice to install tfjs-node
  const problem = choice === 'auto' || choice === 'onednn' ? await fetchOneDnn() : undefined;
  const { threads, adapter, memoryLimit } = options;
  const backend = await useBackend(choice, {
    ...(threads !== undefined && { threads }),
    ...(adapter !== undefined && { adapter }),
    ...(memoryLimit !== undefined && { memoryLimit }),
  });
  const missing = problem ?? backend.tried.find(({ name }) => name === 'onednn')?.reason;
  if (missing) say(`  ${missing} The slower backend '${backend.name}' is used instead.`);
  say(`  backend ${backend.name}: ${backend.device}, ${threadCount(backend.threads)}`);
  return backend;
}

/** '2 threads'. */
export function threadCount(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}

/** Fetches oneDNN if it is nowhere; the line that says why it cannot be had, if so. */
async function fetchOneDnn(): Promise<string | undefined> {
  if (findOneDnn().path) return undefined;
  say(`  oneDNN is not installed; fetching it from the system's package archive into ${oneDnnFolder}/`);
  try {
    const { path, version } = await installOneDnn(oneDnnFolder);
    say(`  oneDNN ${version}: ${path}`);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
