import { installOneDnn } from '@alexnet/tfjs-backend-onednn';
import { Command } from 'commander';
import { say } from '../cli/say.js';
import { oneDnnFolder } from '../run/start-backend.js';

/** `alexnet setup`: fetches oneDNN where it is missing. */
export function setupCommand(): Command {
  return new Command('setup')
    .description('fetch oneDNN from the system’s package archive into .onednn/, unless it is installed')
    .action(async () => {
      const { path, version, installed } = await installOneDnn(oneDnnFolder, { onLine: say });
      process.stdout.write(`oneDNN ${version} ${installed ? 'fetched' : 'found'}: ${path}\n`);
    });
}
