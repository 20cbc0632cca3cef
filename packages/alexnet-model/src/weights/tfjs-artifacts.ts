import type * as tf from '@tensorflow/tfjs-core';
import { bytesPerTfjsValue, decodeTfjs } from './decode-tfjs.js';
import { DESCRIPTION_KEY } from './describe.js';
import { checkDescription } from './description.js';
import { pairTensors } from './pair-tensors.js';
import type { WeightFile } from './weight-file.js';
import { sizeOf, type WeightLayer, type WeightTensor } from './weight-tensor.js';

/**
 * Reads a saved `tf.LayersModel`. Its topology is not built. Only the names, shapes and values of its weights
 * are used, and the halves of two towers (`conv2a`, `conv2b`) are concatenated. The state of an optimizer
 * that was saved with it is left out.
 */
export function readTfjs({ weightSpecs, weightData, userDefinedMetadata }: tf.io.ModelArtifacts): WeightFile {
  if (!weightSpecs || !weightData) throw new RangeError('it has no weights');
  const bytes = joinBuffers(weightData);
  const tensors: WeightTensor[] = [];
  const leftOut: string[] = [];
  let end = 0;
  for (const spec of weightSpecs) {
    const begin = end;
    end += sizeOf(spec.shape, spec.name) * bytesPerTfjsValue(spec);
    if (spec.group === 'optimizer') leftOut.push(spec.name);
    else tensors.push(asWeight(spec, bytes.subarray(begin, end)));
  }
  if (end !== bytes.length) {
    throw new RangeError(`its weights should have ${end} bytes, but have ${bytes.length}`);
  }
  const { [DESCRIPTION_KEY]: description } = (userDefinedMetadata ?? {}) as Record<string, unknown>;
  return {
    layers: joinTowers(pairTensors(tensors)),
    layout: 'HWIO',
    channelOrder: 'RGB',
    ...(leftOut.length > 0 && { leftOut }),
    ...(description !== undefined && checkDescription(description)),
  };
}

function asWeight(spec: tf.io.WeightsManifestEntry, bytes: Uint8Array): WeightTensor {
  const { name, shape, dtype } = spec;
  if (dtype !== 'float32') throw new RangeError(`'${name}' is not float32, but ${dtype}`);
  return { name, shape, values: async () => decodeTfjs(bytes, spec) };
}

function joinBuffers(data: tf.io.WeightData): Uint8Array {
  if (!Array.isArray(data)) return new Uint8Array(data);
  const joined = new Uint8Array(data.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of data) {
    joined.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return joined;
}

function joinTowers(layers: readonly WeightLayer[]): WeightLayer[] {
  return layers.flatMap((layer, i) => {
    const tower = (one: WeightLayer | undefined, letter: string): string | undefined =>
      new RegExp(`^(conv\\d+|fc\\d+)${letter}$`).exec(one?.name ?? '')?.[1];
    const name = tower(layer, 'a');
    const other = layers[i + 1];
    if (name !== undefined && other && tower(other, 'b') === name) {
      return {
        name,
        weight: concatenated(layer.weight, other.weight),
        bias: concatenated(layer.bias, other.bias),
      };
    }
    const isSecond = tower(layer, 'b') !== undefined && tower(layers[i - 1], 'a') === tower(layer, 'b');
    return isSecond ? [] : layer;
  });
}

/** Concatenates two tensors along their last axis. */
function concatenated(a: WeightTensor, b: WeightTensor): WeightTensor {
  const [rowsA, rowsB] = [a, b].map(({ shape }) => shape.slice(0, -1).join()) as [string, string];
  const [left = 0, right = 0] = [a.shape.at(-1), b.shape.at(-1)];
  if (rowsA !== rowsB || left !== right) {
    throw new RangeError(
      `'${a.name}' [${a.shape.join(', ')}] and '${b.name}' [${b.shape.join(', ')}] differ`,
    );
  }
  const values = async (): Promise<Float32Array> => {
    const [first, second] = [await a.values(), await b.values()];
    const joined = new Float32Array(first.length * 2);
    for (let row = 0; row * left < first.length; row++) {
      joined.set(first.subarray(row * left, (row + 1) * left), row * 2 * left);
      joined.set(second.subarray(row * left, (row + 1) * left), (row * 2 + 1) * left);
    }
    return joined;
  };
  return { name: `${a.name}, ${b.name}`, shape: [...a.shape.slice(0, -1), left + right], values };
}
