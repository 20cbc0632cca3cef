import { backend } from '@tensorflow/tfjs-core';

/** The part of tfjs's WebGPU backend that is used here. */
interface WebGpuBackend {
  device?: EventTarget;
  read(dataId: object): Promise<unknown>;
}

const watched = new WeakSet<object>();

/**
 * Makes reads from the current webgpu backend fail once the GPU has refused an operation (out of memory, a
 * shader that does not compile). tfjs alone only prints a line and continues with zeros.
 */
export function failOnGpuErrors(): void {
  const webgpu = backend() as unknown as WebGpuBackend;
  if (!webgpu.device || watched.has(webgpu)) return;
  watched.add(webgpu);
  let refusal: string | undefined;
  webgpu.device.addEventListener('uncapturederror', (event) => {
    const { error } = event as Event & { error?: { message?: string } };
    refusal ??= (error?.message ?? 'unknown error').trim().replace(/\s*\n\s*/g, ' ');
    event.preventDefault();
  });
  const read = webgpu.read.bind(webgpu);
  webgpu.read = async (dataId) => {
    const values = await read(dataId);
    if (refusal !== undefined) throw new Error(`The GPU refused an operation (webgpu): ${refusal}`);
    return values;
  };
}
