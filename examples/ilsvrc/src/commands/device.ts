import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { serveDevice } from '@alexnet/devices';
import { Command } from 'commander';
import { say } from '../cli/say.js';
import type { BackendSelection } from '../run/start-backend.js';
import { tokenVariable } from '../train/devices.js';
import { addBackendOptions, memoryLimitOption, threadsOption } from './options/backend-options.js';
import { wholeNumber } from './options/option-values.js';

interface DeviceOptions extends BackendSelection {
  host: string;
  port: number;
}

/** `alexnet device`: offers this machine as one of the two devices of a run on another machine. */
export function deviceCommand(signal: AbortSignal): Command {
  const command = new Command('device')
    .description('offer this machine as a device to a run on another machine, until Ctrl-C')
    .option('--host <address>', 'address to listen on; 0.0.0.0 for all', '127.0.0.1')
    .addOption(wholeNumber('--port <n>', 'port to listen on; 0 for any free port', 0).default(7712));
  return addBackendOptions(command)
    .addOption(threadsOption())
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
  say(`listening on ${host}, port ${served.port}; on the other machine, run:`);
  process.stdout.write(
    `${given ? '' : `${tokenVariable}=${token} `}alexnet train --devices onednn,tcp://${nameOf(host)}:${served.port}\n`,
  );
  if (!signal.aborted) await once(signal, 'abort');
  await served.close();
}

/** The name by which other machines reach this one, if it listens on all of its addresses. */
function nameOf(host: string): string {
  return host === '0.0.0.0' || host === '::' ? hostname() : host;
}
