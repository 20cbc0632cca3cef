import { findBackendFactory } from '@tensorflow/tfjs-core';
import { importOptional, inNode } from '../optional-package.js';
import type { BackendOptions, Started } from '../started-backend.js';
import { chooseAdapter } from '../webgpu/choose-adapter.js';
import { type AdapterHandle, adaptersOf, type Gpu, gpuWith, loadDawn } from '../webgpu/dawn.js';
import { watchReads } from '../webgpu/end-with-process.js';
import { describeAdapter, isSoftwareName } from '../webgpu/gpu-adapter.js';

type Described = Pick<Started, 'device' | 'reason'>;

const notInstalled = 'The webgpu backend is not installed: npm install @tensorflow/tfjs-backend-webgpu';

/** The adapter in use, so that a second call can tell whether it asks for a different one. */
let running: (Described & { wanted: string | number | undefined }) | undefined;

/**
 * Registers 'webgpu' on the browser's WebGPU, or in Node on the package `webgpu`. A bundler does not find tfjs's backend
 * by a name in a variable, and one that is written out would have to be installed, so that a page imports it itself.
 */
export async function startWebGpu({ adapter: wanted }: BackendOptions): Promise<Started> {
  if (running && findBackendFactory('webgpu')) {
    if (wanted !== undefined && wanted !== running.wanted) {
      throw new Error(
        `webgpu already runs on ${running.device} (useBackend): another adapter requires a new process.`,
      );
    }
    return { ...running, threads: 1, isAsynchronous: true };
  }
  const described = inNode && !givenGpu() ? await provideWebGpu(wanted) : await describeGivenGpu(wanted);
  if (!findBackendFactory('webgpu') && !(await importOptional('@tensorflow/tfjs-backend-webgpu'))) {
    throw new Error(inNode ? notInstalled : `${notInstalled}, and import it before useBackend`);
  }
  if (!findBackendFactory('webgpu')) {
    throw new Error(
      '@tensorflow/tfjs-backend-webgpu was imported before useBackend and found no WebGPU: remove that import.',
    );
  }
  running = { ...described, wanted };
  return { ...described, threads: 1, isAsynchronous: true };
}

/**
 * Provides what tfjs looks for: `window`, and from Dawn `navigator.gpu` and the classes that belong to it.
 */
async function provideWebGpu(wanted: string | number | undefined): Promise<Described> {
  const dawn = await loadDawn();
  const adapter = chooseAdapter(await adaptersOf(dawn), wanted);
  const gpu = gpuWith(dawn, adapter);
  if (!(await gpu.requestAdapter()))
    throw new Error(`WebGPU could not open ${adapter.name} (${adapter.api}).`);
  const navigator = (globalThis as { navigator?: object }).navigator ?? {};
  Object.assign(globalThis, dawn.globals);
  watchReads(dawn.globals.GPUBuffer);
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  if (!('window' in globalThis)) Object.assign(globalThis, { window: globalThis });
  return { device: describeAdapter(adapter), reason: 'Dawn, package webgpu' };
}

/** Returns the GPU object of the browser, or one that the program has set itself. */
function givenGpu(): Gpu | undefined {
  return (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu;
}

async function describeGivenGpu(wanted: string | number | undefined): Promise<Described> {
  if (wanted !== undefined)
    throw new Error('adapter cannot be chosen because navigator.gpu already exists (useBackend).');
  const gpu = givenGpu();
  if (!gpu) throw new Error('This browser has no WebGPU (navigator.gpu).');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('This browser has WebGPU but no GPU for it (requestAdapter returned null).');
  return { device: describeBrowserAdapter(adapter), reason: 'navigator.gpu' };
}

/** Describes an adapter whose name the browser may hide. */
function describeBrowserAdapter({ info }: AdapterHandle): string {
  const name =
    [info?.vendor, info?.architecture, info?.description].filter(Boolean).join(' ') || 'with an unknown name';
  return describeAdapter({ name, api: 'WebGPU', isSoftware: isSoftwareName(name) });
}
