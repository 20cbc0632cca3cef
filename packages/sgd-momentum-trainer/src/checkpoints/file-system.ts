import type * as tf from '@tensorflow/tfjs-core';

/**
 * Saves a model as `model.json` and `weights.bin` in a folder, and loads what tfjs saves or converts, since Node without
 * tfjs-node has no `file://`. The files are in tfjs's own format, so a browser can load them too. Each is written whole
 * or not at all.
 *
 * @throws TypeError on load if the manifest names anything but files of the folder; Error on save naming a file that
 * cannot be written.
 *
 * @example
 * await model.save(fileSystem('runs/model'));
 * const model = await tf.loadLayersModel(fileSystem('runs/model'));
 */
export function fileSystem(directory: string): tf.io.IOHandler {
  const files = () => import('./model-files.js');
  return {
    save: async (artifacts) => (await files()).saveModel(directory, artifacts),
    load: async () => (await files()).loadModel(directory),
  };
}
