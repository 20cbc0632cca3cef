import { type Entry, type FileEntry, Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { ByteCursor, decodeText } from '../byte-cursor.js';

import { loadPersistent } from './pytorch-globals.js';
import { readStateDicts } from './pytorch-pickle.js';
import type { FindStorage } from './pytorch-storage.js';
import { resaving } from './resave-hint.js';
import type { FoundDicts } from './state-dicts.js';

/** More entries than a state dict of such a network has. */
const MAX_ENTRIES = 1000;

/**
 * Reads the files that `torch.save(model.state_dict(), file)` has written since PyTorch 1.6, a zip of
 * `data.pkl` and `data/<key>`. Their entries are not compressed. Compressed entries are refused, so a small
 * file cannot expand.
 */
export async function readPyTorchZip(bytes: Uint8Array): Promise<FoundDicts> {
  const reader = new ZipReader(new Uint8ArrayReader(bytes), {
    useWebWorkers: false,
    checkSignature: true,
    checkOverlappingEntry: true,
  });
  const entries = new Map<string, Entry>();
  for await (const entry of reader.getEntriesGenerator()) {
    if (entries.size === MAX_ENTRIES) {
      throw new RangeError(
        `its zip has more than ${MAX_ENTRIES} entries; ${resaving("torch.load('checkpoint.pth')['state_dict']")}`,
      );
    }
    entries.set(entry.filename, entry);
  }
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) refuseEntries(pickles.length, [...entries.keys()]);
  const folder = (pickles[0] as string).slice(0, -'data.pkl'.length);
  const read = (name: string): Promise<Uint8Array> => readEntry(entries.get(folder + name), folder + name);
  if (entries.has(`${folder}byteorder`) && decodeText(await read('byteorder')) !== 'little') {
    throw new RangeError('its numbers are big-endian');
  }
  const find: FindStorage = (type, key, length) => ({
    key,
    type,
    length,
    bytes: async () => {
      const values = await read(`data/${key}`);
      const byteLength = length * type.bytesPerValue;
      if (values.length !== byteLength) {
        throw new RangeError(
          `${folder}data/${key} should have ${byteLength} bytes, but has ${values.length}`,
        );
      }
      return values;
    },
  });
  return readStateDicts(new ByteCursor(await read('data.pkl')), (id) => loadPersistent(id, find));
}

/** Refuses a zip that `torch.save` did not write. */
function refuseEntries(pickles: number, names: readonly string[]): never {
  const start = `its zip has ${pickles} entries named */data.pkl`;
  if (names.some((name) => name.endsWith('.npy'))) {
    const arrays = "{name: torch.from_numpy(value) for name, value in numpy.load('weights.npz').items()}";
    throw new RangeError(`${start}, but arrays of NumPy; ${resaving(arrays)}`);
  }
  const first = names.slice(0, 3).map((name) => `'${name.slice(0, 60)}'`);
  throw new RangeError(
    `${start}, so PyTorch did not write it; unpack it and read what is in it (${first.join(', ') || 'nothing'})`,
  );
}

async function readEntry(entry: Entry | undefined, name: string): Promise<Uint8Array> {
  if (!entry || entry.directory) throw new RangeError(`its zip lacks ${name}`);
  if (entry.compressionMethod !== 0 || entry.compressedSize !== entry.uncompressedSize) {
    throw new RangeError(
      `${name} is compressed (${entry.compressedSize} to ${entry.uncompressedSize} bytes), but torch.save does not compress; ${resaving("torch.load('checkpoint.pth')")}`,
    );
  }
  try {
    return await (entry as FileEntry).getData(new Uint8ArrayWriter());
  } catch (error) {
    throw new RangeError(`${name} is damaged: ${(error as Error).message}`);
  }
}
