import { availableParallelism } from 'node:os';
import {
  cudaDevice,
  type Device,
  type DeviceBackend,
  networkDevice,
  processDevice,
  threadDevice,
  webGpuDevice,
} from '@alexnet/devices';
import { InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../cli/errors.js';
import { type BackendChoice, backendChoices } from '../../run/start-backend.js';

/** A device as the command line names it. */
type NamedDevice =
  | { kind: 'cuda'; gpu: number }
  | { kind: 'network'; host: string; port: number }
  | {
      kind: 'thread' | 'process';
      backend: BackendChoice;
      /** Threads of onednn; which GPU of webgpu. */
      number: number | undefined;
      /** CPUs that onednn computes on. */
      cores: number[] | undefined;
    };

/** 1: the whole net on one. 2: a tower each on two of the backend asked for. Or two by name. */
export type DevicesChoice = 1 | 2 | readonly [NamedDevice, NamedDevice];

/** Where the token of devices on other machines is. */
export const tokenVariable = 'ALEXNET_DEVICE_TOKEN';

/** `--devices`. */
export function devicesOption(): Option {
  return new Option(
    '--devices <n|list>',
    '2: a tower each on half the threads; or two by name: onednn:1,onednn:1 (threads), onednn@0,onednn@1 (CPUs), webgpu:0,webgpu:1, cuda:0,cuda:1, process:onednn:1 (in a process), tcp://host:port (see alexnet device)',
  )
    .argParser(parseDevices)
    .default(1);
}

/** The two devices; undefined for one. @throws UsageError if one is on another machine and its token is not known. */
export function devicesOf(
  choice: DevicesChoice,
  { backend, threads, memoryLimit }: { backend: BackendChoice; threads?: number; memoryLimit?: number },
): [Device, Device] | undefined {
  if (choice === 1) return undefined;
  const each = Math.max(1, Math.floor((threads ?? availableParallelism()) / 2));
  const limit = memoryLimit === undefined ? {} : { memoryLimit };
  if (choice === 2) {
    if (backend === 'webgpu') return [webGpuDevice(0, limit), webGpuDevice(1, limit)];
    if (backend === 'tensorflow') return [cudaDevice(0, limit), cudaDevice(1, limit)];
    const options = { name: backend, threads: each, ...limit };
    return [threadDevice(options), threadDevice(options)];
  }
  return choice.map((named) => {
    if (named.kind === 'cuda') return cudaDevice(named.gpu, limit);
    if (named.kind === 'network') return networkOf(named, memoryLimit);
    const { kind, backend: name, number, cores } = named;
    if (name === 'webgpu') return webGpuDevice(number ?? 0, limit);
    const options: DeviceBackend = { name, ...(cores ? { cores } : { threads: number ?? each }), ...limit };
    return kind === 'process' ? processDevice(options) : threadDevice(options);
  }) as [Device, Device];
}

function networkOf({ host, port }: { host: string; port: number }, memoryLimit: number | undefined): Device {
  if (memoryLimit !== undefined) {
    throw new UsageError(
      `--memory-limit cannot bound tcp://${host}:${port}; give it to 'alexnet device' there.`,
    );
  }
  const token = process.env[tokenVariable];
  if (token) return networkDevice({ host, port, token });
  throw new UsageError(
    `a device on another machine needs its token in ${tokenVariable}; 'alexnet device' prints it there.`,
  );
}

function parseDevices(text: string): DevicesChoice {
  if (text === '1' || text === '2') return Number(text) as 1 | 2;
  const names = text.split(',');
  if (names.length !== 2)
    throw new InvalidArgumentError('It must be 1, 2, or two devices with a comma between.');
  return names.map(parseDevice) as [NamedDevice, NamedDevice];
}

function parseDevice(text: string): NamedDevice {
  const [, host, port] = /^tcp:\/\/(.+):(\d+)$/.exec(text) ?? [];
  if (host) return { kind: 'network', host, port: Number(port) };
  const [, process, backend, number, first, last] =
    /^(process:)?([a-z]+)(?::(\d+)|@(\d+)(?:-(\d+))?)?$/.exec(text) ?? [];
  if (backend === 'cuda' && !process && !first) return { kind: 'cuda', gpu: Number(number ?? 0) };
  if (!(backendChoices as readonly string[]).includes(backend ?? '')) {
    throw new InvalidArgumentError(
      `'${text}' is no device: it must be one of ${backendChoices.join(', ')}, cuda, or tcp://host:port.`,
    );
  }
  if (first !== undefined && backend !== 'onednn') {
    throw new InvalidArgumentError(`'${text}' is no device: only onednn can be told its CPUs.`);
  }
  return {
    kind: process ? 'process' : 'thread',
    backend: backend as BackendChoice,
    number: number === undefined ? undefined : Number(number),
    cores: first === undefined ? undefined : range(Number(first), Number(last ?? first)),
  };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
