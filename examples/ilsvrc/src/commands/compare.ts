import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCheckpoints, type VariableDifference } from '@alexnet/sgd-momentum-trainer';
import { Command } from 'commander';
import { printResult, type ResultOptions } from '../cli/print-result.js';
import { say } from '../cli/say.js';
import { textTable } from '../cli/text-table.js';
import { changedVersions } from '../run/changed-versions.js';
import { RunFolder } from '../run/run-folder.js';
import { positiveNumber } from './options/option-values.js';

interface CompareOptions extends ResultOptions {
  tolerance?: number;
}

/** `alexnet compare`: the differences between two checkpoints, variable by variable. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('show the largest relative difference of each variable between two checkpoints')
    .argument('<a>', 'folder of a checkpoint, or of a run for its newest checkpoint')
    .argument('<b>', 'folder to compare it with')
    .addOption(positiveNumber('--tolerance <t>', 'fail if a relative difference is larger'))
    .option('--json', 'print JSON')
    .action(async (a: string, b: string, options: CompareOptions) => {
      const paths = [await checkpointOf(a), await checkpointOf(b)] as const;
      const differences = await compareCheckpoints(...paths);
      const largest = Math.max(...differences.map(({ relative }) => relative));
      const result = { largest, variables: differences };
      printResult(options, result, () => tableOf(differences));
      if (largest !== 0) await sayVersions(...paths);
      if (options.tolerance !== undefined && !(largest <= options.tolerance)) {
        throw new Error(`${a} and ${b} differ by ${largest.toPrecision(3)}, more than ${options.tolerance}.`);
      }
    });
}

/** Prints the versions in which the two checkpoints differ. */
async function sayVersions(a: string, b: string): Promise<void> {
  const changes = changedVersions(await versionsOf(a), await versionsOf(b));
  for (const { name, before, after } of changes) say(`  ${name}: ${before} and ${after}`);
  if (changes.length > 0) {
    say(
      '  these may sum in a different order, so the last bits differ, and training amplifies the differences',
    );
  }
}

async function versionsOf(checkpoint: string): Promise<Record<string, string>> {
  const description = JSON.parse(await readFile(join(checkpoint, 'checkpoint.json'), 'utf8'));
  return description.versions ?? {}; // checkpoints that were not saved by this command may have none
}

async function checkpointOf(path: string): Promise<string> {
  return existsSync(join(path, 'checkpoint.json')) ? path : new RunFolder(path).latestCheckpoint();
}

function tableOf(differences: readonly VariableDifference[]): string {
  const header = ['variable', 'shape', 'relative', 'elementwise', 'elements that differ'];
  const rows = differences.map(({ name, kind, shape, relative, elementwise, different }) => {
    const label = kind === 'weight' ? name : `velocity of ${name}`;
    const elements = shape.reduce((product, size) => product * size, 1);
    return [label, `[${shape.join(', ')}]`, text(relative), text(elementwise), `${different} of ${elements}`];
  });
  return textTable([header, ...rows], (column) => (column < 2 ? 'left' : 'right')).join('\n');
}

function text(difference: number): string {
  return difference === 0 ? '0' : difference.toExponential(2);
}
