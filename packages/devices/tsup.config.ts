import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

/** Beside the library the programs that towers run in; `shims`: import.meta.url in the CJS build too. */
export default defineConfig({
  ...library,
  entry: {
    index: 'src/index.ts',
    'entry-thread': 'src/tower/entry-thread.ts',
    'entry-process': 'src/tower/entry-process.ts',
    'entry-network': 'src/tower/entry-network.ts',
  },
  shims: true,
});
