import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { serveDevice } from '@alexnet/devices';
import { Command, Option } from 'commander';
import { say } from '../cli/say.js';
import { adapterOption, type BackendChoice, backendChoices } from '../run/start-backend.js';
import { tokenVariable } from './options/devices-option.js';
import { memoryLimitOption } from './options/memory-limit-option.js';
import { wholeNumber } from './options/option-values.js';

interface DeviceOptions {
  host: string;
  port: number;
  backend: BackendChoice;
  threads?: number;
  adapter?: string | number;
  memoryLimit?: number;
}

/** `alexnet device`: this machine as one of the two devices of a run on another. */
export function deviceCommand(signal: AbortSignal): Command {
  return new Command('device')
    .description('serve this machine as a device of `train --devices` on another, until Ctrl-C')
    .option('--host <address>', 'address to listen at; 0.0.0.0: all', '127.0.0.1')
    .addOption(wholeNumber('--port <n>', 'port; 0: any that is free', 0).default(7712))
    .addOption(new Option('--backend <name>', 'backend').choices(backendChoices).default('auto'))
    .addOption(wholeNumber('--threads <n>', 'threads of the backend; default all'))
    .addOption(adapterOption())
    .addOption(memoryLimitOption())
    .action((options: DeviceOptions) => serve(options, signal));
}

async function serve(
  { host, port, backend: name, ...options }: DeviceOptions,
  signal: AbortSignal,
): Promise<void> {
  const given = process.env[tokenVariable];
  const token = given ?? randomBytes(16).toString('hex');
  const served = await serveDevice({
    token,
    host,
    port,
    backend: { name, ...options },
    onNews: (line) => say(`  ${line}`),
  });
  say(`serving this machine at ${host}, port ${served.port}; on the other:`);
  process.stdout.write(
    `${given ? '' : `${tokenVariable}=${token} `}alexnet train --devices onednn,tcp://${nameOf(host)}:${served.port}\n`,
  );
  if (!signal.aborted) await once(signal, 'abort');
  await served.close();
}

/** What others call this machine, where it listens at all of its addresses. */
function nameOf(host: string): string {
  return host === '0.0.0.0' || host === '::' ? hostname() : host;
}
