import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

/** Builds the library and the programs that it starts. `shims` provides import.meta.url in the CJS build. */
export default defineConfig(
  library({
    entry: {
      index: 'src/index.ts',
      'batch-worker': 'src/batches/batch-worker.ts',
      'prepare-worker': 'src/prepare/prepare-worker.ts',
    },
    shims: true,
    browser: true,
    esmOnly: ['p-map'],
  }),
);
