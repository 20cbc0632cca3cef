import { writeFileSync } from 'node:fs';
import type { SuiteRun } from './public-suite.js';

/**
 * Runs tfjs-core's own tests on the backend that the caller has set with `setTestEnvs`, and writes the
 * results into the file that the second argument of the program names.
 */
export async function runPublicSuite(native: { runs: number }): Promise<void> {
  const { environment } = await import('./jasmine-globals.js'); // before the tests, which use its globals
  await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
  await import('@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js');
  await import('@tensorflow/tfjs-core/dist/tests.js');
  const tests: SuiteRun['tests'] = [];
  environment.addReporter({
    specDone: ({ fullName, status, failedExpectations }) =>
      tests.push({ name: fullName, status, message: failedExpectations[0]?.message ?? '' }),
  });
  await environment.execute();
  const run: SuiteRun = { tests, nativeRuns: native.runs };
  writeFileSync(process.argv[3] ?? 'results.json', JSON.stringify(run));
}
