import { type Tensor2D, type Tensor4D, tensor2d, tensor4d } from '@tensorflow/tfjs-core';
import type { PreparedData } from './open-prepared.js';
import { type BatchOptions, type RawBatch, rawBatches } from './raw-batches.js';

/** A batch as tensors; they belong to the consumer, who disposes them (`fitDataset` does). */
export type TensorBatch = {
  /** `[rows, cropSize, cropSize, 3]` float32. */
  readonly xs: Tensor4D;
  /** One-hot labels, `[rows, classes]` float32. */
  readonly ys: Tensor2D;
};

/** Batches of tensors, for `for await` and for `tf.LayersModel.fitDataset` and `evaluateDataset`. */
export interface BatchDataset extends AsyncIterable<TensorBatch> {
  /** Batches in a whole epoch. */
  readonly size: number;
  /**
   * tf.data's protocol. `fitDataset` asks for one iterator an epoch: the k-th that is used gives epoch `epoch + k`, and
   * `startBatch` counts for the first only.
   */
  readonly iterator: () => Promise<AsyncIterator<TensorBatch>>;
}

/** See `PreparedData.batches`. @throws RangeError that names the option, if one is out of range. */
export function batches(data: PreparedData, options: BatchOptions): BatchDataset {
  const raw = rawBatches(data, options);
  const { epoch = 0, startBatch = 0 } = options;
  const classes = data.classes.length;
  let used = 0;
  async function* nextEpoch(): AsyncGenerator<TensorBatch> {
    const run = used++; // not before the first next(): fitDataset drops its first iterator unused
    yield* toTensors(raw.ofEpoch(epoch + run, run === 0 ? startBatch : 0), classes);
  }
  return {
    size: raw.size,
    iterator: async () => nextEpoch(),
    [Symbol.asyncIterator]: () => toTensors(raw, classes),
  };
}

async function* toTensors(source: AsyncIterable<RawBatch>, classes: number): AsyncGenerator<TensorBatch> {
  for await (const { pixels, labels, shape } of source) {
    const oneHot = new Float32Array(labels.length * classes);
    for (const [row, label] of labels.entries()) oneHot[row * classes + label] = 1;
    yield { xs: tensor4d(pixels, shape), ys: tensor2d(oneHot, [labels.length, classes]) };
  }
}
