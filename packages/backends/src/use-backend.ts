import { messageOf, requireOneOf, requireWhole } from '@alexnet/validate';
import { getBackend, setBackend } from '@tensorflow/tfjs-core';
import { type BackendName, backendNames } from './backend-name.js';
import { startCpu } from './backends/cpu.js';
import { startOneDnn } from './backends/onednn.js';
import { startTensorFlow } from './backends/tensorflow.js';
import { hasTorchGpu, startTorch } from './backends/torch.js';
import { startWasm } from './backends/wasm.js';
import { startWebGpu } from './backends/webgpu.js';
import { checkSupport } from './check-support.js';
import { freeFailedGradients } from './memory/free-failed-gradients.js';
import { limitMemory } from './memory/limit-memory.js';
import { inNode } from './optional-package.js';
import { precisions } from './precision.js';
import type { BackendOptions, StartBackend, StartedBackend } from './started-backend.js';
import { endWithProcess } from './webgpu/end-with-process.js';
import { failOnGpuErrors } from './webgpu/fail-on-gpu-errors.js';

/** The current backend, and why it was chosen. */
export interface UsedBackend extends StartedBackend {
  name: BackendName;
  /** The backends that were tried before and are not available here. */
  tried: { name: BackendName; reason: string }[];
}

const starters: Record<BackendName, StartBackend> = {
  onednn: startOneDnn,
  torch: startTorch,
  tensorflow: startTensorFlow,
  webgpu: startWebGpu,
  wasm: startWasm,
  cpu: startCpu,
};

/**
 * The backends that `useBackend('auto')` tries on this machine, in order: torch first if it is likely to reach
 * a GPU. webgpu is used only by name; torch requires Node.
 */
export async function automaticBackends(): Promise<BackendName[]> {
  if (!inNode) return ['onednn', 'tensorflow', 'wasm', 'cpu'];
  if (await hasTorchGpu()) return ['torch', 'onednn', 'tensorflow', 'wasm', 'cpu'];
  return ['onednn', 'torch', 'tensorflow', 'wasm', 'cpu'];
}

/**
 * Registers a TensorFlow.js backend and makes it the current one.
 *
 * @param name 'auto' uses the first of `automaticBackends()` that this machine has.
 * @throws RangeError for an unknown name or an option that the backend does not support; Error with one line
 * that says what is missing if the named backend is not available.
 * @example
 * const { name, device, threads, reason } = await useBackend();
 */
export async function useBackend(
  name: 'auto' | BackendName = 'auto',
  options: BackendOptions = {},
): Promise<UsedBackend> {
  checkArguments(name, options);
  if (name !== 'auto') return { name, ...(await start(name, options)), tried: [] };
  const tried: UsedBackend['tried'] = [];
  for (const candidate of await automaticBackends()) {
    try {
      return { name: candidate, ...(await start(candidate, options)), tried };
    } catch (error) {
      tried.push({ name: candidate, reason: firstLine(error) });
    }
  }
  throw new Error(`No backend can be used: ${tried.map((t) => `${t.name}: ${t.reason}`).join(' | ')}`);
}

async function start(name: BackendName, options: BackendOptions): Promise<StartedBackend> {
  checkSupport(name, options);
  const started = await starters[name](options);
  if (!(await setBackend(name)) || getBackend() !== name) {
    throw new Error(`The ${name} backend is registered but did not start (tf.setBackend returned false).`);
  }
  freeFailedGradients();
  if (name === 'webgpu') failOnGpuErrors();
  if (name === 'webgpu' && inNode) endWithProcess();
  if (options.memoryLimit !== undefined && name !== 'onednn') limitMemory(name, options.memoryLimit);
  return { precision: 'float32', isAsynchronous: false, ...started };
}

function checkArguments(name: string, { threads, adapter, memoryLimit, precision }: BackendOptions): void {
  const known: readonly string[] = ['auto', ...backendNames];
  if (!known.includes(name)) {
    throw new RangeError(`name must be one of ${known.join(', ')} (useBackend), got '${name}'.`);
  }
  if (precision !== undefined) requireOneOf('precision', precision, precisions, 'useBackend');
  if (threads !== undefined) requireWhole('threads', threads, 1, 'useBackend');
  if (memoryLimit !== undefined && !(memoryLimit > 0)) {
    throw new RangeError(`memoryLimit must be a number of bytes > 0 (useBackend), got ${memoryLimit}.`);
  }
  if (typeof adapter === 'number' && (!Number.isInteger(adapter) || adapter < 0)) {
    throw new RangeError(`adapter must be a name or a whole number >= 0 (useBackend), got ${adapter}.`);
  }
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0] ?? '';
}
