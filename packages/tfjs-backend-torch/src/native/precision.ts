import type { OptionalTorchApi } from './c-abi.js';
import type { TorchDevice } from './device.js';

/**
 * How convolutions and matrix products multiply. 'tf32' rounds factors to 10 bits after the point, which only NVIDIA's
 * GPUs do; 'bfloat16' rounds factors and results to 7. Sums are float32 in each.
 */
export type Precision = 'float32' | 'tf32' | 'bfloat16';

const precisions: readonly Precision[] = ['float32', 'tf32', 'bfloat16'];

/**
 * The precision for a device: what was asked for, or 'tf32' on NVIDIA's GPUs and 'float32' elsewhere.
 *
 * @throws RangeError for another name, and for 'tf32' on a device that has none.
 */
export function precisionFor({ kind, name }: TorchDevice, wanted: Precision | undefined): Precision {
  if (wanted === undefined) return kind === 'cuda' ? 'tf32' : 'float32';
  if (!precisions.includes(wanted)) {
    throw new RangeError(
      `precision must be one of ${precisions.join(', ')} (registerTorchBackend), got '${wanted}'.`,
    );
  }
  if (wanted === 'tf32' && kind !== 'cuda') {
    throw new RangeError(`precision 'tf32' requires an NVIDIA GPU (registerTorchBackend), not '${name}'.`);
  }
  return wanted;
}

/**
 * Lets PyTorch use TF32 on NVIDIA's GPUs, or forbids it; its own default differs between convolutions and products.
 *
 * @throws Error if this PyTorch has no such setting.
 */
export function allowTf32(api: OptionalTorchApi, isAllowed: boolean): void {
  const { globalContext, setTf32OfConvolutions, setTf32OfProducts } = api;
  if (!globalContext || !setTf32OfConvolutions || !setTf32OfProducts) {
    throw new Error(
      'precision cannot be set (registerTorchBackend): this PyTorch does not export at::Context.',
    );
  }
  const context = globalContext();
  setTf32OfConvolutions(context, isAllowed);
  setTf32OfProducts(context, isAllowed);
}
