import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import { evaluationAugment } from '../evaluate/augment-of.js';
import { chooseImages } from '../evaluate/choose-images.js';
import { nearestTrainingImages } from '../evaluate/nearest-training-images.js';
import type { TrainedModel } from '../evaluate/predict-batches.js';
import { predictViews, viewsOfImage } from '../evaluate/predict-views.js';
import { conv1Figure } from './conv1-figure.js';
import { conv1Kernels } from './conv1-kernels.js';
import { escapeHtml } from './escape-html.js';
import { htmlPage } from './html-page.js';
import { type NeighboursRow, neighboursFigure, type SquarePicture } from './neighbours-figure.js';
import { predictionOf } from './prediction-of.js';
import { type Prediction, predictionsFigure } from './predictions-figure.js';

/** Pictures of Figure 4: eight on the left, five on the right with six neighbours each. */
const SHOWN = 8;
const QUERIES = 5;
const NEIGHBOURS = 6;

/** Which pictures, and what is told on the way. */
export interface FiguresOptions {
  split: Split;
  /** Chooses the pictures. */
  seed: number;
  signal: AbortSignal;
  onProgress?: (trainingImages: number) => void;
}

/** A picture of a figure. */
interface NamedImage {
  index: number;
  /** Its name in the prepared data. */
  key: string;
  label: number;
  words: string;
}

/** A query and what lies nearest to it. */
export interface NamedNeighbours extends NamedImage {
  neighbours: readonly (NamedImage & { distance: number })[];
}

/** Figure 3: the kernels of conv1, as a PNG. */
export async function figure3({ model }: TrainedModel): Promise<Buffer> {
  return conv1Figure(await conv1Kernels(model));
}

/** Figure 4 (left): pictures of different classes with the five labels that ten views find most probable, as a page. */
export async function figure4Left(
  trained: TrainedModel,
  data: PreparedData,
  { split, seed }: FiguresOptions,
): Promise<string> {
  const augment = evaluationAugment(trained.augmentation, 10);
  const items: Prediction[] = [];
  for (const index of chooseImages(data, split, SHOWN, seed)) {
    const views = await viewsOfImage(data, split, index, augment);
    items.push(await predictionOf(data, split, index, await predictViews(trained.model, views, 10)));
  }
  const title = `The five most probable labels of ${items.length} ${split} pictures`;
  const note = 'Probabilities averaged over ten views; the bar of the true label is pink.';
  return htmlPage(title, `<p class="quiet">${escapeHtml(note)}</p>\n${await predictionsFigure(items)}`);
}

/** Figure 4 (right): pictures, each with the six training pictures nearest in fc7, as a PNG; and which these are. */
export async function figure4Right(
  trained: TrainedModel,
  data: PreparedData,
  { split, seed, signal, onProgress }: FiguresOptions,
): Promise<{ png: Buffer; rows: NamedNeighbours[] }> {
  const queries = chooseImages(data, split, QUERIES, seed);
  const search = { split, queries, k: NEIGHBOURS, signal, ...(onProgress && { onProgress }) };
  const found = await nearestTrainingImages(trained, data, search);
  const rows: NamedNeighbours[] = [];
  const pictures: NeighboursRow[] = [];
  for (const [row, index] of queries.entries()) {
    const query = await named(data, split, index);
    const nearest = await Promise.all(
      (found[row] ?? []).map(async (one) => ({
        ...(await named(data, 'train', one.index)),
        distance: one.distance,
      })),
    );
    pictures.push({ query: query.picture, nearest: nearest.map(({ picture }) => picture) });
    rows.push({ ...query.image, neighbours: nearest.map(({ image, distance }) => ({ ...image, distance })) });
  }
  return { png: await neighboursFigure(pictures), rows };
}

async function named(
  data: PreparedData,
  split: Split,
  index: number,
): Promise<{ image: NamedImage; picture: SquarePicture }> {
  const { pixels, label, key } = await data.image(split, index);
  const image = { index, key, label, words: data.classes[label]?.words ?? '' };
  return { image, picture: { pixels, side: data.size } };
}
