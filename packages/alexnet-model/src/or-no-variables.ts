import * as tf from '@tensorflow/tfjs-core';

/** What `build` gives. A layer may refuse its constants when those before it have their weights: these are freed then. */
export function orNoVariables<T>(build: () => T): T {
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
