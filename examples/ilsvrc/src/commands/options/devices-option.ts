import { InvalidArgumentError, Option } from 'commander';
import { type BackendChoice, backendChoices } from '../../run/start-backend.js';
import type { DevicesChoice, NamedDevice } from '../../train/devices.js';

/** `--devices`. */
export function devicesOption(): Option {
  return new Option(
    '--devices <n|list>',
    "1 or 2 devices; each of two devices computes one tower, with half of the threads. Two devices can also be named: onednn:1,onednn:1 (by threads), onednn@0,onednn@1 (by CPUs), webgpu:0,webgpu:1 or cuda:0,cuda:1 (GPUs), torch:cuda:0,torch:cpu (devices of PyTorch), process:onednn:1 (in its own process), tcp://host:port (see 'alexnet device')",
  )
    .argParser(parseDevices)
    .default(1);
}

function parseDevices(text: string): DevicesChoice {
  if (text === '1' || text === '2') return Number(text) as 1 | 2;
  const names = text.split(',');
  if (names.length !== 2)
    throw new InvalidArgumentError('It must be 1, 2, or two devices separated by a comma.');
  return names.map(parseDevice) as [NamedDevice, NamedDevice];
}

function parseDevice(text: string): NamedDevice {
  const [, host, port] = /^tcp:\/\/(.+):(\d+)$/.exec(text) ?? [];
  if (host) return { kind: 'network', host, port: Number(port) };
  const torch = /^(process:)?torch:(cpu|mps|(?:cuda|xpu)(?::\d+)?)$/.exec(text);
  if (torch) {
    const [, inProcess, adapter] = torch;
    const kind = inProcess ? 'process' : 'thread';
    return { kind, backend: 'torch', number: undefined, cores: undefined, adapter };
  }
  const [, process, backend, number, first, last] =
    /^(process:)?([a-z]+)(?::(\d+)|@(\d+)(?:-(\d+))?)?$/.exec(text) ?? [];
  if (backend === 'cuda' && !process && !first) return { kind: 'cuda', gpu: Number(number ?? 0) };
  if (!(backendChoices as readonly string[]).includes(backend ?? '')) {
    throw new InvalidArgumentError(
      `'${text}' is not a device; it must be one of ${backendChoices.join(', ')}, cuda, or tcp://host:port.`,
    );
  }
  if (first !== undefined && backend !== 'onednn') {
    throw new InvalidArgumentError(`'${text}' is not a device; only onednn can be bound to CPUs.`);
  }
  return {
    kind: process ? 'process' : 'thread',
    backend: backend as BackendChoice,
    number: number === undefined ? undefined : Number(number),
    cores: first === undefined ? undefined : range(Number(first), Number(last ?? first)),
    adapter: undefined,
  };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
