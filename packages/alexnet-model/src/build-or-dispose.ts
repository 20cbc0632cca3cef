import * as tf from '@tensorflow/tfjs-core';

/**
 * Returns what `build` builds. A layer may refuse its constants when the layers before it already have their
 * weights; then these are disposed of.
 */
export function buildOrDispose<T>(build: () => T): T {
  const { registeredVariables } = tf.engine();
  const before = new Set(Object.keys(registeredVariables));
  try {
    return build();
  } catch (error) {
    for (const [name, variable] of Object.entries(registeredVariables)) {
      if (!before.has(name)) variable.dispose();
    }
    throw error;
  }
}
