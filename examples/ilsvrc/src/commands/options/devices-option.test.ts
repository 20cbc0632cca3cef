import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import type { BackendChoice } from '../../run/start-backend.js';
import { devicesOf } from '../../train/devices.js';
import { memoryLimitOption } from './backend-options.js';
import { devicesOption } from './devices-option.js';

const parse = (text: string) => devicesOption().parseArg?.(text, undefined as never) as never;
const noTorch = () => ({});
const torchWithGpu = (): { path: string; gpu: 'cuda:0' } => ({ path: '/torch/lib', gpu: 'cuda:0' });
const devices = (text: string, torch: Parameters<typeof devicesOf>[3] = noTorch) =>
  devicesOf(parse(text), { backend: 'onednn', threads: 6, memoryLimit: 5 }, undefined, torch)?.map(
    ({ name, backend, shares }) => ({ name, backend, shares }),
  );

test('devices are chosen by number or by name', () => {
  expect(devices('1')).toBeUndefined();
  const half = {
    name: 'onednn on a thread',
    backend: { name: 'onednn', threads: 3, memoryLimit: 5 },
    shares: 'memory',
  };
  expect(devices('2')).toEqual([half, half]);
  expect(devices('onednn@2-3,process:cpu:1')).toEqual([
    {
      name: 'onednn on a thread',
      backend: { name: 'onednn', cores: [2, 3], memoryLimit: 5 },
      shares: 'memory',
    },
    { name: 'cpu in a process', backend: { name: 'cpu', threads: 1, memoryLimit: 5 }, shares: 'machine' },
  ]);
  expect(devices('torch:cuda:1,process:torch:cpu')).toEqual([
    {
      name: 'torch on a thread',
      backend: { name: 'torch', threads: 3, adapter: 'cuda:1', memoryLimit: 5 },
      shares: 'memory',
    },
    {
      name: 'torch in a process',
      backend: { name: 'torch', threads: 3, adapter: 'cpu', memoryLimit: 5 },
      shares: 'machine',
    },
  ]);
  expect(devices('webgpu:1,cuda:1')).toEqual([
    { name: 'GPU 1', backend: { name: 'webgpu', adapter: 1, memoryLimit: 5 }, shares: 'machine' },
    { name: 'CUDA device 1', backend: { name: 'tensorflow', memoryLimit: 5 }, shares: 'machine' },
  ]);
});

test('two devices of a GPU backend are the first two GPUs', () => {
  const names = (backend: BackendChoice, torch = torchWithGpu) =>
    devicesOf(2, { backend, threads: 2 }, undefined, torch)?.map(({ name }) => name);
  expect(names('webgpu')).toEqual(['GPU 0', 'GPU 1']);
  for (const backend of ['tensorflow', 'torch', 'auto'] as const)
    expect(names(backend)).toEqual(['CUDA device 0', 'CUDA device 1']);
  expect(names('onednn')).toEqual(['onednn on a thread', 'onednn on a thread']);
});

test("an NVIDIA GPU is PyTorch's if that is installed, and multiplies as --precision says", () => {
  const gpu = (index: number) => ({
    name: `CUDA device ${index}`,
    backend: { name: 'torch', adapter: `cuda:${index}`, memoryLimit: 5 },
    shares: 'memory',
  });
  expect(devices('cuda:0,cuda:1', torchWithGpu)).toEqual([gpu(0), gpu(1)]);
  const [first] = devicesOf(2, { backend: 'torch' }, 'bfloat16', torchWithGpu) ?? [];
  expect(first?.backend).toEqual({ name: 'torch', adapter: 'cuda:0', precision: 'bfloat16' });
});

test('a device on another machine has its own limit and precision', () => {
  expect(() => devicesOf(parse('cpu,tcp://host:1'), { backend: 'cpu' }, 'bfloat16')).toThrow(
    "--precision does not apply to tcp://host:1; give it to 'alexnet device' on that machine.",
  );
  expect(() => devices('cpu,tcp://host:1')).toThrow(
    "--memory-limit does not apply to tcp://host:1; give it to 'alexnet device' on that machine.",
  );
});

test.each([
  '3',
  '0',
  'cpu',
  'cpu,cpu,cpu',
  'tpu,cpu',
  'cpu:,cpu',
  'onednn@,cpu',
  'webgpu@1,cpu',
  'torch:gpu,cpu',
  'torch@0,cpu',
  'tcp://host,cpu',
  '',
])("'%s' is refused", (text) => expect(() => parse(text)).toThrow(InvalidArgumentError));

test('a memory limit is a number with a unit', () => {
  const size = (text: string): unknown => memoryLimitOption().parseArg?.(text, undefined);
  expect([size('3GB'), size('1.5MiB'), size('20MB'), size('2GiB')]).toEqual([3e9, 1572864, 2e7, 2 ** 31]);
  for (const text of ['3', 'GB', '0MB', '-1GB', '3 GB', '1e3MB'])
    expect(() => size(text)).toThrow(InvalidArgumentError);
});
