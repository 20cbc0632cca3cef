import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Contestant } from './contestant.js';

/** The other programs, started when first used and kept to the end. */
export interface Peers {
  /** PyTorch, or why it is not available. */
  pytorch(): Promise<Contestant | string>;
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
  return {
    pytorch() {
      torch ??= startPython(python, 'pytorch', { BENCH_PYTORCH_COMPILE: compile ? '1' : '0' });
      return torch;
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
      for (const started of [await torch, await onnx]) {
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
