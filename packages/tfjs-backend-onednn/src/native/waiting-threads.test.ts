import { expect, test } from 'vitest';
import { buildPackage } from '../testing/child-process.js';
import { noOneDnn } from '../testing/describe-onednn.js';

test.skipIf(noOneDnn || process.platform !== 'linux')(
  'OpenMP sees the setting if a worker loads it',
  async () => {
    const built = await buildPackage();
    const program = `
    import koffi from 'koffi';
    import { isMainThread, Worker } from 'node:worker_threads';
    import { registerOneDnnBackend } from './index.js';
    if (isMainThread) new Worker(new URL(import.meta.url));
    else {
      registerOneDnnBackend();
      console.log(koffi.load('libc.so.6').func('const char* getenv(const char* name)')('GOMP_SPINCOUNT'));
    }`;
    const unset = { OMP_WAIT_POLICY: undefined }; // the tests set it
    const free = await built.run(program, unset);
    const chosen = await built.run(program, { ...unset, GOMP_SPINCOUNT: '5' });
    await built.remove();
    expect([free, chosen]).toEqual(
      ['2000', '5'].map((count) => ({ code: 0, stdout: `${count}\n`, stderr: '' })),
    );
  },
);
