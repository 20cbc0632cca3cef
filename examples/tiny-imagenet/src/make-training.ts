import { type Net, presets, type StepSettings } from '@alexnet/alexnet-model';
import type { PlannedRun, Training } from '@alexnet/campaign';
import type { PreparedData } from '@alexnet/imagenet-reader';
import { type RecipeSource, trainingRecipe } from '@alexnet/recipe';
import type { TinyNet } from './tiny-net.js';

/** What a run of a net trains. */
export function makeTraining({ net, seed }: PlannedRun<TinyNet>, data: PreparedData): Training {
  const { width, imageSize } = net;
  const recipe = trainingRecipe(recipeOf(net), { width, imageSize, seed });
  return {
    ...recipe.build(data.classes.length),
    epochs: recipe.training.epochs,
    schedule: recipe.schedule,
    batches: recipe.batches(data),
    testViews: (views) => recipe.views(views),
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
