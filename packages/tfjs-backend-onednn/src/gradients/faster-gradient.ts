import {
  engine,
  type GradConfig,
  getBackend,
  getGradient,
  getKernel,
  type NamedAttrMap,
  registerGradient,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** A gradient function that returns undefined to leave a case to tfjs's own. */
export type FasterGradient = (
  dy: Tensor,
  saved: Tensor[],
  attributes: NamedAttrMap,
) => ReturnType<GradConfig['gradFunc']> | undefined;

const stockGradients = new Map<string, GradConfig>();

/**
 * Registers a gradient, for all backends, that is tried before tfjs's own. tfjs's own is used if it returns
 * undefined, and within a gradient of a gradient. If tfjs has none, because only tfjs-core is loaded, nothing
 * is registered.
 */
export function registerFasterGradient(kernelName: string, faster: FasterGradient): void {
  const stock = stockGradients.get(kernelName) ?? getGradient(kernelName);
  if (!stock) return;
  stockGradients.set(kernelName, stock);
  registerGradient({
    ...stock,
    gradFunc: (dy, saved, attributes) => {
      const higherOrder = engine().state.gradientDepth > 0; // its tape must hold operations that have gradients
      const found = higherOrder ? undefined : faster(dy as Tensor, saved, attributes);
      return found ?? stock.gradFunc(dy, saved, attributes);
    },
  });
}

/** True if the backend in use has a kernel of that name. */
export function hasKernel(kernelName: string): boolean {
  return getKernel(kernelName, getBackend()) !== undefined;
}
