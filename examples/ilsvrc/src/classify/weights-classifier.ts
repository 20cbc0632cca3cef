import type { ClassOrder, ImportedWeights, PresetName } from '@alexnet/alexnet-model';
import { imagenetClasses } from '@alexnet/alexnet-model/classes';
import { imageInputs } from '@alexnet/imagenet-reader';
import { UsageError } from '../cli/errors.js';
import { classesOf } from '../data/classes-of.js';
import { defined } from '../defined.js';
import { type PreprocessingOptions, preprocessingFor } from '../weights/preprocessing-for.js';
import { readMean, requireCovering } from '../weights/read-mean.js';
import { readWeights } from '../weights/read-weights.js';
import { sayImport } from '../weights/say-import.js';
import type { NamedClass, NamedClassifier } from './named-classifier.js';

/** Options of {@link openWeightsClassifier}. */
export interface WeightsClassifierOptions extends PreprocessingOptions {
  preset?: PresetName;
  key?: string;
  /** The order of the outputs, for weights that do not list their classes. */
  classes?: ClassOrder;
  /** The words of the classes in this order. */
  classNames?: readonly string[];
  /** A data set that names the classes. */
  data?: string;
  views: 1 | 10;
}

/** Opens weights, with the preprocessing and the class names that belong to them. */
export async function openWeightsClassifier(
  given: string,
  options: WeightsClassifierOptions,
  signal: AbortSignal,
): Promise<NamedClassifier> {
  const { preset, key, classes, classNames, views, data } = options;
  const mean = await readMean(options);
  const imported = await readWeights(given, defined({ preset, key, classes, classNames }), signal);
  const known = data === undefined ? [] : await classesOf(data, signal);
  requireFitting(imported, known);
  sayImport(imported, { ...mean, ...defined({ key }) });
  requireCovering(mean, imported.net.imageSize);
  const { model } = imported;
  const preprocessing = preprocessingFor(mean, imported.preprocessing);
  if (!preprocessing) {
    throw new UsageError(
      `${given} does not say how images become its input; set --mean, and --std if it has one.`,
    );
  }
  const cropSize = Number(model.inputs[0]?.shape[1]);
  const crop = views === 10 ? ('ten' as const) : ('center' as const);
  return {
    model,
    read: imageInputs({ size: squareOf(cropSize), ...preprocessing, cropSize, crop }),
    views,
    classes: await namesOf(imported, known),
  };
}

/**
 * The side of the square that a view of this side is cut out of, for weights that do not say: 256 for AlexNet's 224
 * and Caffe's 227, and in proportion for other networks.
 */
function squareOf(cropSize: number): number {
  const isUsual = cropSize >= 224 && cropSize <= 256;
  return isUsual ? 256 : Math.round((cropSize * 256) / 224);
}

/** Names the class of each output, by the data if it is given, and otherwise by what is stored with the weights. */
async function namesOf(
  { model, classes: order, classNames }: ImportedWeights,
  known: readonly Required<NamedClass>[],
): Promise<readonly NamedClass[]> {
  const count = Number(model.outputs[0]?.shape[1]);
  const ids = typeof order === 'object' ? order : await sortedIds(order, count, known);
  if (ids === undefined && known.length > 0) return known;
  const words = new Map(known.map((one) => [one.wnid, one.words]));
  return Array.from({ length: count }, (_, i) => {
    const wnid = ids?.[i];
    const name = (wnid && words.get(wnid)) ?? classNames?.[i] ?? wnid ?? `class ${i}`;
    return { ...(wnid !== undefined && { wnid }), words: name };
  });
}

/** The IDs of outputs in the sorted order. They are the data's if it is given, and otherwise ImageNet's. */
async function sortedIds(
  order: 'sorted' | undefined,
  count: number,
  known: readonly Required<NamedClass>[],
): Promise<readonly string[] | undefined> {
  if (order === undefined) return undefined;
  if (known.length > 0) return known.map(({ wnid }) => wnid).sort();
  const imagenet = await imagenetClasses();
  return count === imagenet.length ? imagenet.map(({ wnid }) => wnid) : undefined;
}

/** @throws UsageError if the data has other classes than the weights, so that it cannot name them. */
function requireFitting(
  { model, classes: order }: ImportedWeights,
  known: readonly { wnid: string }[],
): void {
  if (known.length === 0) return;
  const count = Number(model.outputs[0]?.shape[1]);
  if (typeof order === 'object') {
    const ids = new Set(order);
    if (known.some(({ wnid }) => ids.has(wnid))) return;
    throw new UsageError(`--data has none of the classes of the weights, such as ${order[0]}.`);
  }
  if (known.length === count) return;
  throw new UsageError(`--data has ${known.length} classes, but the weights have ${count} outputs.`);
}
