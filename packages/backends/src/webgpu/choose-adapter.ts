import type { GpuAdapter } from './gpu-adapter.js';

/**
 * The adapter asked for; the first of the list, where GPUs come first, if none is.
 *
 * @param wanted A part of its name, in any case, or its place in the list.
 * @throws Error, one line, if there is none.
 */
export function chooseAdapter(adapters: readonly GpuAdapter[], wanted?: string | number): GpuAdapter {
  const [first] = adapters;
  if (!first) throw new Error(`WebGPU finds no GPU here: ${driverHint()}.`);
  if (wanted === undefined) return first;
  const found =
    typeof wanted === 'number'
      ? adapters[wanted]
      : adapters.find(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
  if (found) return found;
  const names = adapters.map(({ name }, i) => `${i}: ${name}`).join(', ');
  throw new Error(`adapter must be one of ${names} (useBackend), got ${JSON.stringify(wanted)}.`);
}

function driverHint(): string {
  if (typeof process === 'undefined' || process.platform !== 'linux') return "install the GPU's driver";
  return "it takes Vulkan and the GPU's driver (apt install libvulkan1 mesa-vulkan-drivers, or NVIDIA's driver)";
}
