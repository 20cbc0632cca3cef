import { Command, CommanderError } from 'commander';
import { oneLine, UsageError } from './cli/errors.js';
import { say } from './cli/say.js';
import { classifyCommand } from './commands/classify.js';
import { compareCommand } from './commands/compare.js';
import { deviceCommand } from './commands/device.js';
import { doctorCommand } from './commands/doctor.js';
import { evaluateCommand } from './commands/evaluate.js';
import { exportCommand } from './commands/export.js';
import { figuresCommand } from './commands/figures.js';
import { importCommand } from './commands/import.js';
import { prepareCommand } from './commands/prepare.js';
import { presetsCommand } from './commands/presets.js';
import { reportCommand } from './commands/report.js';
import { reproduceCommand } from './commands/reproduce.js';
import { setupCommand } from './commands/setup.js';
import { trainCommand } from './commands/train.js';

/**
 * Ctrl-C, kill or a closed terminal. The first signal ends the work in good order, a second one kills the
 * process.
 */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the command `alexnet`. Returns its exit code: 0, 1 (failed) or 2 (bad usage). */
export async function runCli(args: readonly string[]): Promise<number> {
  const stop = new AbortController();
  const interrupted = (name: NodeJS.Signals): void => stop.abort(new Error(`stopped by ${name}.`));
  for (const name of stopSignals) process.once(name, interrupted);
  process.stderr.off('error', ignore).on('error', ignore); // a closed terminal must not end a run
  const closed = (error: Error): void =>
    stop.abort(new Error(`stopped because stdout is closed (${error.message}).`));
  process.stdout.on('error', closed);
  try {
    await program(stop.signal).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    say(`alexnet: ${described(error)}`);
    return error instanceof UsageError ? 2 : 1;
  } finally {
    for (const name of stopSignals) process.removeListener(name, interrupted);
    process.stdout.removeListener('error', closed);
  }
}

function program(signal: AbortSignal): Command {
  const root = new Command('alexnet')
    .description(
      'AlexNet (Krizhevsky, Sutskever and Hinton, 2012): prepare data, train, evaluate, convert weights.',
    )
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'alexnet: ')) })
    .showHelpAfterError("(run 'alexnet --help' or 'alexnet <command> --help')");
  const commands = [
    reproduceCommand,
    prepareCommand,
    trainCommand,
    deviceCommand,
    evaluateCommand,
    classifyCommand,
    reportCommand,
    figuresCommand,
    compareCommand,
    importCommand,
    exportCommand,
    presetsCommand,
    doctorCommand,
    setupCommand,
  ];
  for (const command of commands) root.addCommand(command(signal).copyInheritedSettings(root));
  return root;
}

/** The message of an error on one line, or its stack if DEBUG is set. */
function described(error: unknown): string {
  return (process.env.DEBUG && error instanceof Error && error.stack) || oneLine(error);
}

function ignore(): void {}
