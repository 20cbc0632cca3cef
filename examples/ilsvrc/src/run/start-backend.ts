import { type UsedBackend, useBackend } from '@alexnet/backends';
import { findOneDnn, installOneDnn } from '@alexnet/tfjs-backend-onednn';
import * as tf from '@tensorflow/tfjs-core';
import { say } from '../cli/say.js';

/** Names that `--backend` takes. */
export const backendChoices = ['auto', 'onednn', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
export type BackendChoice = (typeof backendChoices)[number];

/** Folder of the project that oneDNN is fetched into. */
export const oneDnnFolder = '.onednn';

/**
 * Starts the backend asked for. Where oneDNN would serve and is not there, it is fetched from the operating
 * system's package archive first; where it cannot be had, one line says why and what is used instead.
 */
export async function startBackend(choice: BackendChoice, threads?: number): Promise<UsedBackend> {
  tf.enableProdMode(); // without tfjs's advice to install tfjs-node
  if (choice === 'auto' || choice === 'onednn') await fetchOneDnn();
  const backend = await useBackend(choice, threads === undefined ? {} : { threads });
  for (const { name, reason } of backend.tried) say(`  ${name} is not used: ${reason}`);
  say(`  backend ${backend.name}: ${backend.device}, ${backend.threads} threads`);
  return backend;
}

async function fetchOneDnn(): Promise<void> {
  if (findOneDnn().path) return;
  say(`  oneDNN is not installed; fetching it from the system's package archive into ${oneDnnFolder}/`);
  try {
    const { path, version } = await installOneDnn(oneDnnFolder);
    say(`  oneDNN ${version}: ${path}`);
  } catch (error) {
    say(`  ${(error as Error).message}`);
  }
}
