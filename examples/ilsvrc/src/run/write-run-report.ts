import { basename } from 'node:path';
import type { PreparedData } from '@alexnet/imagenet-reader';
import { topLabels } from '@alexnet/topk-metrics';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Prediction } from '../report/predictions-figure.js';
import type { RunEpoch, RunReport, RunResult, RunStep } from '../report/run-report.js';
import { writeReport } from '../report/write-report.js';
import { conv1Kernels } from './conv1-kernels.js';
import type { ShownImage } from './evaluate-both-ways.js';
import type { RunEvent } from './run-event.js';
import type { RunFolder } from './run-folder.js';
import type { RunSettings } from './run-settings.js';

/** What a report is made of. */
export interface ReportedRun {
  folder: RunFolder;
  data: PreparedData;
  model: tfl.LayersModel;
  shown: readonly ShownImage[];
}

/** Draws `report.html` from the run's log, its model and the pictures shown. */
export async function writeRunReport({ folder, data, model, shown }: ReportedRun): Promise<void> {
  const events = await folder.events();
  const [first] = events;
  if (first?.type !== 'runBegin')
    throw new Error(`${folder.path}: the log does not begin with the run's settings.`);
  const { settings, versions, parameters } = first;
  const { classes, splits, channelMeans, pca } = data;
  await writeReport(folder.report, {
    title: `AlexNet on ${dataName(settings)}: ${settings.preset}, width ${settings.width}`,
    ...logged(events),
    conv1: await conv1Kernels(model),
    predictions: await Promise.all(shown.map((image) => prediction(data, image))),
    settings: {
      ...settings,
      parameters,
      dataset: {
        classes: classes.length,
        train: splits.train.images,
        val: splits.val.images,
        channelMeans: channelMeans.map(round),
        pcaEigenvalues: pca.eigenvalues.map(round),
      },
    },
    versions,
  });
}

function dataName({ data }: RunSettings): string {
  return data === 'embedded' ? 'the embedded data set' : basename(data);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function logged(events: readonly RunEvent[]): Pick<RunReport, 'results' | 'steps' | 'epochs'> {
  const results: RunResult[] = [];
  const steps: RunStep[] = [];
  const epochs: RunEpoch[] = [];
  for (const event of events) {
    if (event.type === 'step') steps.push(event);
    if (event.type === 'evaluation')
      results.push({ ...event, imagesPerSecond: event.images / event.seconds });
    if (event.type === 'epochEnd') {
      epochs.push({
        ...event,
        validationTop1Error: event.validation?.top1Error,
        validationTop5Error: event.validation?.top5Error,
        imagesPerSecond: event.images / event.seconds,
      });
    }
  }
  return { results, steps, epochs };
}

async function prediction(
  data: PreparedData,
  { index, label, probabilities }: ShownImage,
): Promise<Prediction> {
  const { pixels } = await data.image('val', index);
  const words = (of: number): string => data.classes[of]?.words ?? '';
  const top5 = topLabels(probabilities, 5).map((of) => ({
    label: words(of),
    probability: probabilities[of] as number,
  }));
  return { pixels, trueLabel: words(label), top5 };
}
