import { findOneDnn } from '@alexnet/tfjs-backend-onednn';
import { Command, Option } from 'commander';
import { backendChoices, startBackend } from '../run/start-backend.js';
import { versions } from '../run/versions.js';

/** `alexnet doctor`: which backend would run here, and why no faster one. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('say which backend runs here, and why no faster one')
    .addOption(new Option('--backend <name>', 'backend to try').choices(backendChoices).default('auto'))
    .option('--json', 'print JSON')
    .action(async (options: { backend: (typeof backendChoices)[number]; json?: boolean }) => {
      const backend = await startBackend(options.backend);
      const found = { ...backend, oneDnn: findOneDnn(), versions: versions(backend) };
      if (options.json) {
        process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
        return;
      }
      const lines = Object.entries(found.versions).map(([name, value]) => `${name.padEnd(14)} ${value}`);
      process.stdout.write(`${[...lines, `${'why'.padEnd(14)} ${backend.reason}`].join('\n')}\n`);
    });
}
