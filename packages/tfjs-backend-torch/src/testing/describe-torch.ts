import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe } from 'vitest';
import { findTorch } from '../library/find-torch.js';
import { isSupportedVersion } from '../library/torch-version.js';
import { registerTorchBackend } from '../register.js';

const { version } = findTorch();

/** True if this machine has no PyTorch that is new enough, so that its tests are skipped. */
const noTorch = version === undefined || !isSupportedVersion(version);

/** A suite that loads PyTorch itself; the backend is not started. */
export function describeWithLibrary(name: string, body: () => void): void {
  const title = noTorch ? `${name} (skipped: no PyTorch 2.10 or newer, set ALEXNET_TORCH_DIR)` : name;
  describe.skipIf(noTorch)(title, body);
}

/** A suite whose tests compute on the 'torch' backend, on the CPU. */
export function describeTorch(name: string, body: () => void): void {
  describeWithLibrary(name, () => {
    beforeAll(async () => {
      registerTorchBackend({ device: 'cpu' });
      await tf.setBackend('torch');
    });
    body();
  });
}
