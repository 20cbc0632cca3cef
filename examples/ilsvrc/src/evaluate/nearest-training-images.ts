import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import { evaluationAugment } from '@alexnet/recipe';
import { NearestNeighbours, type Neighbour } from '@alexnet/topk-metrics';
import { hiddenModel } from './hidden-model.js';
import type { TrainedModel } from './predict-batches.js';
import { predictViews, viewsOfImage } from './predict-views.js';

/** Images per prediction. */
const BATCH = 120;

/** Options of {@link nearestTrainingImages}. */
export interface NeighbourSearch {
  split: Split;
  /** Numbers of the query images within the split. */
  queries: readonly number[];
  /** Neighbours per query; 6 in the paper. */
  k: number;
  signal: AbortSignal;
  onProgress?: (images: number) => void;
}

/**
 * Finds the training images nearest to each query by the Euclidean distance of fc7 activations of central
 * views. The search is exact and needs the memory of one batch.
 *
 * Krizhevsky et al. 2012, sec. 6.1, Figure 4 (right).
 */
export async function nearestTrainingImages(
  { model, augmentation }: TrainedModel,
  data: PreparedData,
  { split, queries, k, signal, onProgress }: NeighbourSearch,
): Promise<Neighbour[][]> {
  const hidden = hiddenModel(model);
  const augment = evaluationAugment(augmentation, 1);
  const queried: number[] = [];
  for (const index of queries) {
    queried.push(...(await predictViews(hidden, await viewsOfImage(data, split, index, augment), 1)));
  }
  const search = new NearestNeighbours(queried, { dimensions: queried.length / queries.length, k });
  let done = 0;
  const training = { split: 'train', batchSize: BATCH, shuffle: false, dropRemainder: false } as const;
  for await (const batch of data.rawBatches({ ...training, augment, reuse: true, signal })) {
    signal.throwIfAborted();
    search.add(await predictViews(hidden, batch, 1), batch.indices[0] as number);
    done += batch.indices.length;
    onProgress?.(done);
  }
  return queries.map((_, query) => search.nearest(query));
}
