// Runs tfjs-core's own tests on one backend: `node suite-process.cjs <backend> <file for the results>`.

import { runPublicSuite } from '@alexnet/testing/run-public-suite';
import { native } from './backend-under-test.js';

runPublicSuite(native);
