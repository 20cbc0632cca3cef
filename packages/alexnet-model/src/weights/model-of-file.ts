import { requireKnownOptions } from '@alexnet/validate';
import type * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { buildOrDispose } from '../build-or-dispose.js';
import type { Net } from '../net.js';
import { buildNetwork } from '../network.js';
import { type PresetName, presets } from '../presets/presets.js';
import { netOf } from '../resolve-net.js';
import { type ClassOrder, isSameOrder } from './class-order.js';
import { type Description, describe } from './describe.js';
import { checkDescription, requireClassCount } from './description.js';
import { fitNet } from './fit-net.js';
import { IMAGENET_CLASSES, knownNames } from './known-names.js';
import { type Preprocessing, preprocessingOf } from './preprocessing.js';
import { torchNames } from './pytorch/torch-names.js';
import { unwrappedName } from './pytorch/unwrapped-name.js';
import { readWeightFile, type WeightFormat } from './read-weight-file.js';
import { setWeights } from './set-weights.js';
import type { ChosenStateDict, WeightFile } from './weight-file.js';

/** What `importWeights` may be unable to read from the file. */
export interface ImportWeightsOptions {
  /** The name of the file in errors. Default 'weights'. */
  name?: string;
  /**
   * The net that the weights belong to. Default the net that the file describes, or torchvision's if the
   * weights have its names.
   */
  preset?: PresetName | Net;
  /** Side of the input in pixels. Default the net's. */
  imageSize?: number;
  /**
   * The order of the channels that the file's first layer reads. Default 'BGR' for Caffe, 'RGB' for others.
   */
  channelOrder?: 'RGB' | 'BGR';
  /** Default the file's own, or the preset's. */
  preprocessing?: Preprocessing;
  /** The order of the outputs. Default the file's own or, for 1000 classes that it does not list, 'sorted'. */
  classes?: ClassOrder;
  /**
   * The words of each class. Default the file's own, unless `classes` sets another order; else those of
   * ImageNet, if the classes have its IDs or are assumed to be its classes.
   */
  classNames?: readonly string[];
  /**
   * The key of the state dict to read from a checkpoint of PyTorch that has several, such as
   * 'state_dict_ema', or the beginning of the names to read, such as 'student'. Keys of nested dictionaries are
   * joined by dots. Default the state dict that fits the net.
   */
  key?: string;
}

/** A model with the weights of a file. */
export interface ImportedWeights {
  model: tfl.LayersModel;
  format: WeightFormat;
  net: Net;
  /** What must be done to an image first; absent if neither the file nor the preset says. */
  preprocessing?: Preprocessing;
  /** Why the mean is the preset's; absent if the file or the caller gave the mean. */
  assumedMean?: string;
  /** Why the divisors are the preset's; absent if the file or the caller gave them. */
  assumedStd?: string;
  /**
   * The order in which the file's first layer is assumed to read the channels, since only files of this package
   * tell; absent if `channelOrder` was given.
   */
  assumedChannelOrder?: 'RGB' | 'BGR';
  /** The order of the outputs; absent if it is not known. */
  classes?: ClassOrder;
  /** The words of each class; absent if they are not known. */
  classNames?: readonly string[];
  /** Why the order is assumed to be that of published ImageNet weights; absent if it is known. */
  assumedClasses?: string;
  /**
   * The names of what the file holds beside the net and that was left out: counters, teachers, auxiliary
   * heads and optimizers. Absent if there is nothing.
   */
  leftOut?: readonly string[];
  /** The state dict that was read; absent if the file has only one. */
  stateDict?: ChosenStateDict;
}

/** Does the work of `importWeights`, which loads this code when it is called. */
export async function modelOfFile(
  file: Uint8Array | tf.io.ModelArtifacts,
  options: ImportWeightsOptions = {},
): Promise<ImportedWeights> {
  requireKnownOptions(options, optionNames, 'importWeights');
  const { name = 'weights', preset } = options;
  const chosen = preset === undefined ? undefined : netOf(preset, 'importWeights');
  let model: tfl.LayersModel | undefined;
  try {
    const fit = (content: WeightFile): Fitted => fitFile(content, chosen, options);
    const { format, content } = await readWeightFile(file, { key: options.key, requireFit: fit });
    const { net, classes, known } = fit(content);
    const weights = { ...content, channelOrder: options.channelOrder ?? content.channelOrder };
    const { description, assumed } = await describedBy({ format, weights, known, net, classes }, options);
    model = buildOrDispose(() => buildNetwork({ net, classes, seed: 0, kernels: zeros }));
    await setWeights(model, net, weights);
    describe(model, description);
    const { leftOut, stateDict } = weights;
    return {
      model,
      format,
      ...description,
      ...assumed,
      ...(leftOut && { leftOut }),
      ...(stateDict && { stateDict }),
    };
  } catch (error) {
    model?.dispose();
    throw new Error(`${name}: ${(error as Error).message}.`, { cause: error });
  }
}

