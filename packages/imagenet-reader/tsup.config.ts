import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

/** Beside the library the programs that it starts; `shims`: import.meta.url in the CJS build too. */
export default defineConfig({
  ...library,
  entry: {
    index: 'src/index.ts',
    'batch-worker': 'src/batches/batch-worker.ts',
    'prepare-worker': 'src/prepare/prepare-worker.ts',
  },
  shims: true,
});
