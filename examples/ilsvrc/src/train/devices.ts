import type { Precision } from '@alexnet/backends';
import {
  cudaDevice,
  type Device,
  type DeviceBackend,
  networkDevice,
  processDevice,
  threadDevice,
  webGpuDevice,
} from '@alexnet/devices';
import { cpuCount } from '@alexnet/machine';
import { findTorch, type TorchSearch } from '@alexnet/tfjs-backend-torch';
import { UsageError } from '../cli/errors.js';
import { defined } from '../defined.js';
import type { BackendChoice, BackendSelection } from '../run/start-backend.js';

/** A device as named on the command line. */
export type NamedDevice =
  | { kind: 'cuda'; gpu: number }
  | { kind: 'network'; host: string; port: number }
  | {
      kind: 'thread' | 'process';
      backend: BackendChoice;
      /** The number of threads of onednn or torch, or the number of the GPU of webgpu. */
      number: number | undefined;
      /** The CPUs that onednn computes on. */
      cores: number[] | undefined;
      /** The device that torch computes on, 'cuda:1'. */
      adapter: string | undefined;
    };

/**
 * 1: the whole network on one device. 2: a tower on each of two devices of the chosen backend. Or two named
 * devices.
 */
export type DevicesChoice = 1 | 2 | readonly [NamedDevice, NamedDevice];

/** The environment variable that holds the token of devices on other machines. */
export const tokenVariable = 'ALEXNET_DEVICE_TOKEN';

/**
 * The two devices, or undefined for one.
 *
 * @param torch Finds PyTorch, which is preferred for the GPUs of NVIDIA.
 * @throws UsageError if a device is on another machine and its token is not set.
 */
export function devicesOf(
  choice: DevicesChoice,
  { backend, threads, memoryLimit }: Omit<BackendSelection, 'precision'>,
  precision?: Precision,
  torch: () => Pick<TorchSearch, 'path' | 'gpu'> = findTorch,
): [Device, Device] | undefined {
  if (choice === 1) return undefined;
  const half = Math.max(1, Math.floor((threads ?? cpuCount()) / 2));
  const common = defined({ memoryLimit, precision });
  if (choice === 2) {
    if (backend === 'webgpu') return [webGpuDevice(0, common), webGpuDevice(1, common)];
    if (backend === 'tensorflow') return [cudaDevice(0, common), cudaDevice(1, common)];
    const isOnCuda = (backend === 'torch' || backend === 'auto') && torch().gpu === 'cuda:0';
    if (isOnCuda) return [torchGpu(0, common), torchGpu(1, common)];
    const options = { name: backend, threads: half, ...common };
    return [threadDevice(options), threadDevice(options)];
  }
  return choice.map((named) => {
    if (named.kind === 'cuda') {
      return torch().path ? torchGpu(named.gpu, common) : cudaDevice(named.gpu, common);
    }
    if (named.kind === 'network') return networkDeviceOf(named, common);
    const { kind, backend: name, number, cores, adapter } = named;
    if (name === 'webgpu') return webGpuDevice(number ?? 0, common);
    const computing = cores ? { cores } : { threads: number ?? half };
    const options: DeviceBackend = { name, ...computing, ...defined({ adapter }), ...common };
    return kind === 'process' ? processDevice(options) : threadDevice(options);
  }) as [Device, Device];
}

/** An NVIDIA GPU by its number, for PyTorch on a thread. */
function torchGpu(gpu: number, options: Omit<DeviceBackend, 'name' | 'adapter'>): Device {
  return {
    ...threadDevice({ ...options, name: 'torch', adapter: `cuda:${gpu}` }),
    name: `CUDA device ${gpu}`,
  };
}

function networkDeviceOf(
  { host, port }: { host: string; port: number },
  { memoryLimit, precision }: Pick<BackendSelection, 'memoryLimit' | 'precision'>,
): Device {
  const flag = memoryLimit !== undefined ? '--memory-limit' : precision && '--precision';
  if (flag) {
    throw new UsageError(
      `${flag} does not apply to tcp://${host}:${port}; give it to 'alexnet device' on that machine.`,
    );
  }
  const token = process.env[tokenVariable];
  if (token) return networkDevice({ host, port, token });
  throw new UsageError(
    `a device on another machine requires its token in ${tokenVariable}; 'alexnet device' prints the token on that machine.`,
  );
}
