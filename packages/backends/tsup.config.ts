import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

/** `shims` gives the CJS build import.meta.url. */
export default defineConfig({ ...library, shims: true });
