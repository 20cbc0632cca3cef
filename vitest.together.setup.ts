import * as tf from '@tensorflow/tfjs-core';
import { afterAll } from 'vitest';

// Several test files share a process. Each starts on the cpu backend, if it is loaded, and its tensors and variables are
// disposed at its end.
if (tf.findBackendFactory('cpu')) await tf.setBackend('cpu');
tf.engine().startScope();
afterAll(() => {
  tf.disposeVariables();
  tf.engine().endScope();
});
