import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import { NearestNeighbours, type Neighbour } from '@alexnet/topk-metrics';
import { evaluationAugment } from './augment-of.js';
import { hiddenModel } from './hidden-model.js';
import type { TrainedModel } from './predict-batches.js';
import { predictViews, viewsOfImage } from './predict-views.js';

/** Pictures of one prediction. */
const BATCH = 120;

/** What is compared with the training pictures. */
export interface NeighbourSearch {
  split: Split;
  /** Numbers of the pictures within the split. */
  queries: readonly number[];
  /** Neighbours of each; 6 in the paper. */
  k: number;
  signal: AbortSignal;
  onProgress?: (images: number) => void;
}

/**
 * The training pictures nearest to each query by the Euclidean distance of their fc7 activations, central views: exact, in
 * the memory of one batch.
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
  const asked: number[] = [];
  for (const index of queries) {
    asked.push(...(await predictViews(hidden, await viewsOfImage(data, split, index, augment), 1)));
  }
  const search = new NearestNeighbours(asked, { dimensions: asked.length / queries.length, k });
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
