import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Net } from '../net.js';
import type { PresetName } from '../presets/presets.js';
import type { Preprocessing } from './preprocessing.js';

/** What {@link importWeights} cannot read from the file. */
export interface ImportWeightsOptions {
  /** The file's name, for errors. Default 'weights'. */
  name?: string;
  /** The net that the weights belong to. Default the one that the file describes, or torchvision's by its names. */
  preset?: PresetName | Net;
  /** Side of the input in pixels. Default the net's. */
  imageSize?: number;
  /** What conv1 of the file reads. Default 'BGR' for Caffe, 'RGB' for others. */
  channelOrder?: 'RGB' | 'BGR';
  /** Default what the file says, or what goes with the preset. */
  preprocessing?: Preprocessing;
}

/** A model with the weights of a file. */
export interface ImportedWeights {
  model: tfl.LayersModel;
  format: 'caffe' | 'pytorch' | 'safetensors' | 'tfjs';
  net: Net;
  /** What the net expects of a picture; absent where neither file nor preset says. */
  preprocessing?: Preprocessing;
}

/**
 * Reads the weights of an AlexNet and builds the model that they belong to, `[N, imageSize, imageSize, 3]` RGB in.
 * The sizes of its layers are the file's. Nothing in a file is executed; memory is bounded by the file's size.
 *
 * | file | what |
 * |---|---|
 * | `.caffemodel` | Caffe; the file describes the net |
 * | `.pth`, `.pt` | PyTorch: a state dict, or a checkpoint with one under `state_dict` |
 * | `.safetensors` | names as in PyTorch |
 * | `ModelArtifacts` | a saved `tf.LayersModel` |
 *
 * @throws Error naming the file and what is wrong with it: truncated, damaged, of another net, not allowed.
 * @example
 * const { model, preprocessing } = await importWeights(await readFile('alexnet.pth'), { name: 'alexnet.pth' });
 */
export async function importWeights(
  file: Uint8Array | tf.io.ModelArtifacts,
  options: ImportWeightsOptions = {},
): Promise<ImportedWeights> {
  const { modelOfFile } = await import('./model-of-file.js');
  return modelOfFile(file, options);
}
