import * as tf from '@tensorflow/tfjs-core';
import { afterAll } from 'vitest';

// Several test files share a process and the modules in it. Each file starts on the cpu backend, if it is loaded. At its end
// its tensors and variables are disposed, and the onednn backend is removed, which each file registers anew.
if (tf.findBackendFactory('cpu')) await tf.setBackend('cpu');
tf.engine().startScope();
afterAll(() => {
  tf.disposeVariables();
  tf.engine().endScope();
  if (tf.findBackendFactory('onednn')) tf.removeBackend('onednn');
});
