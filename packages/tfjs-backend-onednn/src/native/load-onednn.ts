import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cpuCount } from '@alexnet/machine';
import { limitSpinning, pinLibrary } from '@alexnet/native-backend';
import koffi, { type LibraryHandle } from 'koffi';
import type { OneDnnApi } from '../library/c-api.js';
import { type OneDnnCandidate, type OneDnnSource, searchOneDnn } from '../library/find-onednn.js';
import { libraryNames } from '../library/library-names.js';
import { useCores } from '../library/thread-cores.js';
import type { NativeEngine } from './native-engine.js';
import { isSupportedVersion, nativeEngine } from './versions.js';

/** The oneDNN library that the backend runs on. */
export interface OneDnnInfo {
  /** The library's path. */
  path: string;
  source: OneDnnSource;
  /** oneDNN's version, such as '2.6.3' or '3.7.2'. */
  version: string;
  /** The number of threads that oneDNN's primitives run on. */
  threads: number;
  /** The widest vector instructions that oneDNN uses on this CPU, such as 'avx512_core_bf16'. */
  instructionSet: string;
}

/** A loaded library. */
export interface LoadedOneDnn {
  api: OneDnnApi;
  /** Creates a new engine for each backend, which destroys its engine when it is removed. */
  makeEngine: () => NativeEngine;
  info: OneDnnInfo;
}

/** How many threads compute, and on which CPUs. */
export interface Computing {
  threads?: number;
  cores?: readonly number[];
}

/** How to get oneDNN, for the end of error messages. */
const remedy =
  process.platform === 'darwin'
    ? 'brew install onednn, or set ALEXNET_ONEDNN_LIBRARY to the path of a libdnnl.dylib'
    : 'apt install libdnnl2 (Debian 12) or libdnnl3.6 (Debian 13), or run `npm run setup`, or set ' +
      'ALEXNET_ONEDNN_LIBRARY to the path of a libdnnl.so';

/**
 * Finds and loads oneDNN 2.6 or 3. A library that was named must be usable; otherwise the first usable
 * library found is used.
 *
 * @throws Error, in one line, if the platform is not supported or no library can be used, with a reason for
 * each library.
 */
export function loadOneDnn(options: { library?: string } & Computing = {}): LoadedOneDnn {
  checkPlatform();
  const { candidates, tried } = searchOneDnn(options);
  if (candidates.length === 0) {
    throw new Error(`oneDNN not found (looked in ${tried.join(', ')}): ${remedy}.`);
  }
  const reasons: string[] = [];
  for (const candidate of candidates) {
    let loaded: LoadedOneDnn;
    try {
      loaded = load(candidate);
    } catch (error) {
      reasons.push((error as Error).message ?? String(error));
      if (candidate.named) break;
      continue;
    }
    return withThreads(loaded, options);
  }
  throw new Error(`${reasons.join('; ')}; ${remedy}.`);
}

/**
 * Sets the cores and the number of threads, which defaults to the number of cores. If neither is given,
 * nothing changes.
 *
 * @throws RangeError if `threads` is not a whole number >= 1 or this process may not use `cores`.
 */
export function setThreads(api: OneDnnApi, { threads, cores }: Computing): void {
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1)) {
    throw new RangeError(`threads must be a whole number >= 1 (registerOneDnnBackend), got ${threads}.`);
  }
  if (cores) useCores(api, cores);
  const count = threads ?? (cores && cpuCount('/', new Set(cores).size));
  if (count !== undefined) api.ompSetNumThreads(count);
}

/**
 * The version of the library at `path`.
 *
 * @throws Error, in one line, if the library cannot be used.
 */
export function oneDnnVersion(path: string): string {
  return checkedVersion(openLibrary(path), path);
}

function checkPlatform(): void {
  const { platform, arch } = process;
  if ((platform === 'linux' || platform === 'darwin') && (arch === 'x64' || arch === 'arm64')) return;
  throw new Error(`The onednn backend requires Linux or macOS on x64 or arm64; this is ${platform} ${arch}.`);
}

/** @throws Error that names the path and the reason. */
function load({ path, source }: OneDnnCandidate): LoadedOneDnn {
  const library = openLibrary(path);
  const version = checkedVersion(library, path);
  const makeEngine = (): NativeEngine => nativeEngine(library, version);
  const probe = makeEngine();
  const { api, instructionSet } = probe;
  probe.destroy();
  if (instructionSet === 'sse41' && version.startsWith('2.')) {
    throw new Error(`oneDNN ${version} at ${path} crashes on a CPU without AVX (version 3 does not)`);
  }
  const info = { path, source, version, threads: api.ompGetMaxThreads(), instructionSet };
  return { api, makeEngine, info };
}

function withThreads(loaded: LoadedOneDnn, computing: Computing): LoadedOneDnn {
  const { api, info } = loaded;
  if (!process.env.OMP_NUM_THREADS) api.ompSetNumThreads(cpuCount());
  setThreads(api, computing);
  return { ...loaded, info: { ...info, threads: api.ompGetMaxThreads() } };
}

function openLibrary(path: string): LibraryHandle {
  limitSpinning();
  try {
    for (const dependency of libraryNames.dependencies) {
      const neighbor = join(dirname(path), dependency);
      if (existsSync(neighbor)) pinLibrary(neighbor);
    }
    pinLibrary(path);
    return koffi.load(path);
  } catch (error) {
    const reason = (error as Error).message ?? String(error);
    throw new Error(`oneDNN at ${path} cannot be loaded: ${reason.replaceAll('\n', ' ')}`);
  }
}

/** `DNNL_RUNTIME_OMP`: the only runtime whose threads `omp_set_num_threads` sets. */
const OPENMP = 2;

/** Reads `dnnl_version_t`, which holds three ints, padding, a pointer and the runtime of the CPU engine. */
function checkedVersion(library: LibraryHandle, path: string): string {
  const struct: unknown = versionFunction(library, path)();
  const [major, minor, patch, , , , runtime] = koffi.decode(struct, 'int', 7) as Int32Array;
  const version = `${major}.${minor}.${patch}`;
  if (!isSupportedVersion(version)) throw new Error(`${path} is oneDNN ${version}, but 2.6 or 3 is required`);
  if (runtime !== OPENMP) {
    throw new Error(`oneDNN ${version} at ${path} was built without OpenMP, which is required`);
  }
  return version;
}

function versionFunction(library: LibraryHandle, path: string): () => unknown {
  try {
    return library.func('void* dnnl_version()');
  } catch {
    throw new Error(`${path} is not a oneDNN library`);
  }
}
