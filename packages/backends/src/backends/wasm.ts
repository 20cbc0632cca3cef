import { inNode } from '../optional-package.js';
import type { StartedBackend } from '../started-backend.js';
import { registerWasmKernels } from '../wasm/register-wasm-kernels.js';

/** Registers 'wasm' and the kernels it lacks. tfjs runs it on one thread in Node. */
export async function startWasm(): Promise<StartedBackend> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  if (inNode) setWasmPaths(await wasmFolder());
  registerWasmKernels();
  return { device: 'CPU (WebAssembly)', threads: 1, reason: '@tensorflow/tfjs-backend-wasm' };
}

/** Returns the folder of the package's .wasm files, with a trailing separator. */
async function wasmFolder(): Promise<string> {
  const { createRequire } = await import('node:module');
  const { dirname, sep } = await import('node:path');
  const require = createRequire(import.meta.url);
  return dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep;
}
