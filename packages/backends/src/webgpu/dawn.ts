import { importOptional } from '../optional-package.js';
import type { GpuBufferClass } from './end-with-process.js';
import { type GpuAdapter, isSoftwareName } from './gpu-adapter.js';

/** The part of WebGPU's `navigator.gpu` that is used here. */
export interface Gpu {
  requestAdapter(options?: { powerPreference?: 'high-performance' }): Promise<AdapterHandle | null>;
}

/** The part of WebGPU's GPUAdapter that is used here. */
export interface AdapterHandle {
  info?: { vendor: string; architecture: string; device: string; description: string };
}

/** What the package `webgpu` (Dawn) exports. */
export interface Dawn {
  /** @param options 'backend=vulkan', 'adapter=<part of its name>'. */
  create(options: string[]): Gpu;
  globals: { GPUBuffer: GpuBufferClass };
}

const packages = 'webgpu @tensorflow/tfjs-backend-webgpu';

/** @throws Error with one line if the package `webgpu` is not installed or has no binary for this system. */
export async function loadDawn(): Promise<Dawn> {
  let dawn: Dawn | undefined;
  try {
    dawn = (await importOptional('webgpu')) as Dawn | undefined;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new Error(`The package webgpu is installed but does not load here: ${reason}`);
  }
  if (!dawn) throw new Error(`WebGPU in Node requires the package webgpu (Dawn): npm install ${packages}`);
  return dawn;
}

/** The APIs that tfjs can use. Dawn lists a GPU again for OpenGL and D3D 11, which lack features. */
const fullApis: readonly string[] = ['metal', 'd3d12', 'vulkan'];

/**
 * Lists every adapter, hardware GPUs first. Dawn has no call for this, but if asked for an adapter that does
 * not exist, it lists the existing ones, one per line: ` * backend: 'vulkan', name: 'SwiftShader Device
 * (Subzero)'`.
 */
export async function adaptersOf(dawn: Dawn): Promise<GpuAdapter[]> {
  const listed = await dawn
    .create(['adapter=an adapter that is not there'])
    .requestAdapter()
    .then(
      () => '',
      (error: Error) => error.message,
    );
  const adapters = [...listed.matchAll(/backend: '([^']*)', name: '(.*)'/g)].map(
    ([, api = '', name = '']) => ({
      name,
      api,
      isSoftware: isSoftwareName(name),
    }),
  );
  return adapters
    .filter(({ api }) => fullApis.includes(api))
    .sort((a, b) => Number(a.isSoftware) - Number(b.isSoftware));
}

/** Creates a `navigator.gpu` that offers only this adapter. */
export function gpuWith(dawn: Dawn, { name, api }: GpuAdapter): Gpu {
  return dawn.create([`backend=${api}`, `adapter=${name}`]);
}
