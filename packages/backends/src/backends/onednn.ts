import { messageOf } from '@alexnet/validate';
import { requireWholeLibrary } from '../shared-library/require-whole-library.js';
import type { BackendOptions, Started } from '../started-backend.js';

/** Registers 'onednn'. Its package is loaded only here, because it requires Node. */
export async function startOneDnn({ threads, cores, memoryLimit }: BackendOptions): Promise<Started> {
  const { findOneDnn, registerOneDnnBackend } = await import('@alexnet/tfjs-backend-onednn');
  const { path } = findOneDnn();
  try {
    if (path) await requireWholeLibrary(path);
    const info = registerOneDnnBackend({
      ...(threads !== undefined && { threads }),
      ...(cores !== undefined && { cores }),
      ...(memoryLimit !== undefined && { memoryLimit }),
    });
    return {
      device: `CPU (${info.instructionSet})`,
      threads: info.threads,
      reason: `oneDNN ${info.version} at ${info.path}`,
    };
  } catch (error) {
    throw completed(error, path);
  }
}

/** Completes an error so that it names the file and says what to do. */
function completed(error: unknown, path: string | undefined): unknown {
  const message = messageOf(error);
  if (error instanceof RangeError || path === undefined) return error;
  if (/ install |platform|runs on/.test(message)) return error;
  const named = message.includes(path) ? message : `${path} is not oneDNN: ${message}`;
  const remedy = process.env.ALEXNET_ONEDNN_LIBRARY
    ? 'set ALEXNET_ONEDNN_LIBRARY to the path of a libdnnl.so, or unset it'
    : 'reinstall oneDNN (apt install --reinstall libdnnl2, or delete .onednn and run `npm run setup`)';
  return new Error(`${named.replace(/\.$/, '')}; ${remedy}.`, { cause: error });
}
