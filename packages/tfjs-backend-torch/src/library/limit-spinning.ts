import { isMainThread } from 'node:worker_threads';
import koffi from 'koffi';

/** The rounds a libgomp thread spins at a barrier before it sleeps; libgomp's default is 300,000. */
const SPIN_COUNT = '2000';

/**
 * Makes PyTorch's threads sleep soon at a barrier, unless the environment says how they wait; the onednn
 * backend does the same, and why is written there. If another program needs a core, a thread that spins
 * occupies one that the thread it waits for may need: on 2 busy cores a training step took 5 s instead of 1.4.
 * This must run before libgomp is loaded, which is when libgomp reads the environment.
 */
export function limitSpinning(environment: NodeJS.ProcessEnv = process.env): void {
  if (environment.OMP_WAIT_POLICY || environment.GOMP_SPINCOUNT) return;
  environment.GOMP_SPINCOUNT = SPIN_COUNT;
  if (isMainThread || process.platform !== 'linux') return;
  const setenv = koffi
    .load('libc.so.6')
    .func('int setenv(const char* name, const char* value, int overwrite)');
  setenv('GOMP_SPINCOUNT', SPIN_COUNT, 0); // native libraries do not see a worker's copy of process.env
}
