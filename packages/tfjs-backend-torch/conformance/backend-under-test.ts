import '@tensorflow/tfjs-backend-cpu';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
import { Aten } from '../src/native/aten.js';
import { registerTorchBackend } from '../src/register.js';

const backendName = process.argv[2] ?? 'cpu';

/** The number of PyTorch's operators run; a suite that never left JavaScript would prove nothing. */
export const native = { runs: 0 };

if (backendName === 'torch') {
  registerTorchBackend({ device: 'cpu' });
  const call = Aten.prototype.call;
  Aten.prototype.call = function counted(...args) {
    native.runs++;
    return call.apply(this, args);
  };
}

// The name is the same for all backends, because it becomes part of the tests' names.
setTestEnvs([{ name: 'backend', backendName, isDataSync: true }]);
