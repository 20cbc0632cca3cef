import type { BackendName } from './backend-name.js';
import type { BackendOptions } from './started-backend.js';

/** Options that a backend does not support, and why. */
const unsupported: Record<BackendName, { memoryLimit?: string; cores?: string }> = {
  onednn: {},
  torch: { cores: 'PyTorch starts its own threads' },
  tensorflow: {
    memoryLimit: 'libtensorflow allocates its own tensors',
    cores: 'libtensorflow starts its own threads',
  },
  webgpu: { cores: 'a GPU has no CPU cores' },
  wasm: { cores: 'it computes on the thread that calls it' },
  cpu: { cores: 'it computes on the thread that calls it' },
};

/** @throws RangeError for an option that the backend would have to ignore. */
export function checkSupport(name: BackendName, options: BackendOptions): void {
  const { precision } = options;
  if (precision !== undefined && precision !== 'float32' && name !== 'torch') {
    throw new RangeError(`precision must be 'float32' for '${name}' (useBackend), got '${precision}'.`);
  }
  for (const option of ['memoryLimit', 'cores'] as const) {
    const reason = unsupported[name][option];
    if (options[option] === undefined || reason === undefined) continue;
    throw new RangeError(`${option} cannot be set for '${name}' (useBackend): ${reason}.`);
  }
}
