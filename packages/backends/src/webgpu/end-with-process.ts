import { backend } from '@tensorflow/tfjs-core';

interface GpuBuffer {
  mapAsync(...range: unknown[]): Promise<unknown>;
  unmap(): void;
}

/** The part of WebGPU's class GPUBuffer that is used here. */
export interface GpuBufferClass {
  prototype: GpuBuffer;
}

/** Buffers that are being read. */
const awaited = new Set<GpuBuffer>();
const ending = new WeakSet<object>();

/** Keeps track of the reads that Dawn has not answered yet. */
export function watchReads({ prototype }: GpuBufferClass): void {
  const { mapAsync } = prototype;
  prototype.mapAsync = function (this: GpuBuffer, ...range) {
    awaited.add(this);
    return mapAsync.apply(this, range).finally(() => awaited.delete(this));
  };
}

/**
 * Closes the device of the current webgpu backend when the process or the worker ends by itself. Otherwise
 * Dawn turns a `process.exit` or an uncaught error during a read into SIGSEGV, or in a worker into SIGABRT
 * for the whole process ('Promise not resolved or rejected: mapAsync()').
 */
export function endWithProcess(): void {
  const { device } = backend() as unknown as { device: { destroy(): void } };
  if (ending.has(device)) return;
  ending.add(device);
  process.once('exit', () => {
    for (const buffer of awaited) buffer.unmap();
    device.destroy();
  });
}
