import { type Net, presets, type StepSettings } from '@alexnet/alexnet-model';
import type { PlannedRun, Training } from '@alexnet/campaign';
import { figure3, figure4Left, figure4Right } from '@alexnet/ilsvrc/shared';
import type { PreparedData } from '@alexnet/imagenet-reader';
import { type RecipeSource, trainingRecipe } from '@alexnet/recipe';
import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { colorShare } from './color-share.js';
import type { TinyNet } from './tiny-net.js';

/** What a run of a net trains. */
export function makeTraining({ net, seed }: PlannedRun<TinyNet>, data: PreparedData): Training {
  const { width, imageSize } = net;
  const recipe = trainingRecipe(recipeOf(net), { width, imageSize, seed });
  const { model, optimizer } = recipe.build(data.classes.length);
  return {
    model,
    optimizer,
    epochs: recipe.training.epochs,
    schedule: recipe.schedule,
    batches: recipe.batches(data),
    testViews: (views) => recipe.views(views),
    measure: () => colorShares(model),
    pictures: (signal) =>
      pictures({ model, augmentation: recipe.augmentation }, data, { split: 'val', seed, signal }),
  };
}

/** The color share of conv1, for each tower: `conv1a` and `conv1b`, or `conv1`. */
async function colorShares(model: tfl.LayersModel): Promise<Record<string, number>> {
  const layers = model.layers.filter(({ name }) => /^conv1[ab]?$/.test(name));
  const shares = layers.map(async (layer) => {
    const kernel = layer.getWeights()[0] as tf.Tensor;
    return [layer.name, colorShare(await kernel.data(), kernel.shape[3] as number)] as const;
  });
  return Object.fromEntries(await Promise.all(shares));
}

/** Figures 3 and 4 of the paper, of a trained net. */
async function pictures(
  trained: Parameters<typeof figure4Left>[0],
  data: PreparedData,
  options: Parameters<typeof figure4Left>[2],
): Promise<Record<string, string | Buffer>> {
  return {
    'figure3.png': await figure3(trained),
    'figure4-left.html': await figure4Left(trained, data, options),
    'figure4-right.png': (await figure4Right(trained, data, options)).png,
  };
}

/** The preset with the changes of a net: its own steps of the learning rate, and nothing that comes later than they do. */
function recipeOf(net: TinyNet): RecipeSource {
  const { training, augmentation } = presets[net.preset];
  const { drops, ...ours } = net.training;
  const own = training.schedule.kind === 'step' ? training.schedule : undefined;
  const schedule: StepSettings = {
    kind: 'step',
    factor: 0.1,
    epochs: drops,
    biases: own?.biases ?? null,
    conv1: null,
    colorNoiseEnd: null,
  };
  return {
    net: netOf(net),
    training: { ...training, ...ours, schedule },
    augmentation: { ...augmentation, ...(net.colorNoise === false && { pca: null }) },
  };
}

function netOf({ preset, middleStd, dropoutMode, withoutConv4 }: TinyNet): Net {
  const { net } = presets[preset];
  const convs = net.convs
    .map((conv, i) => (middleStd !== undefined && i >= 2 ? { ...conv, std: middleStd } : conv))
    .filter((_, i) => !withoutConv4 || i !== 3);
  const dropout = dropoutMode && net.dropout ? { ...net.dropout, mode: dropoutMode } : net.dropout;
  return { ...net, convs, dropout };
}
