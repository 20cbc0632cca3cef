import type { StartedBackend } from '../started-backend.js';
import { importOptional, inNode } from './optional-package.js';

/** What the package `webgpu` (Dawn) exports. */
interface Dawn {
  create(options: string[]): unknown;
  globals: Record<string, unknown>;
}

/** Registers 'webgpu': the browser's own, or in Node that of the package `webgpu`. */
export async function startWebGpu(): Promise<StartedBackend> {
  if (inNode) await provideWebGpu();
  if (!(await importOptional('@tensorflow/tfjs-backend-webgpu'))) {
    throw new Error(
      'The webgpu backend is not installed: npm install @tensorflow/tfjs-backend-webgpu' +
        (inNode ? ' webgpu' : ''),
    );
  }
  return { device: 'GPU (WebGPU)', threads: 1, reason: inNode ? 'Dawn, package webgpu' : 'navigator.gpu' };
}

/** tfjs looks for a `window` and for `navigator.gpu`; Dawn brings the latter and the classes that go with it. */
async function provideWebGpu(): Promise<void> {
  const navigator = (globalThis as { navigator?: object }).navigator ?? {};
  if ('gpu' in navigator) return;
  const dawn = (await importOptional('webgpu')) as Dawn | undefined;
  if (!dawn) {
    throw new Error(
      'WebGPU in Node needs the package webgpu (Dawn): npm install webgpu @tensorflow/tfjs-backend-webgpu',
    );
  }
  Object.assign(globalThis, dawn.globals);
  Object.defineProperty(navigator, 'gpu', { value: dawn.create([]), configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  if (!('window' in globalThis)) Object.assign(globalThis, { window: globalThis });
}
