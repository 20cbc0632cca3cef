import * as tf from '@tensorflow/tfjs-core';
import { afterAll } from 'vitest';

// Several test files share a process. Each starts on the cpu backend, if it is loaded, and at its end its tensors and
// variables are disposed, and the onednn backend, which each file loads anew, is removed. Environment variables that a file
// sets end with it.
const environment = { ...process.env };
if (tf.findBackendFactory('cpu')) await tf.setBackend('cpu');
tf.engine().startScope();
afterAll(() => {
  tf.disposeVariables();
  tf.engine().endScope();
  if (tf.findBackendFactory('onednn')) tf.removeBackend('onednn');
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});
