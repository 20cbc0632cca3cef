import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['@alexnet/source', 'module', 'node', 'development|production'];

// SwiftShader, which .ci/swiftshader fetches, emulates a GPU. The tests of webgpu run on it if there is no other.
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
/**
 * Tests that choose backends, count every tensor or the memory of the process, stop workers or replace
 * modules. Each file has its own process. The other files share processes, because loading TensorFlow.js takes .6 s of processor
 * time per file.
 */
const apart = [
  'packages/{tfjs-backend-onednn,tfjs-backend-torch,backends,devices,testing,alexnet-model,durable-files}/{src,conformance}/**/*.test.ts',
  'packages/layers/{src/every-backend,conformance/*}.test.ts',
  'packages/{lrn,overlapping-pool,grouped-conv}/src/*.test.ts',
  'packages/ten-crop/src/{conformance,independent-draws}.test.ts',
  'packages/imagenet-reader/src/large-listing.test.ts',
  'packages/sgd-momentum-trainer/src/loop/{flat-memory,layer-statistics}.test.ts',
  'packages/sgd-momentum-trainer/src/{checkpoints/snapshot,optimizer/*}.test.ts',
];
const sideBySide = {
  maxWorkers: 2,
  sequence: { groupOrder: 0 },
  // OpenMP's threads wait by spinning, which takes twice as long if two files do it on the same cores
  env: { OMP_WAIT_POLICY: 'passive' },
};

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    setupFiles: ['./vitest.setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { ...sideBySide, name: 'apart', include: apart, exclude: alone } },
      {
        extends: true,
        test: {
          ...sideBySide,
          name: 'together',
          setupFiles: ['./vitest.setup.ts', './vitest.together.setup.ts'],
          include: tests,
          exclude: [...alone, ...apart],
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
