// Runs tfjs-core's own tests on one backend: `node suite-process.cjs <backend> <file for the results>`.

import { native } from './backend-under-test.js';
import { environment } from './jasmine-globals.js';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import '@tensorflow/tfjs-core/dist/tests.js';
import { writeFileSync } from 'node:fs';
import type { SuiteRun } from './public-suite.js';

const tests: SuiteRun['tests'] = [];
environment.addReporter({
  specDone: ({ fullName, status, failedExpectations }) =>
    tests.push({ name: fullName, status, message: failedExpectations[0]?.message ?? '' }),
});

environment.execute().then(() => {
  const run: SuiteRun = { tests, nativeRuns: native.runs };
  writeFileSync(process.argv[3] ?? 'results.json', JSON.stringify(run));
});
