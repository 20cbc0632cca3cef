import type { LibraryHandle } from 'koffi';
import { bindFunctions, commonPrototypes, type OneDnnApi } from '../library/c-api.js';
import type { NativeEngine } from './native-engine.js';
import { signalGuard } from './signal-guard.js';
import { type OneDnn2Api, prototypes as prototypes2 } from './v2/c-api.js';
import { NativeEngine2 } from './v2/native-engine-2.js';
import { type OneDnn3Api, prototypes as prototypes3 } from './v3/c-api.js';
import { NativeEngine3 } from './v3/native-engine-3.js';

/** Creates an engine of a loaded library, whose `version` has passed `isSupportedVersion`. */
export function nativeEngine(library: LibraryHandle, version: string): NativeEngine {
  const common = bindFunctions<OneDnnApi>(library, commonPrototypes);
  const guard = signalGuard(version);
  return version.startsWith('2.')
    ? new NativeEngine2(common, bindFunctions<OneDnn2Api>(library, prototypes2), guard)
    : new NativeEngine3(common, bindFunctions<OneDnn3Api>(library, prototypes3), guard);
}

/**
 * True for 2.6, whose struct layouts and constants are known here, and for 3, whose C API of opaque handles
 * does not change with newer releases. (oneDNN 2.7 has the soname of 2.6 but other structs.)
 */
export function isSupportedVersion(version: string): boolean {
  return /^(2\.6|3)\./.test(version);
}
