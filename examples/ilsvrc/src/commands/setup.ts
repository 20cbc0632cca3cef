import { installOneDnn } from '@alexnet/tfjs-backend-onednn';
import { Command } from 'commander';
import { say } from '../cli/say.js';
import { oneDnnFolder } from '../run/start-backend.js';

/** `alexnet setup`: downloads oneDNN if it is not installed. */
export function setupCommand(): Command {
  return new Command('setup')
    .description("download oneDNN from the system's package archive into .onednn/, unless it is installed")
    .action(async () => {
      const { path, version, installed } = await installOneDnn(oneDnnFolder, { onLine: say });
      process.stdout.write(`oneDNN ${version} ${installed ? 'downloaded' : 'found'}: ${path}\n`);
    });
}
