import * as fs from 'node:fs/promises';
import { replaceFile } from '@alexnet/durable-files';
import type * as tf from '@tensorflow/tfjs-core';
import { modelJson } from './model-json.js';

/** Writes `weights.bin`, then `model.json`, which refers to it. */
export async function saveModel(
  directory: string,
  artifacts: tf.io.ModelArtifacts,
): Promise<tf.io.SaveResult> {
  await fs.mkdir(directory, { recursive: true });
  const weights = joinBuffers(artifacts.weightData);
  await replaceFile(`${directory}/weights.bin`, weights);
  const json = modelJson(artifacts);
  await replaceFile(`${directory}/model.json`, json);
  return {
    modelArtifactsInfo: {
      dateSaved: new Date(0),
      modelTopologyType: 'JSON',
      modelTopologyBytes: json.length,
      weightDataBytes: weights.byteLength,
    },
  };
}

export async function loadModel(directory: string): Promise<tf.io.ModelArtifacts> {
  const { weightsManifest, ...description } = JSON.parse(
    await fs.readFile(`${directory}/model.json`, 'utf8'),
  );
  const groups = requireGroups(weightsManifest);
  const files = groups.flatMap(({ paths }) => paths);
  const parts = await Promise.all(files.map((file) => fs.readFile(`${directory}/${file}`)));
  const bytes = new Uint8Array(Buffer.concat(parts));
  return {
    ...description,
    weightSpecs: groups.flatMap(({ weights }) => weights),
    weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  };
}

/** @throws TypeError unless the manifest has groups of weights, in files of the same folder. */
function requireGroups(manifest: unknown): tf.io.WeightsManifestConfig {
  const fail = (rule: string, got: unknown): never => {
    throw new TypeError(
      `weightsManifest must ${rule} (fileSystem), got ${JSON.stringify(got)?.slice(0, 80)}.`,
    );
  };
  if (!Array.isArray(manifest)) return fail('be a list', manifest);
  for (const group of manifest) {
    if (!Array.isArray(group?.paths) || !Array.isArray(group.weights)) fail('hold {paths, weights}', group);
    for (const file of group.paths) {
      if (typeof file !== 'string' || /[\\/]|^\.*$/.test(file)) fail('name files of the folder', file);
    }
  }
  return manifest;
}

function joinBuffers(data: tf.io.WeightData | undefined): Uint8Array {
  if (data === undefined) return new Uint8Array();
  return Array.isArray(data) ? Buffer.concat(data.map((part) => new Uint8Array(part))) : new Uint8Array(data);
}
