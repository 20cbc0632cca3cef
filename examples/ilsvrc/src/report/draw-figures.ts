import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import { evaluationAugment } from '@alexnet/recipe';
import { defined } from '../defined.js';
import { chooseImages } from '../evaluate/choose-images.js';
import { nearestTrainingImages } from '../evaluate/nearest-training-images.js';
import type { TrainedModel } from '../evaluate/predict-batches.js';
import { predictViews, viewsOfImage } from '../evaluate/predict-views.js';
import { conv1Figure } from './conv1-figure.js';
import { conv1Kernels } from './conv1-kernels.js';
import { escapeHtml } from './escape-html.js';
import { htmlPage } from './html-page.js';
import { type NeighboursRow, neighboursFigure, type SquareImage } from './neighbours-figure.js';
import { predictionOf } from './prediction-of.js';
import { type Prediction, predictionsFigure } from './predictions-figure.js';

/** Figure 4 has eight images on the left, and five on the right with six neighbours each. */
const SHOWN = 8;
const QUERIES = 5;
const NEIGHBOURS = 6;

/** Options of the figures. */
export interface FiguresOptions {
  split: Split;
  /** Chooses the images. */
  seed: number;
  signal: AbortSignal;
  onProgress?: (trainingImages: number) => void;
}

/** An image in a figure. */
interface NamedImage {
  index: number;
  /** The name of the image in the prepared data. */
  key: string;
  label: number;
  words: string;
}

/** A query image and its nearest training images. */
export interface NamedNeighbours extends NamedImage {
  neighbours: readonly (NamedImage & { distance: number })[];
}

/** Figure 3: the kernels of conv1 as a PNG. */
export async function figure3({ model }: TrainedModel): Promise<Buffer> {
  return conv1Figure(await conv1Kernels(model));
}

/**
 * Figure 4 (left): images of different classes with their five most probable labels of ten views, as an HTML
 * page.
 */
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
  const title = `The five most probable labels of ${items.length} ${split} images`;
  const note = 'Probabilities averaged over ten views; the bar of the true label is pink.';
  return htmlPage(title, `<p class="quiet">${escapeHtml(note)}</p>\n${await predictionsFigure(items)}`);
}

/** Figure 4 (right): images, each with the six training images nearest in fc7, as a PNG and as a list. */
export async function figure4Right(
  trained: TrainedModel,
  data: PreparedData,
  { split, seed, signal, onProgress }: FiguresOptions,
): Promise<{ png: Buffer; rows: NamedNeighbours[] }> {
  const queries = chooseImages(data, split, QUERIES, seed);
  const search = { split, queries, k: NEIGHBOURS, signal, ...defined({ onProgress }) };
  const found = await nearestTrainingImages(trained, data, search);
  const rows: NamedNeighbours[] = [];
  const figureRows: NeighboursRow[] = [];
  for (const [row, index] of queries.entries()) {
    const query = await named(data, split, index);
    const nearest = await Promise.all(
      (found[row] ?? []).map(async (one) => ({
        ...(await named(data, 'train', one.index)),
        distance: one.distance,
      })),
    );
    figureRows.push({ query: query.square, nearest: nearest.map(({ square }) => square) });
    rows.push({ ...query.image, neighbours: nearest.map(({ image, distance }) => ({ ...image, distance })) });
  }
  return { png: await neighboursFigure(figureRows), rows };
}

async function named(
  data: PreparedData,
  split: Split,
  index: number,
): Promise<{ image: NamedImage; square: SquareImage }> {
  const { pixels, label, key } = await data.image(split, index);
  const image = { index, key, label, words: data.classes[label]?.words ?? '' };
  return { image, square: { pixels, side: data.size } };
}
