import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@alexnet/durable-files';

/** A run of an experiment, before it is trained. `Net` is plain data that says what is trained, and how. */
export interface PlannedRun<Net> {
  /** Its name in the experiment: the side, and the seed. */
  id: string;
  /** Determines weights, order of the images, crops and dropout masks; equal seeds are paired. */
  seed: number;
  net: Net;
  /** Ends the run after the first epoch with at most this training error. */
  stopAtTrainError?: number;
  /** Views of a test image in the final test: the whole or central one, or ten. */
  views: 1 | 10;
}

/** An epoch of a run. Errors are top-1, as fractions. */
export interface EpochRecord {
  epoch: number;
  trainLoss: number;
  /** On the batches as they were trained on, so while the net still changes. */
  trainError: number;
  /** On all test images, one view of each, after the epoch. */
  testError: number;
  learningRate: number;
  /** Seconds of the epoch's steps. */
  seconds: number;
}

/** How a run ended. */
interface RunEnd {
  reason: 'epochs' | 'train error' | 'diverged';
  /** What diverged, in words. */
  diverged?: string;
  /** On all test images, with the run's number of views; absent if the run diverged. */
  testError?: number;
  /** What the experiment measures of the trained net. */
  measures?: Readonly<Record<string, number>>;
}

/** A run as far as it has come. */
export interface RunRecord<Net> {
  run: PlannedRun<Net>;
  /** The name of the data, and how many images it has. */
  data: { name: string; train: number; test: number };
  /** Programs, processor and commit. */
  versions: Readonly<Record<string, string>>;
  epochs: EpochRecord[];
  end?: RunEnd;
}

/** The runs of an experiment, by their `id`. */
export type Records<Net> = ReadonlyMap<string, RunRecord<Net>>;

/** Reads every run of a folder. @throws Error naming the file if one cannot be read. */
export async function readRecords<Net>(folder: string): Promise<Map<string, RunRecord<Net>>> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const files = names.filter((name) => name.endsWith('.jsonl')).sort();
  const records = await Promise.all(files.map((name) => readRecord<Net>(join(folder, name))));
  return new Map(records.map((record) => [record.run.id, record]));
}

/** The file of a run: a line for what it is, one for each epoch, and one for its end. */
export function recordFile(folder: string, id: string): string {
  return join(folder, `${id}.jsonl`);
}

/** The file of a finished run's probabilities of the test images, `[images, classes]` float32, little endian. */
export function predictionsFile(record: string): string {
  return record.replace(/\.jsonl$/, '.predictions.f32');
}

/** A picture of a finished run's net. */
export function pictureFile(record: string, name: string): string {
  return record.replace(/\.jsonl$/, `.${name}`);
}

type Line<Net> =
  | ({ type: 'run' } & Pick<RunRecord<Net>, 'run' | 'data' | 'versions'>)
  | ({ type: 'epoch' } & EpochRecord)
  | ({ type: 'end' } & RunEnd);

async function readRecord<Net>(file: string): Promise<RunRecord<Net>> {
  const text = await readFile(file, 'utf8');
  try {
    const [begin, ...rest] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line<Net>);
    if (begin?.type !== 'run') throw new Error('its first line does not describe a run');
    const { type: _, ...record } = begin;
    const epochs = rest.flatMap((line) => (line.type === 'epoch' ? [withoutType(line)] : []));
    const end = rest.find((line) => line.type === 'end');
    return { ...record, epochs, ...(end?.type === 'end' && { end: withoutType(end) }) };
  } catch (error) {
    throw new Error(`${file} is not the record of a run: ${(error as Error).message}`);
  }
}

function withoutType<T extends { type: string }>({ type: _, ...rest }: T): Omit<T, 'type'> {
  return rest;
}

/** Writes a run, replacing what was written of it. */
export async function writeRecord<Net>(
  file: string,
  { run, data, versions, epochs, end }: RunRecord<Net>,
): Promise<void> {
  const lines: Line<Net>[] = [
    { type: 'run', run, data, versions },
    ...epochs.map((epoch): Line<Net> => ({ type: 'epoch', ...epoch })),
    ...(end ? [{ type: 'end', ...end } as const] : []),
  ];
  await replaceFile(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
}
