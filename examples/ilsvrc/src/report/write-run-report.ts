import { basename } from 'node:path';
import type { PreparedData } from '@alexnet/imagenet-reader';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { RunEvaluation } from '../evaluate/evaluate-run.js';
import type { RunEvent } from '../run/run-event.js';
import type { RunFolder } from '../run/run-folder.js';
import type { RunSettings } from '../run/run-settings.js';
import { changedSettings } from './changed-settings.js';
import { conv1Kernels } from './conv1-kernels.js';
import { readKernels } from './kept-kernels.js';
import { layerSummaries } from './layer-summaries.js';
import type { EpochLayers } from './layers-figure.js';
import { predictionOf } from './prediction-of.js';
import type { RunEpoch, RunReport, RunStep } from './run-report.js';
import { writeReport } from './write-report.js';

/** Options of {@link writeRunReport}. */
export interface ReportedRun {
  folder: RunFolder;
  data: PreparedData;
  model: tfl.LayersModel;
  evaluated: RunEvaluation;
  /** The step of the evaluated model, if it may not be the last step of the run. */
  step?: number;
}

/** The number of images of conv1 over time in a report; each has about 60 kB at full width. */
const KERNEL_IMAGES = 8;

/** Writes `report.html` from the log, the model and the evaluation of a run. */
export async function writeRunReport({ folder, data, model, evaluated, step }: ReportedRun): Promise<void> {
  const events = await folder.events();
  const [first] = events;
  if (first?.type !== 'runBegin')
    throw new Error(`${folder.path}: events.jsonl does not begin with the settings of the run.`);
  const { settings, versions, parameters } = first;
  const { classes, splits, channelMeans, pca } = data;
  await writeReport(folder.report, {
    title: `AlexNet on ${dataName(settings)}: ${settings.preset}, width ${settings.width}`,
    state: stateOf(events, step),
    ...loggedCurves(events),
    results: evaluated.results.map((result) => ({
      ...result,
      imagesPerSecond: result.images / result.seconds,
    })),
    conv1: await conv1Kernels(model),
    kernels: await readKernels(folder.kernels, KERNEL_IMAGES),
    predictions: await Promise.all(
      evaluated.shown.map(({ index, probabilities }) => predictionOf(data, 'val', index, probabilities)),
    ),
    mistakes: { ...evaluated, names: classes.map(({ words }) => words) },
    preset: settings.preset,
    changes: changedSettings(settings, classes.length),
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
    environment: environmentOf(versions, events),
  });
}

function dataName({ data }: RunSettings): string {
  return data === 'embedded' ? 'the embedded data set' : basename(data);
}

/** The state of a run that has not ended, with the step of its results. */
function stateOf(events: readonly RunEvent[], step: number | undefined): string | undefined {
  if (events.some((event) => event.type === 'end' && event.reason !== 'maxSteps')) return undefined;
  return step === undefined
    ? 'not finished'
    : `not finished; validation error and kernels are from step ${step}`;
}

/** Versions and machine at the start of the run, with a group of differences for each time it was resumed. */
function environmentOf(
  versions: Readonly<Record<string, string>>,
  events: readonly RunEvent[],
): Record<string, unknown> {
  const resumed = events.flatMap((event) => {
    if (event.type !== 'resume') return [];
    const changed = Object.entries(event.versions).filter(([name, value]) => versions[name] !== value);
    return [[`resumed at step ${event.step}`, Object.fromEntries(changed)] as const];
  });
  return { ...versions, ...Object.fromEntries(resumed) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function loggedCurves(events: readonly RunEvent[]): Pick<RunReport, 'steps' | 'epochs' | 'layers'> {
  const steps: RunStep[] = [];
  const epochs: RunEpoch[] = [];
  const layers: EpochLayers[] = [];
  for (const event of events) {
    if (event.type === 'step') steps.push(event);
    if (event.type === 'layers')
      layers.push({ epoch: event.epoch + 1, layers: layerSummaries(event.layers) });
    if (event.type === 'epochEnd') {
      epochs.push({
        ...event,
        epoch: event.epoch + 1,
        validationTop1Error: event.validation?.top1Error,
        validationTop5Error: event.validation?.top5Error,
        imagesPerSecond: event.images / event.seconds,
      });
    }
  }
  return { steps, epochs, layers };
}
