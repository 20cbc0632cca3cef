import { join } from 'node:path';
import {
  type BackendChoice,
  backendChoices,
  oneLine,
  say,
  startBackend,
  UsageError,
  versions,
} from '@alexnet/ilsvrc/shared';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { runCampaign, type Standing } from './campaign.js';
import type { Experiment } from './experiment.js';
import { type KnownData, openData } from './open-data.js';
import type { MakeTraining } from './training.js';

interface Options {
  budget?: number;
  data?: string;
  out: string;
  seeds?: number;
  backend: BackendChoice;
  threads?: number;
  smoke?: boolean;
  train: boolean;
  json?: boolean;
}

/** A program that runs experiments. */
export interface CampaignProgram<Net> {
  /** Its name, in errors and in the folder of its runs. */
  name: string;
  description: string;
  experiments: readonly Experiment<Net>[];
  data: KnownData;
  makeTraining: MakeTraining<Net>;
}

/** Runs `npm run <name> -- <args>`. Returns its exit code: 0, 1 (failed) or 2 (bad usage). */
export async function runProgram<Net>(about: CampaignProgram<Net>, args: readonly string[]): Promise<number> {
  const stop = new AbortController();
  const interrupted = (name: NodeJS.Signals): void => stop.abort(new Error(`stopped by ${name}`));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.once(name, interrupted);
  try {
    await command(about, stop.signal).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    say(`${about.name}: ${(process.env.DEBUG && error instanceof Error && error.stack) || oneLine(error)}`);
    return error instanceof UsageError ? 2 : 1;
  } finally {
    for (const name of signals) process.removeListener(name, interrupted);
  }
}

function command<Net>(about: CampaignProgram<Net>, signal: AbortSignal): Command {
  const { name, description, experiments, data } = about;
  const width = Math.max(...experiments.map((one) => one.name.length));
  const list = experiments.map((one) => `  ${one.name.padEnd(width)}  ${one.title}`).join('\n');
  return new Command(name)
    .description(description)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, `${name}: `)) })
    .addArgument(new Argument('<experiment>', 'what to run').choices(experiments.map(({ name }) => name)))
    .option('--budget <minutes>', 'stop after this time; the same command resumes', minutes)
    .option(
      '--data <path>',
      `${data.title}: as downloaded, unpacked, or prepared (default: looked for in data/)`,
    )
    .option('--out <folder>', 'folder of the runs', `runs/${name}`)
    .option('--seeds <n>', "runs of each side (default: the experiment's own number)", whole)
    .addOption(
      new Option('--backend <name>', 'backend to compute with').choices(backendChoices).default('auto'),
    )
    .option('--threads <n>', 'threads of the backend', whole)
    .option('--smoke', 'drawn images and small nets: seconds, and no result')
    .option('--no-train', 'only summarize and draw the runs that are finished')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', `\nExperiments:\n${list}`)
    .action(async (name: string, options: Options) => {
      const experiment = experiments.find((one) => one.name === name) as Experiment<Net>;
      const result = await run(about, experiment, options, signal);
      process.stdout.write(
        `${options.json ? JSON.stringify(result, null, 2) : text(experiment, options, result)}\n`,
      );
    });
}

async function run<Net>(
  { data: known, makeTraining }: CampaignProgram<Net>,
  experiment: Experiment<Net>,
  options: Options,
  signal: AbortSignal,
): Promise<Standing> {
  const { budget, out, smoke = false, seeds = experiment.seeds, backend, threads } = options;
  const ends = budget === undefined ? [] : [timeout(budget)];
  const data = await openData({ ...known, ...options, smoke, signal });
  try {
    const used = await startBackend({ backend, ...(threads !== undefined && { threads }) });
    return await runCampaign(experiment, {
      ...{ data, makeTraining, seeds, smoke, isTrained: options.train },
      folder: join(out, `${experiment.folder ?? experiment.name}${smoke ? '-smoke' : ''}`),
      versions: versions(used),
      signal: AbortSignal.any([signal, ...ends]),
    });
  } finally {
    await data.prepared.close();
  }
}

/** A signal after some minutes, whose timer does not keep the process alive. */
function timeout(minutes: number): AbortSignal {
  const end = new AbortController();
  const reason = new Error(`the budget of ${minutes} minutes is used up`);
  setTimeout(() => end.abort(reason), 60_000 * minutes).unref();
  return end.signal;
}

function text(
  { title, claim }: Pick<Experiment<unknown>, 'title' | 'claim'>,
  { smoke }: Options,
  { finished, planned, lines, figures }: Standing,
): string {
  const more = finished < planned ? `; ${planned - finished} are left, and the same command resumes` : '';
  return [
    title,
    `  ${claim}`,
    ...lines.map((line) => `  ${line}`),
    `  ${finished} of ${planned} runs are finished${more}`,
    ...(smoke ? ['  drawn images and small nets: this shows that everything runs, and nothing else'] : []),
    ...figures.map((file) => `  ${file}`),
  ].join('\n');
}

function minutes(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number of minutes > 0.');
}

function whole(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
}
