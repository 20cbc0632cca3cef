import type * as tf from '@tensorflow/tfjs-core';

/**
 * Saves a model as `model.json` and `weights.bin` in a folder, and loads what tfjs saves or converts: Node without
 * tfjs-node has no `file://`. The files are those of tfjs's own format, so a browser can load them too.
 *
 * @throws TypeError, on load, if the manifest names anything but files beside it.
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
  await mkdir(directory, { recursive: true });
  const weights = joinBuffers(artifacts.weightData);
  await writeFile(`${directory}/weights.bin`, weights);
  const json = modelJson(artifacts);
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

/** The text of `model.json`, for weights in `weights.bin` beside it. */
export function modelJson({ weightData, weightSpecs = [], ...description }: tf.io.ModelArtifacts): string {
  const manifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
  return JSON.stringify({ ...description, weightsManifest: manifest });
}

async function load(directory: string): Promise<tf.io.ModelArtifacts> {
  const { readFile } = await import('node:fs/promises');
  const { weightsManifest, ...description } = JSON.parse(await readFile(`${directory}/model.json`, 'utf8'));
  const groups = requireGroups(weightsManifest);
  const files = groups.flatMap(({ paths }) => paths);
  const parts = await Promise.all(files.map((file) => readFile(`${directory}/${file}`)));
  const bytes = new Uint8Array(Buffer.concat(parts));
  return {
    ...description,
    weightSpecs: groups.flatMap(({ weights }) => weights),
    weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  };
}

/** @throws TypeError unless the manifest has groups of weights, in files that lie beside it. */
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
