import '@tensorflow/tfjs-backend-cpu';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
import { Primitive } from '../src/native/primitive.js';
import { registerOneDnnBackend } from '../src/register.js';

const backendName = process.argv[2] ?? 'cpu';

/** How often a native operation was run: a suite that never left JavaScript would prove nothing. */
export const native = { runs: 0 };

if (backendName === 'onednn') {
  registerOneDnnBackend();
  const run = Primitive.prototype.run;
  Primitive.prototype.run = function counted(...addresses) {
    native.runs++;
    run.apply(this, addresses);
  };
}

// One name for every backend, since it becomes part of the tests' names.
setTestEnvs([{ name: 'backend', backendName, isDataSync: true }]);
