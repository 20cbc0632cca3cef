import type * as tf from '@tensorflow/tfjs-core';

/**
 * Saves and loads a model as `model.json` and `weights.bin` in a folder: Node without tfjs-node has no `file://`.
 * The files are those of tfjs's own format, so a browser can load them too.
 *
 * @example
 * await model.save(fileSystem('runs/model'));
 * const model = await tf.loadLayersModel(fileSystem('runs/model'));
 */
export function fileSystem(directory: string): tf.io.IOHandler {
  return { save: (artifacts) => save(directory, artifacts), load: () => load(directory) };
}

async function save(directory: string, artifacts: tf.io.ModelArtifacts): Promise<tf.io.SaveResult> {
  const { mkdir, writeFile } = await import('node:fs/promises');
  const { weightData, weightSpecs = [], ...description } = artifacts;
  await mkdir(directory, { recursive: true });
  const weights = joinBuffers(weightData);
  await writeFile(`${directory}/weights.bin`, weights);
  const manifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
  const json = JSON.stringify({ ...description, weightsManifest: manifest });
  await writeFile(`${directory}/model.json`, json);
  return {
    modelArtifactsInfo: {
      dateSaved: new Date(0),
      modelTopologyType: 'JSON',
      modelTopologyBytes: json.length,
      weightDataBytes: weights.byteLength,
    },
  };
}

async function load(directory: string): Promise<tf.io.ModelArtifacts> {
  const { readFile } = await import('node:fs/promises');
  const { weightsManifest, ...description } = JSON.parse(await readFile(`${directory}/model.json`, 'utf8'));
  const [{ weights: weightSpecs }] = weightsManifest as [{ weights: tf.io.WeightsManifestEntry[] }];
  const bytes = await readFile(`${directory}/weights.bin`);
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return { ...description, weightSpecs, weightData };
}

function joinBuffers(data: tf.io.WeightData | undefined): Uint8Array {
  if (data === undefined) return new Uint8Array();
  return Array.isArray(data) ? Buffer.concat(data.map((part) => new Uint8Array(part))) : new Uint8Array(data);
}
