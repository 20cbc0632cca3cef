import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import koffi, { type LibraryHandle } from 'koffi';
import type { NativeEngine } from '../native/native-engine.js';
import { isSupportedVersion, nativeEngine } from '../native/versions.js';
import type { OneDnnApi } from './c-api.js';
import { pinLibrary } from './dynamic-loader.js';
import { findOneDnn, type OneDnnSearch, type OneDnnSource, systemFolders } from './find-onednn.js';
import { limitSpinning } from './limit-spinning.js';

/** What runs underneath the backend. */
export interface OneDnnInfo {
  /** The library's path. */
  path: string;
  source: OneDnnSource;
  /** oneDNN's version, '2.6.3'. */
  version: string;
  /** Threads that oneDNN's primitives run on. */
  threads: number;
  /** The widest vector instructions oneDNN uses here, 'avx512_core_bf16'. */
  instructionSet: string;
}

/** A loaded library: its engine, and what it is. */
export interface LoadedOneDnn {
  native: NativeEngine;
  info: OneDnnInfo;
}

const remedy =
  'apt install libdnnl2, or run `npm run setup`, or set ALEXNET_ONEDNN_LIBRARY to the path of a libdnnl.so.2';

/**
 * Finds and loads oneDNN 2.6.
 *
 * @throws Error, one line, if the platform is not Linux, no library is found, it cannot be loaded, or it is
 * another version.
 */
export function loadOneDnn(options: { library?: string; threads?: number } = {}): LoadedOneDnn {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `The onednn backend runs on Linux x64 only so far, this is ${process.platform} ${process.arch}.`,
    );
  }
  const found = findOneDnn(options);
  if (!found.path || !found.source) throw new Error(notFound(found));
  const library = openLibrary(found.path);
  const version = checkedVersion(library, found.path);
  const native = nativeEngine(library, version);
  const { api, instructionSet } = native;
  if (instructionSet === 'sse41') {
    throw new Error('The onednn backend needs a CPU with AVX, this one has none (oneDNN 2.6 crashes there).');
  }
  if (!process.env.OMP_NUM_THREADS) api.ompSetNumThreads(availableParallelism());
  if (options.threads !== undefined) setThreads(api, options.threads);
  const info: OneDnnInfo = {
    path: found.path,
    source: found.source,
    version,
    threads: api.ompGetMaxThreads(),
    instructionSet,
  };
  return { native, info };
}

/** @throws RangeError if `threads` is not a whole number >= 1. */
export function setThreads(api: OneDnnApi, threads: number): void {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`threads must be a whole number >= 1 (registerOneDnnBackend), got ${threads}.`);
  }
  api.ompSetNumThreads(threads);
}

/** The version of the library at `path`; only 2.6 is accepted, for the struct layouts differ elsewhere. */
export function oneDnnVersion(path: string): string {
  return checkedVersion(openLibrary(path), path);
}

function openLibrary(path: string): LibraryHandle {
  limitSpinning();
  try {
    for (const dependency of ['libgomp.so.1', 'libOpenCL.so.1']) {
      const beside = join(dirname(path), dependency);
      if (existsSync(beside)) pinLibrary(beside);
    }
    pinLibrary(path);
    return koffi.load(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`oneDNN at ${path} cannot be loaded: ${reason.replaceAll('\n', ' ')}; ${remedy}.`);
  }
}

function checkedVersion(library: LibraryHandle, path: string): string {
  const struct: unknown = library.func('void* dnnl_version()')();
  const [major, minor, patch] = koffi.decode(struct, 'int', 3) as Int32Array;
  const version = `${major}.${minor}.${patch}`;
  if (!isSupportedVersion(version)) {
    throw new Error(`oneDNN 2.6 or 3 is needed, ${path} is ${version}; ${remedy}.`);
  }
  return version;
}

function notFound({ tried }: OneDnnSearch): string {
  const newer = systemFolders().find((folder) => existsSync(join(folder, 'libdnnl.so.3')));
  const hint = newer ? `; ${join(newer, 'libdnnl.so.3')} is oneDNN 3, not supported yet` : '';
  return `oneDNN 2.6 not found (looked in ${tried.join(', ')}${hint}): ${remedy}.`;
}
