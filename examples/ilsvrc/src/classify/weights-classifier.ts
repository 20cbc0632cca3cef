import type { ClassOrder, PresetName } from '@alexnet/alexnet-model';
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
  classes?: ClassOrder | undefined;
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
  const { preset, key, classes, views, data } = options;
  const mean = await readMean(options);
  const imported = await readWeights(given, defined({ preset, key, classes }), signal);
  sayImport(imported, { ...mean, ...defined({ key }) });
  requireCovering(mean, imported.net.imageSize);
  const { model } = imported;
  const preprocessing = preprocessingFor(mean, imported.preprocessing);
  if (!preprocessing) {
    throw new UsageError(
      `${given} does not say how images become its input; set --mean, and --std if it has one.`,
    );
  }
  const [, side] = model.inputs[0]?.shape ?? [];
  const crop = views === 10 ? ('ten' as const) : ('center' as const);
  return {
    model,
    read: imageInputs({ ...preprocessing, ...squareOf(Number(side)), crop }),
    views,
    classes: await namesOf({
      order: imported.classes,
      count: Number(model.outputs[0]?.shape[1]),
      known: data === undefined ? [] : await classesOf(data, signal),
    }),
  };
}

/**
 * The square that a view of this side is cut out of: 256 for AlexNet's 224 and Caffe's 227, and in proportion for
 * other networks.
 */
function squareOf(cropSize: number): { size: number; cropSize: number } {
  const isUsual = cropSize >= 224 && cropSize <= 256;
  return { size: isUsual ? 256 : Math.round((cropSize * 256) / 224), cropSize };
}

/** The classes of the outputs in their order, with words where they are known. */
async function namesOf({
  order,
  count,
  known,
}: {
  order: ClassOrder | undefined;
  count: number;
  known: readonly NamedClass[];
}): Promise<readonly NamedClass[]> {
  const imagenet = await imagenetClasses();
  if (order === 'sorted' && known.length === 0 && count === imagenet.length) return imagenet;
  if (order === undefined || order === 'sorted') {
    const sorted = order === 'sorted' ? [...known].sort(byWnid) : known;
    if (known.length > 0 && known.length !== count) {
      throw new UsageError(`--data has ${known.length} classes, but the weights have ${count} outputs.`);
    }
    return known.length > 0 ? sorted : Array.from({ length: count }, (_, i) => ({ words: `class ${i}` }));
  }
  const words = new Map([...imagenet, ...known].map((one) => [one.wnid, one.words]));
  return order.map((wnid) => ({ wnid, words: words.get(wnid) ?? wnid }));
}

function byWnid({ wnid: a = '' }: NamedClass, { wnid: b = '' }: NamedClass): number {
  return a < b ? -1 : Number(a > b);
}
