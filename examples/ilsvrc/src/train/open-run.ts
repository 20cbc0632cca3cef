import type { PreparedData } from '@alexnet/imagenet-reader';
import { Checkpoints, type LoadedCheckpoint, type SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import type * as tfl from '@tensorflow/tfjs-layers';
import { UsageError } from '../cli/errors.js';
import { requireWritable } from '../cli/require-writable.js';
import { say, sayPart } from '../cli/say.js';
import {
  changedData,
  type DataFolderOptions,
  type ImageCounts,
  preparedData,
} from '../data/prepared-data.js';
import { usableDataFolder } from '../data/usable-data-folder.js';
import { defined } from '../defined.js';
import { changedVersions } from '../run/changed-versions.js';
import { openModel } from '../run/open-model.js';
import { isBehind, newRunFolder, type RunFolder, runFolderToResume } from '../run/run-folder.js';
import { writeRunInputs } from '../run/run-inputs.js';
import {
  dataOf,
  type RunOptions,
  type RunSettings,
  requireSameSettings,
  runSettings,
} from '../run/run-settings.js';
import { type BackendSelection, startBackend } from '../run/start-backend.js';
import { versions as versionsOf } from '../run/versions.js';
import { RunBoard } from '../tensorboard/run-board.js';
import { type DevicesOptions, type RunTowers, requireDevices, startTowers } from './start-towers.js';

/** Options of {@link openRun}: the settings of the run, its folder, its data and what it runs on. */
export interface OpenRunOptions extends RunOptions, DevicesOptions, DataFolderOptions {
  out?: string;
  resume?: boolean;
  /** The run will be evaluated, which needs validation images whatever its schedule. */
  isEvaluated?: boolean;
}

/** A run to train: its settings, its data and devices, and the state to resume from. */
export interface TrainingRun {
  folder: RunFolder;
  board: RunBoard;
  settings: RunSettings;
  versions: Record<string, string>;
  data: PreparedData;
  model: tfl.LayersModel;
  optimizer: SgdMomentum;
  resume: LoadedCheckpoint | undefined;
  /** The two devices that take the steps; undefined if the model takes them itself. */
  towers: RunTowers | undefined;
  /** Whether steps are computed elsewhere, by a GPU or by two devices, while this process can do something else. */
  isComputedElsewhere: boolean;
  /** Ends the threads and processes of the run and closes its files. */
  close(): Promise<void>;
}

/**
 * Starts the backend, opens the data and the folder, and makes the model: new, or from the last checkpoint.
 */
export async function openRun(options: OpenRunOptions, signal: AbortSignal): Promise<TrainingRun> {
  const { folder, settings, isResumed } = await chooseFolder(options);
  requireDevices(options, settings);
  requireWritable(folder.path, '--out');
  if (isResumed) await folder.lock();
  try {
    return await openLocked(options, signal, { folder, settings, isResumed });
  } catch (error) {
    await folder.unlock();
    throw error;
  }
}

async function openLocked(
  options: OpenRunOptions,
  signal: AbortSignal,
  { folder, settings, isResumed }: Awaited<ReturnType<typeof chooseFolder>>,
): Promise<TrainingRun> {
  sayPart('Engine');
  const backend = await startBackend(hostBackend(options, settings));
  const versions = versionsOf(backend);
  sayPart('Data');
  const dataFolder = usableDataFolder(options.dataFolder, folder.path);
  const { onError } = options;
  const requireCounts = (path: string, counts: ImageCounts): void =>
    requireEnoughImages(path, counts, settings, options);
  const location = { ...dataOf(settings), dataFolder };
  const data = await preparedData({ ...location, onError, isResumed, requireCounts, signal });
  let towers: RunTowers | undefined;
  const close = async (): Promise<void> => {
    try {
      await towers?.close();
    } finally {
      await data.close();
      await folder.unlock();
    }
  };
  try {
    requireCovered(data, settings);
    sayPart('Training');
    const { model, optimizer } = openModel(settings, data);
    const resume = isResumed ? await new Checkpoints(folder.checkpoints).load(model, optimizer) : undefined;
    if (isResumed) await requireSameData(folder, settings, data);
    towers = await startTowers(options, settings, { model, optimizer, classes: data.classes.length });
    if (towers) versions.devices = towers.description;
    if (isResumed) await rewind(folder, resume, versions);
    else
      await folder.begin({
        settings,
        versions,
        parameters: model.countParams(),
        dataChecksum: data.checksum,
        classes: data.classes.map(({ wnid }) => wnid),
      });
    await writeRunInputs(folder.inputs, data);
    sayRun(folder, settings, model.countParams());
    if (isResumed) sayResumed(resume, versions);
    const board = await RunBoard.open(folder.tensorBoard, isResumed ? (resume?.step ?? 0) : undefined);
    const isComputedElsewhere = backend.isAsynchronous || towers !== undefined;
    return {
      ...{ folder, board, settings, versions, data, model, optimizer, resume, towers },
      ...{ isComputedElsewhere, close },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A memory limit and a precision apply to the devices. If there are two, this process only holds what they share. */
function hostBackend(
  { backend, threads, adapter, memoryLimit, devices }: OpenRunOptions,
  { precision }: RunSettings,
): BackendSelection {
  const ofDevice = devices === 1 ? { memoryLimit, precision } : {};
  return { backend, ...defined({ threads, adapter, ...ofDevice }) };
}

/** The folder and settings of a new run, or of the run to resume. */
async function chooseFolder(
  options: OpenRunOptions,
): Promise<{ folder: RunFolder; settings: RunSettings; isResumed: boolean }> {
  const requested = runSettings(options);
  if (!options.resume) {
    requireMicroBatch(requested);
    requireOwnData(requested);
    return { folder: newRunFolder(options.out, requested), settings: requested, isResumed: false };
  }
  const folder = runFolderToResume(options.out, requested);
  const saved = await folder.settings();
  requireSameSettings(saved, options);
  const epochs = options.epochs ?? saved.training.epochs;
  return { folder, settings: { ...saved, training: { ...saved.training, epochs } }, isResumed: true };
}

/** @throws UsageError if a micro-batch would be larger than a batch. */
function requireMicroBatch({ training: { batchSize, microBatchSize = batchSize } }: RunSettings): void {
  if (microBatchSize <= batchSize) return;
  throw new UsageError(`--micro-batch must be at most the batch size, ${batchSize}, got ${microBatchSize}.`);
}

/** @throws UsageError if validation images would be held out from the embedded data set, which has its own. */
function requireOwnData({ data, valFraction }: RunSettings): void {
  if (valFraction === undefined || data !== 'embedded') return;
  throw new UsageError('--val-fraction requires --data; the embedded data set has validation images.');
}

/** The smallest input of the presets: a kernel of 11 and three poolings of 3, all with their strides. */
const SMALLEST_INPUT = 63;

/** @throws UsageError if the images of the data are too small for the network. */
function requireCovered({ path, size }: PreparedData, { augmentation: { cropSize } }: RunSettings): void {
  if (cropSize <= size) return;
  const isHopeless = size < SMALLEST_INPUT;
  const remedy = isHopeless ? '' : `set --image-size to at most ${size}, or `;
  throw new UsageError(
    `the images of ${path} have ${size} px a side, fewer than the network's ${cropSize}; ${remedy}prepare larger images.`,
  );
}

/**
 * @throws UsageError if the training set is smaller than a batch, or there is nothing to validate on. Data is
 *   prepared after that.
 */
function requireEnoughImages(
  path: string,
  { train, val }: ImageCounts,
  { training }: RunSettings,
  { isEvaluated = false }: OpenRunOptions,
): void {
  const { batchSize, schedule } = training;
  if (train < batchSize) {
    throw new UsageError(
      `the training set has ${train} images, fewer than one batch of ${batchSize}; set a smaller --batch-size.`,
    );
  }
  if (val > 0 || (!isEvaluated && schedule.kind === 'step')) return;
  const use = isEvaluated ? 'the run is evaluated on them' : 'the learning rate drops by their error';
  const unvalidated = isEvaluated ? '' : ', or train without validation by --schedule step';
  throw new UsageError(
    `${path} has no validation images, and ${use}; hold some training images out with --val-fraction 0.1, add val/<class>/* to the data set${unvalidated}.`,
  );
}

/**
 * The embedded data set is not compared. It is drawn the same everywhere, up to the last bits that the
 * versions of its libraries decide.
 *
 * @throws Error if the data of a run has changed since the run started.
 */
async function requireSameData(folder: RunFolder, settings: RunSettings, data: PreparedData): Promise<void> {
  const { dataChecksum } = await folder.start();
  const isEmbedded = dataOf(settings).path === undefined;
  if (isEmbedded || dataChecksum === undefined || dataChecksum === data.checksum) return;
  throw changedData(settings.data);
}

/**
 * Rewinds the log of a killed run to its checkpoint, because the steps after it will be taken and logged
 * again.
 */
async function rewind(
  folder: RunFolder,
  resume: LoadedCheckpoint | undefined,
  versions: Record<string, string>,
): Promise<void> {
  const { epoch = 0, batch = 0, step = 0 } = resume ?? {};
  await folder.keepEvents((event) => isBehind(event, { epoch, batch, step }));
  await folder.append({ type: 'resume', epoch, batch, step, versions });
}

function sayRun(
  folder: RunFolder,
  { preset, width, switches, training }: RunSettings,
  parameters: number,
): void {
  const millions = (parameters / 1e6).toFixed(2);
  const changes = Object.entries(switches).map(([name, value]) => `, ${name} ${value}`);
  say(
    `  preset ${preset}, width ${width}${changes.join('')}: ${millions} M parameters; batches of ${training.batchSize}`,
  );
  say(`  ${folder.path}`);
}

/**
 * Prints where the run resumes, which checkpoints were skipped, and which versions may change the last bits.
 */
function sayResumed(resume: LoadedCheckpoint | undefined, versions: Record<string, string>): void {
  if (!resume) {
    say('  there is no checkpoint yet, so the run starts from scratch');
    return;
  }
  const { epoch, batch = 0, step, damaged } = resume;
  for (const line of damaged) say(`  ${line} The previous checkpoint is used.`);
  say(`  resumed at epoch ${epoch + 1}${batch > 0 ? `, batch ${batch + 1}` : ''} (step ${step})`);
  const changes = changedVersions(resume.versions as Record<string, string>, versions);
  for (const { name, before, after } of changes) {
    say(`  ${name} changed from ${before} to ${after}`);
  }
  if (changes.length > 0) say('  results may differ in the last bits from an uninterrupted run');
}
