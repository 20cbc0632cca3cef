import { existsSync, readdirSync } from 'node:fs';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type Lock, replaceFile, takeLock } from '@alexnet/durable-files';
import { Checkpoints, type TrainState } from '@alexnet/sgd-momentum-trainer';
import { UsageError } from '../cli/errors.js';
import { say } from '../cli/say.js';
import { DATA_FOLDER } from '../data/usable-data-folder.js';
import type { RunEvent } from './run-event.js';
import type { RunSettings } from './run-settings.js';
import { switchesName } from './switches.js';

/** Says who is training in the folder. */
const LOCK = 'lock';

/** What a run that was stopped before its start leaves: its lock, and data that could be kept nowhere else. */
const before = [LOCK, DATA_FOLDER];

/** The folder of a run, `runs/<name>/`. */
export class RunFolder {
  readonly path: string;
  #lock: Lock | undefined;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** The folder of its `Checkpoints`. */
  get checkpoints(): string {
    return join(this.path, 'checkpoints');
  }

  /** The newest checkpoint. @throws UsageError if there is none. */
  async latestCheckpoint(): Promise<string> {
    const last = (await new Checkpoints(this.checkpoints).list()).at(-1);
    if (last) return last.path;
    throw new UsageError(`${this.path} has no checkpoint yet.`);
  }

  /** The folder of what the run keeps of its data; see {@link readRunInputs}. */
  get inputs(): string {
    return join(this.path, 'inputs');
  }

  get report(): string {
    return join(this.path, 'report.html');
  }

  /** The folder of images of conv1 over time. */
  get kernels(): string {
    return join(this.path, 'kernels');
  }

  /** The folder of TensorBoard files. */
  get tensorBoard(): string {
    return join(this.path, 'tensorboard');
  }

  get #log(): string {
    return join(this.path, 'events.jsonl');
  }

  /** Keeps other processes from training in the folder. @throws Error of one line if one is at it. */
  async lock(): Promise<void> {
    const onWait = (line: string): void => say(`  ${line}`);
    this.#lock = await takeLock(join(this.path, LOCK), { work: 'training in the same folder', onWait });
  }

  async unlock(): Promise<void> {
    await this.#lock?.release();
    this.#lock = undefined;
  }

  /** Makes the folder and its log, which starts with everything that the run depends on. */
  async begin(start: Omit<RunEvent & { type: 'runBegin' }, 'type'>): Promise<void> {
    await mkdir(this.path, { recursive: true });
    await this.lock();
    if (existsSync(this.#log)) throw notEmpty(this.path); // another process began and ended meanwhile
    await this.append({ type: 'runBegin', ...start });
  }

  /** Appends an event to the log. A checkpoint also flushes all events before it to the disk. */
  async append(event: RunEvent): Promise<void> {
    await this.#lock?.check();
    const flush = event.type === 'checkpoint';
    try {
      await appendFile(this.#log, `${JSON.stringify(event)}\n`, { flush });
    } catch (error) {
      throw new Error(`${this.#log} could not be written (${(error as Error).message}).`, { cause: error });
    }
  }

  async events(): Promise<RunEvent[]> {
    const lines = (await readFile(this.#log, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.flatMap((line, i) => {
      try {
        return [JSON.parse(line) as RunEvent];
      } catch {
        if (i === lines.length - 1) return []; // the process was killed while writing
        throw new Error(`${this.#log}: line ${i + 1} is damaged.`);
      }
    });
  }

  /** Removes events from the log, such as those after a checkpoint, which the resumed run logs again. */
  async keepEvents(isKept: (event: RunEvent) => boolean): Promise<void> {
    const kept = (await this.events()).filter(isKept);
    const lines = kept.map((event) => `${JSON.stringify(event)}\n`);
    await replaceFile(this.#log, lines.join(''));
  }

  /** The settings that the run started with. */
  async settings(): Promise<RunSettings> {
    return (await this.start()).settings;
  }

  /** Everything that the run started with. */
  async start(): Promise<RunEvent & { type: 'runBegin' }> {
    if (!existsSync(this.#log)) {
      throw new UsageError(`${this.path} is not a run folder: events.jsonl is missing.`);
    }
    const [first] = await this.events();
    if (first?.type !== 'runBegin') {
      throw new UsageError(`${this.path} is not a run folder: events.jsonl does not begin with a run.`);
    }
    if (!first.settings.switches || existsSync(join(this.path, 'checkpoint'))) {
      throw new UsageError(`${this.path} was started by an older version of alexnet; this version cannot use it.`); // biome-ignore format: one line
    }
    return first;
  }
}

/** The folder of a new run, which is not made yet: `out`, or the next free `runs/<data>-<preset>[-n]`. */
export function newRunFolder(out: string | undefined, settings: RunSettings): RunFolder {
  const path = out ?? nextFree(defaultName(settings));
  if (existsSync(path) && readdirSync(path).some((name) => !before.includes(name))) throw notEmpty(path);
  return new RunFolder(path);
}

function notEmpty(path: string): UsageError {
  return new UsageError(`${path} is not empty; add --resume to continue its run, or choose another --out.`);
}

/** The folder of the run to resume: `out`, or the last `runs/<data>-<preset>[-n]`. */
export function runFolderToResume(out: string | undefined, settings: RunSettings): RunFolder {
  const name = defaultName(settings);
  let path = out ?? name;
  for (let n = 2; out === undefined && existsSync(`${name}-${n}`); n++) path = `${name}-${n}`;
  if (!existsSync(path))
    throw new UsageError(`${path} does not exist, so there is no run to resume; choose one with --out.`);
  return new RunFolder(path);
}

function defaultName({ data, preset, switches }: RunSettings): string {
  return join('runs', `${data === 'embedded' ? data : basename(data)}-${preset}${switchesName(switches)}`);
}

function nextFree(name: string): string {
  if (!existsSync(name)) return name;
  let n = 2;
  while (existsSync(`${name}-${n}`)) n++;
  return `${name}-${n}`;
}

/** Whether an event happened before the state from which a run resumes. Later events will be logged again. */
export function isBehind(
  event: RunEvent,
  { epoch, batch = 0, step }: Pick<TrainState, 'epoch' | 'batch' | 'step'>,
): boolean {
  switch (event.type) {
    case 'evaluation':
    case 'end':
      return false;
    case 'step':
      return event.step < step;
    case 'checkpoint':
      return event.step <= step;
    case 'epochBegin':
      return event.epoch < epoch || (event.epoch === epoch && (event.resumedAt ?? 0) < batch);
    default:
      return !('epoch' in event) || event.type === 'resume' || event.epoch < epoch;
  }
}
