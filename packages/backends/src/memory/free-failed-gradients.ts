import { engine, tidy } from '@tensorflow/tfjs-core';

type Gradients = ReturnType<typeof engine>['gradients'];

const freed = new WeakSet<object>();

/**
 * Makes a gradient that fails (out of memory, say) free its tensors. tfjs 4.22 leaks the value and everything
 * that the operations saved for their gradients.
 */
export function freeFailedGradients(): void {
  const target = engine();
  if (freed.has(target)) return;
  freed.add(target);
  const gradients = target.gradients.bind(target) as Gradients;
  target.gradients = ((...args: Parameters<Gradients>) => {
    try {
      return tidy(() => gradients(...args));
    } catch (error) {
      const { state } = target;
      if (state.gradientDepth === 0) {
        for (const { saved = [] } of state.activeTape ?? []) for (const tensor of saved) tensor.dispose();
        state.activeTape = [];
      }
      throw error;
    }
  }) as Gradients;
}
