import type { GpuAdapter } from './gpu-adapter.js';

/**
 * Chooses the adapter asked for, or the first of the list, in which hardware GPUs come first.
 *
 * @param wanted A part of its name in any case, or its index in the list.
 * @throws Error with one line if there is no such adapter.
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
  return "it requires Vulkan and the GPU's driver (apt install libvulkan1 mesa-vulkan-drivers, or NVIDIA's driver)";
}
