import type { TrainEvent } from '@alexnet/sgd-momentum-trainer';
import sharp from 'sharp';
import { type Conv1Kernels, conv1Figure } from '../report/conv1-figure.js';
import { layerSummaries } from '../report/layer-summaries.js';
import type { RunEvent } from '../run/run-event.js';
import { EventFile } from './event-file.js';
import { StepMeans, throughputOf } from './step-means.js';

/** The most points per epoch: with 10,009 steps per epoch, 90 epochs of ILSVRC make about 6 MB. */
const POINTS_PER_EPOCH = 500;

/**
 * Writes a run for TensorBoard while it trains: events as scalars, the kernels of conv1 as images.
 *
 * Steps are numbered as in `events.jsonl`. Values of an epoch, or of the final evaluation, are at the last
 * step before.
 */
export class RunBoard {
  readonly #means = new StepMeans(POINTS_PER_EPOCH);
  readonly #file: EventFile;
  #step = -1;

  private constructor(file: EventFile) {
    this.#file = file;
  }

  /**
   * Opens a new file in a folder. A run has one file for its start and one for each time it was resumed.
   *
   * @param resumedAt The first step of a resumed run. TensorBoard discards what was logged from there on
   * before.
   */
  static async open(folder: string, resumedAt?: number): Promise<RunBoard> {
    const board = new RunBoard(await EventFile.create(folder));
    if (resumedAt !== undefined) {
      await board.#file.append(resumedAt, 'sessionStart');
      board.#step = resumedAt - 1;
    }
    return board;
  }

  /** Adds an event of the run. */
  async add(event: RunEvent): Promise<void> {
    if (event.type === 'epochBegin') this.#means.begin(event.steps);
    if (event.type === 'step') {
      this.#step = event.step;
      await this.#addScalars('step', this.#means.add(event));
    }
    if (event.type === 'epochEnd') {
      await this.#addScalars('step', this.#means.take());
      await this.#addScalars('epoch', epochScalars(event));
    }
    if (event.type === 'layers') await this.#addScalars('layers', layerScalars(event));
    if (event.type === 'evaluation') {
      const { views, top1Error, top5Error } = event;
      await this.#addScalars(`evaluation/${views}-view`, { top1Error, top5Error });
    }
  }

  /** Adds the kernels of the first layer as one image, like Figure 3 of the paper. */
  async addConv1(towers: readonly Conv1Kernels[]): Promise<void> {
    if (towers.length === 0) return;
    const png = await conv1Figure(towers);
    const { width, height } = await sharp(png).metadata();
    await this.#file.append(this.#step, { images: { conv1: { png, width, height } } });
  }

  async #addScalars(group: string, values: object | undefined): Promise<void> {
    if (!values) return;
    const tagged = Object.entries(values).map(([name, value]) => [`${group}/${name}`, value]);
    await this.#file.append(this.#step, { scalars: Object.fromEntries(tagged) });
  }
}

/** `conv1a/updateRatio` and so on, for the layers with weights. Values that are not finite have no point. */
function layerScalars({ layers }: RunEvent & { type: 'layers' }): Record<string, number> {
  const points: Record<string, number> = {};
  for (const { name, standardDeviation, zeros, deadUnits, updateRatio } of layerSummaries(layers)) {
    for (const [what, value] of Object.entries({ standardDeviation, zeros, deadUnits, updateRatio })) {
      if (value !== null && Number.isFinite(value)) points[`${name}/${what}`] = value;
    }
  }
  return points;
}

function epochScalars(event: TrainEvent & { type: 'epochEnd' }): Record<string, number> {
  const { trainLoss, trainTop1Error, trainTop5Error, learningRate, validation } = event;
  return {
    loss: trainLoss,
    top1Error: trainTop1Error,
    top5Error: trainTop5Error,
    ...(validation && {
      validationTop1Error: validation.top1Error,
      validationTop5Error: validation.top5Error,
    }),
    learningRate,
    ...throughputOf(event),
  };
}
