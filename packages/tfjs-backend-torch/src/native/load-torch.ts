import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { cpuCount } from '@alexnet/machine';
import { limitSpinning, pinLibrary } from '@alexnet/native-backend';
import koffi from 'koffi';
import { searchTorch, type TorchCandidate, type TorchSource } from '../library/find-torch.js';
import { keepMemory } from '../library/keep-memory.js';
import { likelyGpu } from '../library/likely-gpu.js';
import { isSupportedVersion, oldestVersion } from '../library/torch-version.js';
import { Aten } from './aten.js';
import { bindMemoryCopy, bindTorch, type OptionalTorchApi, type TorchApi } from './c-abi.js';
import { requireCudaDevice } from './cuda-devices.js';
import { librariesOf, parseDevice, type TorchDevice } from './device.js';
import { allowTf32, type Precision, precisionFor } from './precision.js';

/** The PyTorch that the backend runs on. */
export interface TorchInfo {
  /** The folder of its libraries. */
  path: string;
  source: TorchSource;
  /** Its version, such as '2.15.0+cu132'. */
  version: string;
  /** The device that computes, 'cpu' or 'cuda:0'. */
  device: string;
  /** The number of threads that PyTorch computes with on the CPU. */
  threads: number;
  precision: Precision;
}

/** A loaded PyTorch. */
export interface LoadedTorch {
  api: TorchApi & OptionalTorchApi;
  aten: Aten;
  info: TorchInfo;
}

/** Which PyTorch to load, and what to compute on. */
export interface LoadOptions {
  library?: string;
  device?: string;
  precision?: Precision;
  threads?: number;
}

const remedy = 'pip install torch, or set ALEXNET_TORCH_DIR to a Python environment or a folder that has it';

/**
 * Finds and loads PyTorch 2.10 or newer.
 *
 * @throws Error, in one line, that says what was found and what to install; RangeError for a bad `device`,
 * `precision` or `threads`.
 */
export function loadTorch(options: LoadOptions = {}): LoadedTorch {
  const named = options.device === undefined ? undefined : parseDevice(options.device);
  checkThreads(options.threads);
  checkPlatform();
  const { path, source, version } = usableTorch(options);
  const device = named ?? parseDevice(likelyGpu(path) ?? 'cpu');
  const precision = precisionFor(device, options.precision);
  const api = openLibraries(path, device);
  api.setGradientMode(false);
  setThreads(api, options.threads ?? (process.env.OMP_NUM_THREADS ? undefined : cpuCount()));
  if (device.kind === 'cuda') allowTf32(api, precision === 'tf32');
  const aten = new Aten(api, bindMemoryCopy(), device, precision);
  checkDevice(aten, version);
  return {
    api,
    aten,
    info: { path, source, version, device: device.name, precision, threads: threadsOf(api) },
  };
}

/** Sets the number of threads that PyTorch computes with on the CPU; undefined leaves it. */
export function setThreads(api: OptionalTorchApi, threads: number | undefined): void {
  checkThreads(threads);
  if (threads === undefined) return;
  if (!api.setThreads) {
    throw new Error(
      'threads cannot be set (registerTorchBackend): this PyTorch does not export at::set_num_threads.',
    );
  }
  api.setThreads(threads);
}

/** The number of threads that PyTorch computes with on the CPU. */
export function threadsOf(api: TorchApi): number {
  const out: [number] = [0];
  api.threads(out);
  return out[0];
}

function checkThreads(threads: number | undefined): void {
  if (threads === undefined || (Number.isInteger(threads) && threads >= 1)) return;
  throw new RangeError(`threads must be a whole number >= 1 (registerTorchBackend), got ${threads}.`);
}

function checkPlatform(): void {
  const { platform, arch } = process;
  if ((platform === 'linux' || platform === 'darwin') && (arch === 'x64' || arch === 'arm64')) return;
  throw new Error(`The torch backend requires Linux or macOS on x64 or arm64; this is ${platform} ${arch}.`);
}

/** The first PyTorch that is new enough, by its files. */
function usableTorch(options: LoadOptions): TorchCandidate & { version: string } {
  const { candidates, tried } = searchTorch(options);
  const reasons: string[] = [];
  for (const candidate of candidates) {
    const { path, version } = candidate;
    if (version === undefined) {
      reasons.push(
        `${path} does not say which version of PyTorch it is (version.py or build-version is missing)`,
      );
    } else if (isSupportedVersion(version)) {
      return { ...candidate, version };
    } else {
      reasons.push(`PyTorch ${version} at ${path} is too old: ${oldestVersion} or newer is required`);
    }
  }
  const found = reasons.join('; ') || `PyTorch not found (looked in ${tried.join(', ')})`;
  throw new Error(`${found}: ${remedy}.`);
}

function openLibraries(folder: string, device: TorchDevice): TorchApi & OptionalTorchApi {
  const libraries = librariesOf(device, folder);
  const missing = libraries.find((path) => !existsSync(path));
  if (missing) {
    throw new Error(
      `The PyTorch in ${folder} has no support for '${device.name}' or is incomplete: ${basename(missing)} is missing.`,
    );
  }
  limitSpinning();
  if (device.kind === 'cpu') keepMemory();
  try {
    if (device.kind === 'cuda') requireCudaDevice(device, folder);
    for (const path of libraries) pinLibrary(path, { global: true }); // its libraries find each other's symbols globally
    return bindTorch(koffi.load(libraries[1] ?? ''));
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const reason = ((error as Error).message ?? String(error)).replaceAll('\n', ' ').replace(/\.$/, '');
    throw new Error(`PyTorch in ${folder} cannot be loaded: ${reason}; reinstall it (${remedy}).`);
  }
}

/** Makes one value on the device. @throws Error with PyTorch's own reason if there is no such device. */
function checkDevice(aten: Aten, version: string): void {
  try {
    aten.scope(() => {
      aten.full([1], 0, 'float32');
      return undefined;
    });
  } catch (error) {
    throw new Error(
      `PyTorch ${version} cannot compute on '${aten.device.name}': ${(error as Error).message}`,
    );
  }
}
