import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

/** Beside the library the programs that it starts; `shims`: import.meta.url in the CJS build too. */
export default defineConfig({
  ...library,
  entry: ['src/index.ts', 'src/batch-worker.ts', 'src/prepare-worker.ts'],
  shims: true,
});
