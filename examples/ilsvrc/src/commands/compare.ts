import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compareCheckpoints, type VariableDifference } from '@alexnet/sgd-momentum-trainer';
import { Command } from 'commander';
import { positiveNumber } from '../cli/options.js';
import { textTable } from '../cli/text-table.js';
import { RunFolder } from '../run/run-folder.js';

interface CompareOptions {
  tolerance?: number;
  json?: boolean;
}

/** `alexnet compare`: how far two checkpoints are apart, variable by variable. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('the largest relative difference of each variable of two checkpoints')
    .argument('<a>', 'folder of a checkpoint, or of a run: its newest')
    .argument('<b>', 'another')
    .addOption(positiveNumber('--tolerance <t>', 'fail where a relative difference is larger'))
    .option('--json', 'print JSON')
    .action(async (a: string, b: string, options: CompareOptions) => {
      const differences = await compareCheckpoints(await checkpointOf(a), await checkpointOf(b));
      const largest = Math.max(...differences.map(({ relative }) => relative));
      const result = { largest, variables: differences };
      process.stdout.write(`${options.json ? JSON.stringify(result, null, 2) : tableOf(differences)}\n`);
      if (options.tolerance !== undefined && largest > options.tolerance) {
        throw new Error(`${a} and ${b} differ by ${largest.toPrecision(3)}, more than ${options.tolerance}.`);
      }
    });
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
