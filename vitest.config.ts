import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const conditions = ['@alexnet/source', 'module', 'node', 'development|production'];

// SwiftShader, which .ci/swiftshader fetches, emulates a GPU. The tests of webgpu run on it if there is no other.
const swiftShader = fileURLToPath(new URL('.swiftshader', import.meta.url));
const { env } = process;
if (existsSync(swiftShader) && !env.VK_ICD_FILENAMES && !env.VK_DRIVER_FILES) {
  env.VK_ICD_FILENAMES = `${swiftShader}/vk_swiftshader_icd.json`;
  env.LD_LIBRARY_PATH = [env.LD_LIBRARY_PATH, swiftShader].filter(Boolean).join(':');
}

// PyTorch, which .ci/torch installs, for the tests of the torch backend.
const torch = fileURLToPath(new URL('.torch', import.meta.url));
if (existsSync(torch)) env.ALEXNET_TORCH_DIR ??= torch;

/**
 * Loads TensorFlow.js, which is CommonJS in Node, by require. By import it takes three times as long, .3 s of processor time
 * for each file of `apart`, since Node first reads its text for the names that it exports.
 */
function requireTensorFlow(): NonNullable<ViteUserConfig['plugins']>[number] {
  const require = createRequire(import.meta.url);
  const packages = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-cpu'];
  const prefix = '\0required:';
  return {
    name: 'require-tensorflow',
    enforce: 'pre',
    resolveId: (id) => (packages.includes(id) ? prefix + id : undefined),
    load(id) {
      if (!id.startsWith(prefix)) return undefined;
      const name = id.slice(prefix.length);
      const names = Object.keys(require(name)).filter((key) => key !== 'default');
      return `import { createRequire } from 'node:module';
        const required = createRequire(${JSON.stringify(import.meta.url)})('${name}');
        export default required;
        export const { ${names.join(', ')} } = required;`;
    },
  };
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
 * Tests that choose backends, count every tensor or the memory of the process, stop workers, replace modules or set what
 * a module reads when it is loaded. Each file has its own process. The other files share processes, because loading TensorFlow.js takes .6 s of processor
 * time per file.
 */
const apart = [
  'packages/{backends,alexnet-model}/src/**/*.test.ts',
  'packages/durable-files/src/durable-files.test.ts',
  'packages/tfjs-backend-torch/{src,conformance}/**/*.test.ts',
  'packages/tfjs-backend-onednn/{src,src/library,conformance}/*.test.ts',
  'packages/tfjs-backend-onednn/src/{kernels/any-{input,window},fusions/first-convolution}.test.ts',
  'packages/layers/{src/every-backend,conformance/*}.test.ts',
  'packages/{lrn,overlapping-pool,grouped-conv}/src/*.test.ts',
  'packages/ten-crop/src/{conformance,independent-draws}.test.ts',
  'packages/imagenet-reader/src/large-listing.test.ts',
  'packages/sgd-momentum-trainer/src/loop/{flat-memory,layer-statistics}.test.ts',
  'packages/sgd-momentum-trainer/src/{checkpoints/snapshot,optimizer/*}.test.ts',
];
/**
 * The tests that take longest, which `npm run test:long` runs and `npm test` leaves out: whole programs (reproductions, the
 * examples, the sections of the benchmark), programs that are killed and resumed, networks on an emulated GPU and at full
 * size, and tfjs-core's own tests on every backend.
 */
const long = [
  'bench/src/*-section.test.ts',
  'examples/{quickstart,section-6}/*.test.ts',
  'examples/{cifar10,tiny-imagenet}/src/program.test.ts',
  'examples/ilsvrc/src/commands/{changed-data,readme-program,reproduce,train-devices,train-survives}.test.ts',
  'packages/alexnet-model/src/{conformance,every-backend,ordinary-layers-model}.test.ts',
  'packages/devices/src/{failure,gpu,network,two-towers}.test.ts',
  'packages/imagenet-reader/src/prepare/prepare-survives.test.ts',
  'packages/sgd-momentum-trainer/src/checkpoints/checkpoints-survive.test.ts',
  'packages/tfjs-backend-onednn/src/process-end.test.ts',
  'packages/tfjs-backend-{onednn,torch}/conformance/public-suite.test.ts',
];
const sideBySide = {
  maxWorkers: 2,
  sequence: { groupOrder: 0 },
  // OpenMP's threads wait by spinning, which takes twice as long if two files do it on the same cores
  env: { OMP_WAIT_POLICY: 'passive' },
};

export default defineConfig({
  plugins: [requireTensorFlow()],
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    setupFiles: ['./vitest.setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { ...sideBySide, name: 'apart', include: apart, exclude: [...alone, ...long] } },
      {
        extends: true,
        test: {
          ...sideBySide,
          name: 'together',
          setupFiles: ['./vitest.setup.ts', './vitest.together.setup.ts'],
          include: tests,
          exclude: [...alone, ...apart, ...long],
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
      { extends: true, test: { ...sideBySide, name: 'long', include: long } },
    ],
  },
});
