import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['@alexnet/source', 'module', 'node', 'development|production'];

// A GPU played by a program, fetched by .ci/swiftshader: the tests of webgpu run on it where there is no other.
const swiftShader = fileURLToPath(new URL('.swiftshader', import.meta.url));
const { env } = process;
if (existsSync(swiftShader) && !env.VK_ICD_FILENAMES && !env.VK_DRIVER_FILES) {
  env.VK_ICD_FILENAMES = `${swiftShader}/vk_swiftshader_icd.json`;
  env.LD_LIBRARY_PATH = [env.LD_LIBRARY_PATH, swiftShader].filter(Boolean).join(':');
}

const tests = [
  'packages/*/{src,conformance}/**/*.test.ts',
  'examples/*/src/**/*.test.ts',
  'examples/*/*.test.ts',
  'docs/figures/*.test.ts',
  'bench/src/**/*.test.ts',
];
/** Tests that watch the time, the processor or the memory of the machine: they run one file at a time. */
const alone = [
  'packages/tfjs-backend-onednn/src/{memory,register}.test.ts',
  'packages/tfjs-backend-onednn/conformance/leak.test.ts',
  'packages/imagenet-reader/src/{batches/batch-workers,prepare/plan-prepare}.test.ts',
];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    setupFiles: ['./vitest.setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: tests,
          exclude: alone,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
          // OpenMP's threads wait by spinning: with those of two files on the same cores that takes twice as long
          env: { OMP_WAIT_POLICY: 'passive' },
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
