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

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    setupFiles: ['./vitest.setup.ts'],
    include: [
      'packages/*/{src,conformance}/**/*.test.ts',
      'examples/*/src/**/*.test.ts',
      'examples/*/*.test.ts',
    ],
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
