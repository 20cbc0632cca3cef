import { inNode } from '../optional-package.js';
import type { Started } from '../started-backend.js';
import { registerWasmKernels } from '../wasm/register-wasm-kernels.js';
import { wasmFolder } from '../wasm/wasm-folder.js';

/** Registers 'wasm' and the kernels it lacks. tfjs runs it on one thread in Node. */
export async function startWasm(): Promise<Started> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  if (inNode) setWasmPaths(wasmFolder());
  registerWasmKernels();
  return { device: 'CPU (WebAssembly)', threads: 1, reason: '@tensorflow/tfjs-backend-wasm' };
}
