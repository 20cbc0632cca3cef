import { describeValue } from '@alexnet/validate';
import type * as tf from '@tensorflow/tfjs-core';
import { readDescription } from './description.js';
import { refuseFormat } from './foreign-formats.js';
import type { FoundDicts } from './pytorch/state-dicts.js';
import { firstFitting, readingsOf } from './readings.js';
import type { WeightFile } from './weight-file.js';

/** How to read a file that can be read in more than one way. */
export interface Choice {
  /** The key of the state dict to read. */
  readonly key: string | undefined;
  /** @throws RangeError unless weights fit the net. */
  readonly requireFit: (file: WeightFile) => void;
}

/** A format of weight files that is read here. */
export type WeightFormat = 'caffe' | 'pytorch' | 'safetensors' | 'tfjs';

/** Recognizes a format by the first bytes of the file, and loads the code that reads it. */
export async function readWeightFile(
  source: Uint8Array | tf.io.ModelArtifacts,
  choice: Choice,
): Promise<{ format: WeightFormat; content: WeightFile }> {
  const { format, content } = await readAny(source, choice);
  if (choice.key !== undefined && format !== 'pytorch') {
    throw new RangeError(`key is for checkpoints of PyTorch, got '${choice.key}' for the format ${format}`);
  }
  return { format, content };
}

async function readAny(
  source: Uint8Array | tf.io.ModelArtifacts,
  choice: Choice,
): Promise<{ format: WeightFormat; content: WeightFile }> {
  if (!(source instanceof Uint8Array)) {
    if (Object.prototype.toString.call(source) !== '[object Object]') {
      throw new TypeError(`weights must be a Uint8Array or ModelArtifacts, got ${describeValue(source)}`);
    }
    return { format: 'tfjs', content: (await import('./tfjs-artifacts.js')).readTfjs(source) };
  }
  // a plain view of a Node Buffer, whose own slice() would not copy
  const file = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  const begins = (...bytes: number[]): boolean => bytes.every((byte, i) => file[i] === byte);
  // first, as its length may begin like another format
  if (hasJsonHeader(file)) return { format: 'safetensors', content: await fromSafetensors(file, choice) };
  if (begins(0x50, 0x4b)) {
    const { readPyTorchZip } = await import('./pytorch/pytorch-zip.js');
    return { format: 'pytorch', content: await fromPyTorch(await readPyTorchZip(file), choice) };
  }
  if (begins(0x80)) {
    const { readPyTorchLegacy } = await import('./pytorch/pytorch-legacy.js');
    return { format: 'pytorch', content: await fromPyTorch(readPyTorchLegacy(file), choice) };
  }
  if (isTar(file)) {
    const { readPyTorchTar } = await import('./pytorch/pytorch-tar.js');
    return { format: 'pytorch', content: await fromPyTorch(readPyTorchTar(file), choice) };
  }
  if (file[8] === openingBrace)
    return { format: 'safetensors', content: await fromSafetensors(file, choice) };
  if (begins(0x0a) || begins(0x12) || begins(0xa2, 0x06)) {
    return { format: 'caffe', content: (await import('./caffe/caffe.js')).readCaffe(file) };
  }
  refuseFormat(file);
}

const openingBrace = 0x7b;

/** Whether the file begins with the length of a JSON header that fits into the file. */
function hasJsonHeader(file: Uint8Array): boolean {
  if (file.length < 9 || file[8] !== openingBrace) return false;
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  return length <= BigInt(file.length - 8);
}

/** Whether a file has the word at byte 257 that every kind of tar has had since 1988. */
function isTar(file: Uint8Array): boolean {
  return String.fromCharCode(...file.subarray(257, 262)) === 'ustar';
}

async function fromSafetensors(file: Uint8Array, { requireFit }: Choice): Promise<WeightFile> {
  const { readSafetensors } = await import('./safetensors/safetensors.js');
  const { tensors, metadata } = readSafetensors(file);
  const description = readDescription(metadata);
  const described = readingsOf(tensors).map((read) => () => ({ ...read(), ...description }));
  return firstFitting(described, requireFit);
}

/** The chosen state dict of a checkpoint. The states of optimizers count as left out. */
async function fromPyTorch(
  { stateDicts, optimizers }: FoundDicts,
  { key, requireFit }: Choice,
): Promise<WeightFile> {
  const { chooseStateDict } = await import('./pytorch/choose-state-dict.js');
  const content = chooseStateDict(stateDicts, key, requireFit);
  const leftOut = [...(content.leftOut ?? []), ...optimizers];
  return { ...content, ...(leftOut.length > 0 && { leftOut }) };
}
