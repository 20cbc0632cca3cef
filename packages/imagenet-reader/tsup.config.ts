import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

/** `shims`: import.meta.url in the CJS build too. */
export default defineConfig({
  ...library,
  entry: ['src/index.ts', 'src/prepare-worker.ts'],
  shims: true,
});
