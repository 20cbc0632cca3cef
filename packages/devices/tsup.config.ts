import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

/** Beside the library the programs that towers run in; `shims`: import.meta.url in the CJS build too. */
export default defineConfig({
  ...library,
  entry: ['src/index.ts', 'src/tower-thread.ts', 'src/tower-process.ts'],
  shims: true,
});
