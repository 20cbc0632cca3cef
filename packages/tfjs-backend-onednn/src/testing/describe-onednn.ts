import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe } from 'vitest';
import { findOneDnn } from '../library/find-onednn.js';
import { registerOneDnnBackend } from '../register.js';

/** True if this machine has no libdnnl, so that tests of oneDNN are skipped. */
export const noOneDnn: boolean = findOneDnn().path === undefined;

/**
 * A suite whose tests compute on the 'onednn' backend, which is registered and selected before the first of
 * them.
 */
export function describeOneDnn(name: string, body: () => void): void {
  describeWithLibrary(name, () => {
    beforeAll(startOneDnn);
    body();
  });
}

/**
 * A suite whose tests load oneDNN themselves, mostly in separate processes; the backend is not started.
 *
 * @param canRun False skips the suite although the library is there.
 */
export function describeWithLibrary(name: string, body: () => void, canRun = true): void {
  const title = noOneDnn ? `${name} (skipped: no libdnnl was found, run \`npm run setup\`)` : name;
  describe.skipIf(noOneDnn || !canRun)(title, body);
}

async function startOneDnn(): Promise<void> {
  registerOneDnnBackend();
  await tf.setBackend('onednn');
}
