import { availableParallelism } from 'node:os';
import { cudaDevice, type Device, type DeviceBackend, processDevice, threadDevice } from '@alexnet/devices';
import { InvalidArgumentError, Option } from 'commander';
import { type BackendChoice, backendChoices } from './start-backend.js';

/** A device as the command line names it: `onednn:1`, `webgpu:0`, `cuda:1`, `process:onednn:1`. */
interface NamedDevice {
  backend: BackendChoice | 'cuda';
  isProcess: boolean;
  /** Threads of onednn; which GPU. */
  number?: number;
}

/** 1: the whole net on one. 2: a tower each on two of the backend asked for. Or two by name. */
export type DevicesChoice = 1 | 2 | readonly [NamedDevice, NamedDevice];

/** `--devices`. */
export function devicesOption(): Option {
  return new Option(
    '--devices <n|list>',
    '2: a tower each; or two by name, such as onednn:1,onednn:1 (threads), webgpu:0,webgpu:1, cuda:0,cuda:1; process:onednn:1 is one in a process of its own',
  )
    .argParser(parseDevices)
    .default(1);
}

/** The two devices; undefined for one. */
export function devicesOf(
  choice: DevicesChoice,
  { backend, threads }: { backend: BackendChoice; threads?: number },
): [Device, Device] | undefined {
  if (choice === 1) return undefined;
  const each = Math.max(1, Math.floor((threads ?? availableParallelism()) / 2));
  if (choice === 2)
    return [threadDevice({ name: backend, threads: each }), threadDevice({ name: backend, threads: each })];
  return choice.map(({ backend: name, isProcess, number }) => {
    if (name === 'cuda') return cudaDevice(number ?? 0);
    const options: DeviceBackend =
      name === 'webgpu'
        ? { name, ...(number !== undefined && { adapter: number }) }
        : { name, threads: number ?? each };
    return isProcess ? processDevice(options) : threadDevice(options);
  }) as [Device, Device];
}

function parseDevices(text: string): DevicesChoice {
  if (text === '1' || text === '2') return Number(text) as 1 | 2;
  const names = text.split(',');
  if (names.length !== 2)
    throw new InvalidArgumentError('It must be 1, 2, or two devices with a comma between.');
  return names.map(parseDevice) as [NamedDevice, NamedDevice];
}

function parseDevice(text: string): NamedDevice {
  const [, process, backend, number] = /^(process:)?([a-z]+)(?::(\d+))?$/.exec(text) ?? [];
  const known = [...backendChoices, 'cuda'];
  if (!known.includes(backend ?? '')) {
    throw new InvalidArgumentError(
      `'${text}' is no device: it must be one of ${known.join(', ')}, with or without :<number>.`,
    );
  }
  return {
    backend: backend as NamedDevice['backend'],
    isProcess: process !== undefined,
    ...(number !== undefined && { number: Number(number) }),
  };
}