/** What `importWeights` says that it assumed. */
type Assumed = Pick<ImportedWeights, 'assumedMean' | 'assumedStd' | 'assumedChannelOrder' | 'assumedClasses'>;

/** What a file and the options say about its model, and what is assumed because neither does. */
async function describedBy(
  file: { format: ImportedWeights['format']; weights: WeightFile; known: Net; net: Net; classes: number },
  options: ImportWeightsOptions,
): Promise<{ description: Description; assumed: Assumed }> {
  const { format, weights, known, net } = file;
  const preprocessing =
    options.preprocessing ?? ownPreprocessing(weights, net) ?? usual(options.preset, known);
  const isOwn = options.preprocessing !== undefined || preprocessing === undefined;
  const reason = isOwn || weights.preprocessing ? undefined : 'it has no preprocessing';
  const [mean, std] = isOwn ? [] : [reason ?? weights.assumedMean, reason ?? weights.assumedStd];
  const isForeign = isOfOtherProgram(format, weights) && !options.channelOrder;
  const listed = options.classes ?? weights.classes;
  const isSorted = isOfOtherProgram(format, weights) && file.classes === IMAGENET_CLASSES;
  const classes = listed ?? (isSorted ? 'sorted' : undefined);
  const own = isSameOrder(classes, weights.classes) ? weights.classNames : undefined;
  const given = { classes, classNames: options.classNames ?? own };
  requireClassCount(given, file.classes);
  const classNames = given.classNames ?? (await knownNames(classes, file.classes));
  return {
    description: checkDescription({ net, preprocessing, classes, classNames }),
    assumed: {
      ...(mean !== undefined && { assumedMean: mean }),
      ...(std !== undefined && { assumedStd: std }),
      ...(isForeign && { assumedChannelOrder: weights.channelOrder }),
      ...(!listed && classes && { assumedClasses: 'it does not list its classes' }),
    },
  };
}

/** The kernels are set from the file, and to draw the 61 million of `paper` would take 3 s. */
const zeros = { apply: tfl.initializers.zeros().apply };

const optionNames = [
  ...['name', 'preset', 'imageSize', 'channelOrder', 'preprocessing', 'classes', 'classNames', 'key'],
];

/** A net with the sizes of a file's weights, and the net before that. */
interface Fitted extends ReturnType<typeof fitNet> {
  known: Net;
}

/** @throws RangeError if it is not known which net the weights belong to, or if they do not fit it. */
function fitFile(file: WeightFile, chosen: Net | undefined, options: ImportWeightsOptions): Fitted {
  const known = chosen ?? file.net ?? torchvisionByName(file);
  if (!known) throw new RangeError('it does not say which net its weights belong to; set preset');
  const imageSize = options.imageSize ?? known.imageSize;
  if (!Number.isInteger(imageSize) || imageSize < 1) {
    throw new RangeError(`imageSize must be a whole number >= 1, got ${imageSize}`);
  }
  return { ...fitNet({ ...known, imageSize }, file), known };
}

/** The net of torchvision, if the weights have its names, which no other net has. */
function torchvisionByName({ layers }: WeightFile): Net | undefined {
  const names = torchNames(presets.torchvision.net);
  const isTorchvision =
    layers.length === names.length &&
    names.every((name, i) => `.${unwrappedName(layers[i]?.name ?? '')}`.endsWith(`.${name}`));
  return isTorchvision ? presets.torchvision.net : undefined;
}

/** The preprocessing in a file. The square belongs to the input of the file's net, not to one of another size. */
function ownPreprocessing({ preprocessing, net: own }: WeightFile, net: Net): Preprocessing | undefined {
  if (!preprocessing || own?.imageSize === net.imageSize) return preprocessing;
  const { mean, std } = preprocessing;
  return { mean, std };
}

function usual(preset: ImportWeightsOptions['preset'], net: Net): Preprocessing | undefined {
  if (typeof preset === 'string') return preprocessingOf(preset);
  return net === presets.torchvision.net ? preprocessingOf('torchvision') : undefined;
}

/** Whether another program wrote the weights; ours describes the network in all files but Caffe's. */
function isOfOtherProgram(format: ImportedWeights['format'], { net }: WeightFile): boolean {
  return format === 'caffe' || net === undefined;
}
