import type { PreparedData } from '@alexnet/imagenet-reader';
import { ConfusionMatrix, PerClassError } from '@alexnet/topk-metrics';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Evaluation } from '../run/run-event.js';
import type { RunSettings } from '../run/run-settings.js';
import { chooseImages } from './choose-images.js';
import { evaluateModels, type ModelEvaluation } from './evaluate-models.js';
import type { PredictionsSink } from './measure-predictions.js';
import { paperViews } from './view-set.js';

/** Validation images that the report shows. */
const SHOWN = 8;

/** The evaluations of a run with one view and with ten, and what the report shows of the ten. */
export interface RunEvaluation {
  results: Evaluation[];
  shown: readonly ShownImage[];
  confusion: ConfusionMatrix;
  errors: PerClassError;
}

/** A validation image that the report shows, with its class probabilities. */
interface ShownImage {
  index: number;
  probabilities: Float32Array;
}

/** Evaluates with one view and with ten, and keeps the ten-view predictions that the report shows. */
export async function evaluateRun(
  model: tfl.LayersModel,
  data: PreparedData,
  { augmentation, seed }: RunSettings,
  signal: AbortSignal,
): Promise<RunEvaluation> {
  const evaluate = async (views: 1 | 10, sinks: PredictionsSink[]): Promise<Evaluation> => {
    const label = views === 1 ? 'one view ' : 'ten views';
    const options = { names: [model.name], views: paperViews(views), sinks, label, signal };
    const [result] = await evaluateModels([{ model, augmentation }], data, options);
    return loggedResult(views, result as ModelEvaluation);
  };
  const reported = new ReportedPredictions(data.classes.length, chooseImages(data, 'val', SHOWN, seed));
  const one = await evaluate(1, []);
  const ten = await evaluate(10, [reported]);
  const { shown, confusion, errors } = reported;
  return { results: [one, ten], shown, confusion, errors };
}

/** The part of an evaluation that is logged. */
function loggedResult(
  views: 1 | 10,
  { top1Error, top5Error, images, seconds = 0, backend }: ModelEvaluation,
): Evaluation {
  return { views, top1Error, top5Error, images, seconds, backend };
}

/** Collects what the report shows of predictions. */
class ReportedPredictions implements PredictionsSink {
  readonly shown: ShownImage[] = [];
  readonly confusion: ConfusionMatrix;
  readonly errors: PerClassError;
  readonly #isShown: ReadonlySet<number>;

  constructor(classes: number, shown: readonly number[]) {
    this.confusion = new ConfusionMatrix(classes);
    this.errors = new PerClassError(classes);
    this.#isShown = new Set(shown);
  }

  add(indices: Uint32Array, labels: Int32Array, probabilities: Float32Array): void {
    const { classes } = this.confusion;
    this.confusion.add(probabilities, labels);
    this.errors.add(probabilities, labels);
    indices.forEach((index, i) => {
      if (!this.#isShown.has(index)) return;
      this.shown.push({ index, probabilities: probabilities.slice(i * classes, (i + 1) * classes) });
    });
  }
}
