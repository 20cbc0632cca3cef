import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { replaceFile, takeLock } from '@alexnet/durable-files';
import { duration, percent, say, sayPart, UsageError } from '@alexnet/ilsvrc/shared';
import sharp from 'sharp';
import type { Experiment, PlanOptions, Predictions, Summary } from './experiment.js';
import { type PlannedRun, predictionsFile, type Records, readRecords, recordFile } from './run-record.js';
import { trainRun } from './train-run.js';
import type { ExperimentData, MakeTraining } from './training.js';

/** Options of {@link runCampaign}. */
export interface CampaignOptions<Net> extends PlanOptions {
  /** The folder of the experiment, which it may share with others that have runs in common. */
  folder: string;
  data: ExperimentData;
  /** Makes what a run trains. */
  makeTraining: MakeTraining<Net>;
  versions: Readonly<Record<string, string>>;
  /** Whether runs are trained, or only summarized as far as they are. */
  isTrained: boolean;
  /** Ends the work; what was trained is kept. */
  signal: AbortSignal;
}

/** Where an experiment stands. */
export interface Standing extends Summary {
  experiment: string;
  /** Runs that are finished, and runs that are planned so far. */
  finished: number;
  planned: number;
  /** The figure's files. */
  figures: readonly string[];
}

/**
 * Trains the runs of an experiment that are not finished, one after another, until the signal; then summarizes and
 * draws what is finished. The next call resumes where this one stopped.
 *
 * @throws UsageError if the folder has a run with other settings or on other data.
 */
export async function runCampaign<Net>(
  experiment: Experiment<Net>,
  options: CampaignOptions<Net>,
): Promise<Standing> {
  const { folder, signal, isTrained } = options;
  if (!isTrained) return summarizeFolder(experiment, options);
  await mkdir(join(folder, 'runs'), { recursive: true });
  const lock = await takeLock(join(folder, 'lock'), {
    work: `running ${experiment.name} there`,
    onWait: say,
  });
  try {
    for (;;) {
      const records = await sameRecords(experiment, options);
      const planned = experiment.plan(records, options);
      const next = planned.find(({ id }) => !records.get(id)?.end);
      if (!next || signal.aborted) return await standing(experiment, records, options);
      const ended = planned.filter(({ id }) => records.get(id)?.end).length;
      sayPart(`${next.id} (${ended + 1} of ${planned.length})`);
      await train(next, records, options);
    }
  } finally {
    await lock.release();
  }
}

async function summarizeFolder<Net>(
  experiment: Experiment<Net>,
  options: CampaignOptions<Net>,
): Promise<Standing> {
  await mkdir(options.folder, { recursive: true });
  return standing(experiment, await sameRecords(experiment, options), options);
}

/** Trains a run. If the signal stops it, this is not an error. */
async function train<Net>(
  run: PlannedRun<Net>,
  records: Records<Net>,
  options: CampaignOptions<Net>,
): Promise<void> {
  const { folder, data, versions, makeTraining, signal } = options;
  const began = performance.now();
  const begun = records.get(run.id);
  try {
    const { end } = await trainRun(run, {
      ...{ data, versions, makeTraining, signal, begun },
      file: recordFile(join(folder, 'runs'), run.id),
      checkpoints: join(folder, 'checkpoints', run.id),
      onStart(kept) {
        if (kept > 0) say(`  resumes after epoch ${kept}`);
        else if (begun && begun.epochs.length > 0) say('  begins again, because its checkpoint is missing');
      },
      onEpoch({ epoch, trainError, testError, seconds }, epochs) {
        say(
          `  epoch ${epoch + 1} of at most ${epochs}: training error ${percent(trainError)}, test error ${percent(testError)}, ${duration(seconds)}`,
        );
      },
    });
    const result = end?.testError === undefined ? end?.diverged : `test error ${percent(end.testError)}`;
    say(`  ${result}; ${duration((performance.now() - began) / 1000)}`);
  } catch (error) {
    if (!signal.aborted) throw error;
    say(`  stopped (${(signal.reason as Error).message}); the next call resumes here`);
  }
}

async function standing<Net>(
  experiment: Experiment<Net>,
  records: Records<Net>,
  options: CampaignOptions<Net>,
): Promise<Standing> {
  const { folder } = options;
  const planned = experiment.plan(records, options);
  const summary = await experiment.summarize(records, options, predictionsOf(options));
  const svg = await experiment.draw(records, options);
  const figures =
    svg === undefined ? [] : ['svg', 'png'].map((type) => join(folder, `${experiment.name}.${type}`));
  if (svg !== undefined) {
    await replaceFile(figures[0] as string, svg);
    await replaceFile(figures[1] as string, await pngOf(svg));
  }
  const result: Standing = {
    experiment: experiment.name,
    finished: planned.filter(({ id }) => records.get(id)?.end).length,
    planned: planned.length,
    ...summary,
    figures,
  };
  await replaceFile(join(folder, `${experiment.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

function predictionsOf<Net>({ folder, data: { prepared } }: CampaignOptions<Net>): Predictions {
  const { images } = prepared.splits.val;
  return {
    labels: Int32Array.from({ length: images }, (_, i) => prepared.label('val', i)),
    async of(id) {
      const { buffer, byteOffset, byteLength } = await readFile(
        predictionsFile(recordFile(join(folder, 'runs'), id)),
      );
      return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
    },
  };
}

/** The figure for where SVG is not shown: black on white, at twice its size. */
async function pngOf(svg: string): Promise<Buffer> {
  const onWhite = svg.replaceAll('currentColor', '#222');
  return sharp(Buffer.from(onWhite), { density: 144 }).flatten({ background: 'white' }).png().toBuffer();
}

/**
 * Reads the runs of the folder.
 *
 * @throws UsageError unless every run that was begun is the planned one, on the same images.
 */
async function sameRecords<Net>(
  experiment: Experiment<Net>,
  options: CampaignOptions<Net>,
): Promise<Records<Net>> {
  const { data, folder } = options;
  const records = await readRecords<Net>(join(folder, 'runs'));
  const { train, val } = data.prepared.splits;
  const images = { train: train.images, test: val.images };
  for (const run of experiment.plan(records, options)) {
    const record = records.get(run.id);
    if (!record) continue;
    const file = recordFile(join(folder, 'runs'), run.id);
    const { train, test } = record.data;
    if (!isDeepStrictEqual({ train, test }, images)) {
      throw new UsageError(
        `--data: ${file} was run on ${train} training and ${test} test images, got ${images.train} and ${images.test}; use the same data or another --out.`,
      );
    }
    if (!isDeepStrictEqual(record.run, JSON.parse(JSON.stringify(run)))) {
      throw new UsageError(`${file} is a run with other settings; use another --out.`);
    }
  }
  return records;
}
