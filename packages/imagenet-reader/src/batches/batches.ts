import { type Tensor2D, type Tensor4D, tensor2d, tensor4d } from '@tensorflow/tfjs-core';
import type { BatchOptions } from './batch-options.js';
import type { RawBatch } from './raw-batch.js';
import type { EpochBatches } from './raw-batches.js';

/** A batch as tensors. They belong to the consumer, who must dispose them (`fitDataset` does). */
export type TensorBatch = {
  /** `[rows, cropSize, cropSize, 3]` float32. */
  readonly xs: Tensor4D;
  /** One-hot labels, `[rows, classes]` float32. */
  readonly ys: Tensor2D;
};

/** Batches of tensors, for `for await` and for `fitDataset` and `evaluateDataset` of `tf.LayersModel`. */
export interface BatchDataset extends AsyncIterable<TensorBatch> {
  /** Batches in a whole epoch. */
  readonly size: number;
  /** Share of the time that the consumer waited; see `RawBatches`. */
  readonly starved: number;
  /**
   * The protocol of tf.data. `fitDataset` asks for one iterator per epoch: the k-th one that is used (from 0)
   * returns epoch `epoch + k`, and `startBatch` applies only to the first.
   */
  readonly iterator: () => Promise<AsyncIterator<TensorBatch>>;
}

/** See `PreparedData.batches`. */
export function batches(
  raw: EpochBatches<Float32Array>,
  { epoch = 0, startBatch = 0 }: BatchOptions,
  classes: number,
): BatchDataset {
  let used = 0;
  async function* nextEpoch(): AsyncGenerator<TensorBatch> {
    const run = used++; // not before the first next(): fitDataset drops its first iterator unused
    yield* toTensors(raw.ofEpoch(epoch + run, run === 0 ? startBatch : 0), classes);
  }
  return {
    size: raw.size,
    get starved() {
      return raw.starved;
    },
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
