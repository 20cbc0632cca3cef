import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findTorch } from '@alexnet/tfjs-backend-torch';
import { Contestant } from './contestant.js';

/** The other programs, started when first used and kept to the end. */
export interface Peers {
  /** PyTorch, or why it is not available. */
  pytorch(): Promise<Contestant | string>;
  /** tfjs on the torch backend, on the CPU, or why it is not available. */
  torch(): Promise<Contestant | string>;
  /** Programs that train on one device with one precision; the caller stops them. */
  onDevice(device: string, precision: string): Promise<Record<DeviceProgram, Contestant | string>>;
  /** onnxruntime-node, which only does inference, or why it is not available. */
  onnxruntime(): Promise<Contestant | string>;
  /** tfjs on a backend, in a new process that the caller stops. */
  fresh(backend: string): Promise<Contestant>;
  /** The image reader or bare sharp, in a new process that the caller stops. */
  images(program: 'reader' | 'bare-sharp'): Promise<Contestant>;
  /** The training loop, in a new process that the caller stops. */
  trainer(): Promise<Contestant>;
  /** A net on two devices, in a new process that the caller stops. */
  devices(): Promise<Contestant>;
  /** PyTorch's DataLoader in a new process that the caller stops, or why it is not available. */
  dataLoader(): Promise<Contestant | string>;
  stop(): Promise<void>;
}

/** tfjs on the torch backend; PyTorch as it runs without a compiler; PyTorch at its fastest. */
export type DeviceProgram = 'tfjs' | 'eager' | 'fastest';

/** Makes glibc keep what PyTorch frees; with its defaults every step faults the pages in again. */
const tunedMalloc = {
  MALLOC_MMAP_THRESHOLD_: String(2 ** 32),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 34),
  MALLOC_TOP_PAD_: String(2 ** 28),
};

/** @param python a command that starts a Python with torch, split at spaces. */
export function peers(python: string, compile: boolean): Peers {
  let torch: Promise<Contestant | string> | undefined;
  let onnx: Promise<Contestant | string> | undefined;
  let tfjs: Promise<Contestant | string> | undefined;
  return {
    pytorch() {
      torch ??= startPython(python, 'pytorch', { BENCH_PYTORCH_COMPILE: compile ? '1' : '0' });
      return torch;
    },
    torch() {
      tfjs ??= startTorch('cpu');
      return tfjs;
    },
    async onDevice(device, precision) {
      const env = { BENCH_PYTORCH_DEVICE: device, BENCH_PYTORCH_PRECISION: precision };
      const pytorch = (compiles: boolean) =>
        startPython(python, 'pytorch', { ...env, BENCH_PYTORCH_COMPILE: compiles ? '1' : '0' });
      return {
        tfjs: await startTorch(device, precision),
        eager: await pytorch(false),
        fastest: compile ? await pytorch(true) : 'torch.compile is not asked for (--no-compile)',
      };
    },
    onnxruntime() {
      onnx ??= startOnnxRuntime();
      return onnx;
    },
    fresh: (backend) => Contestant.start(process.execPath, [contestant('engine'), backend]),
    images: (program) => Contestant.start(process.execPath, [contestant(program)]),
    trainer: () => Contestant.start(process.execPath, [contestant('trainer')]),
    devices: () => Contestant.start(process.execPath, [contestant('devices')]),
    dataLoader: () => startPython(python, 'dataloader'),
    async stop() {
      for (const started of [await torch, await onnx, await tfjs]) {
        if (started !== undefined && typeof started !== 'string') await started.stop();
      }
    },
  };
}

function contestant(
  name: 'engine' | 'onnxruntime' | 'reader' | 'bare-sharp' | 'trainer' | 'devices',
): string {
  return fileURLToPath(new URL(`contestants/${name}.js`, import.meta.url));
}

/** The torch backend on a device, with a precision if one is named. */
async function startTorch(device: string, precision?: string): Promise<Contestant | string> {
  const { path } = findTorch();
  if (path === undefined) return 'no PyTorch for the torch backend: set ALEXNET_TORCH_DIR';
  const args = [contestant('engine'), 'torch', device, ...(precision ? [precision] : [])];
  return Contestant.start(process.execPath, args);
}

async function startOnnxRuntime(): Promise<Contestant | string> {
  try {
    return await Contestant.start(process.execPath, [contestant('onnxruntime')]);
  } catch {
    return 'no onnxruntime-node: npm install --no-save onnxruntime-node';
  }
}

async function startPython(
  python: string,
  program: 'pytorch' | 'dataloader',
  env: NodeJS.ProcessEnv = {},
): Promise<Contestant | string> {
  const [command = 'python3', ...args] = python.split(' ');
  const script = readFileSync(new URL(`../src/peers/${program}.py`, import.meta.url), 'utf8');
  try {
    return await Contestant.start(command, [...args, '-c', script], { ...tunedMalloc, ...env });
  } catch {
    return `no PyTorch: '${python} -c "import torch"' fails; --python names another`;
  }
}
