import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

/** `shims` provides import.meta.url in the CJS build. */
export default defineConfig(library({ shims: true, browser: true }));
