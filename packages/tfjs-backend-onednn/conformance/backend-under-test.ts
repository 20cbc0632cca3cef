import '@tensorflow/tfjs-backend-cpu';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
import { Primitive } from '../src/native/primitive.js';
import { registerOneDnnBackend } from '../src/register.js';

const backendName = process.argv[2] ?? 'cpu';

/** The number of native operations run; a suite that never left JavaScript would prove nothing. */
export const native = { runs: 0 };

if (backendName === 'onednn') {
  registerOneDnnBackend();
  const run = Primitive.prototype.run;
  Primitive.prototype.run = function counted(...addresses) {
    native.runs++;
    run.apply(this, addresses);
  };
}

// The name is the same for all backends, because it becomes part of the tests' names.
setTestEnvs([{ name: 'backend', backendName, isDataSync: true }]);
