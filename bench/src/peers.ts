import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Contestant } from './contestant.js';

/** Who else runs: started when first asked for, kept to the end. */
export interface Peers {
  /** PyTorch, or why it is not there. */
  pytorch(): Promise<Contestant | string>;
  /** onnxruntime-node, which only infers, or why it is not there. */
  onnxruntime(): Promise<Contestant | string>;
  /** tfjs on a backend, in a new process that the caller stops. */
  fresh(backend: string): Promise<Contestant>;
  stop(): Promise<void>;
}

/** glibc keeps what PyTorch frees: with its defaults every step faults its pages in again. */
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
      torch ??= startPyTorch(python, compile);
      return torch;
    },
    onnxruntime() {
      onnx ??= startOnnxRuntime();
      return onnx;
    },
    fresh: (backend) => Contestant.start(process.execPath, [contestant('engine'), backend]),
    async stop() {
      for (const started of [await torch, await onnx]) {
        if (started !== undefined && typeof started !== 'string') await started.stop();
      }
    },
  };
}

function contestant(name: 'engine' | 'onnxruntime'): string {
  return fileURLToPath(new URL(`contestants/${name}.js`, import.meta.url));
}

async function startOnnxRuntime(): Promise<Contestant | string> {
  try {
    return await Contestant.start(process.execPath, [contestant('onnxruntime')]);
  } catch {
    return 'no onnxruntime-node: npm install --no-save onnxruntime-node';
  }
}

async function startPyTorch(python: string, compile: boolean): Promise<Contestant | string> {
  const [command = 'python3', ...args] = python.split(' ');
  const script = readFileSync(new URL('../src/peers/pytorch.py', import.meta.url), 'utf8');
  try {
    return await Contestant.start(command, [...args, '-c', script], {
      ...tunedMalloc,
      BENCH_PYTORCH_COMPILE: compile ? '1' : '0',
    });
  } catch {
    return `no PyTorch: '${python} -c "import torch"' fails; --python names another`;
  }
}
