import { open, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { bufferByteSource } from './byte-source.js';
import type { ImageClass } from './ilsvrc-source.js';
import { type MatValue, readMat5 } from './mat5.js';
import { tarEntries } from './tar-entries.js';

/** What ILSVRC's development kit, or Kaggle's tables, say: the classes, and the label of every validation image. */
export interface Devkit {
  /** By `ILSVRC2012_ID - 1`, the label order of the validation file and of submissions; Kaggle's are by wnid. */
  readonly classes: readonly ImageClass[];
  /** 0-based labels in the order of `ILSVRC2012_val_00000001.JPEG`, ... */
  readonly valLabels: Uint32Array;
  /** The file of the labels, for errors. */
  readonly labelsLocation: string;
}

const LARGEST_DEVKIT = 1 << 28;
const META = 'meta.mat';
const LABELS = 'ILSVRC2012_validation_ground_truth.txt';

/**
 * Reads `data/meta.mat` and `data/ILSVRC2012_validation_ground_truth.txt` of a devkit, a folder or a `.tar.gz`.
 *
 * @throws Error that names the file if one is missing, damaged or disagrees with the other.
 */
export async function readDevkit(path: string): Promise<Devkit> {
  const files = (await stat(path)).isDirectory() ? await readFolder(path) : await readArchive(path);
  const classes = readClasses(files.meta, join(path, 'data', META));
  const labelsLocation = join(path, 'data', LABELS);
  return { classes, labelsLocation, valLabels: readLabels(files.labels, classes.length, labelsLocation) };
}

interface DevkitFiles {
  readonly meta: Buffer;
  readonly labels: Buffer;
}

async function readFolder(path: string): Promise<DevkitFiles> {
  const read = async (name: string): Promise<Buffer> => {
    const file = join(path, 'data', name);
    try {
      return await readFile(file);
    } catch (error) {
      throw new Error(`${file} is missing or unreadable; unpack ILSVRC2012_devkit_t12.tar.gz again.`, {
        cause: error,
      });
    }
  };
  return { meta: await read(META), labels: await read(LABELS) };
}

async function readArchive(path: string): Promise<DevkitFiles> {
  const bytes = gunzip(await readBounded(path), path);
  const found = new Map<string, Buffer>();
  for await (const { name, offset, size } of tarEntries(bufferByteSource(bytes, path))) {
    const file = basename(name);
    if ((file === META || file === LABELS) && offset + size <= bytes.length) {
      found.set(file, bytes.subarray(offset, offset + size));
    }
  }
  const meta = found.get(META);
  const labels = found.get(LABELS);
  if (!meta || !labels) {
    throw new Error(
      `${path} holds no data/${meta ? LABELS : META}; fetch ILSVRC2012_devkit_t12.tar.gz again.`,
    );
  }
  return { meta, labels };
}

async function readBounded(path: string): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    if (size > LARGEST_DEVKIT)
      throw new Error(`${path} has ${size} bytes, too many for a devkit; fetch it again.`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

function gunzip(bytes: Buffer, path: string): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    throw new Error(`${path} is no gzip file; fetch it again.`);
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_DEVKIT });
  } catch (error) {
    const isShort = error instanceof Error && error.message.includes('unexpected end');
    const what = isShort ? 'ends inside its compressed data: the download is incomplete' : 'is damaged';
    throw new Error(`${path} ${what}; fetch it again.`, { cause: error });
  }
}

/** Leaves of the WordNet tree only: synsets above them have children and IDs beyond the number of classes. */
function readClasses(bytes: Buffer, location: string): ImageClass[] {
  const synsets = readMat5(bytes, { name: location }).get('synsets');
  if (synsets?.kind !== 'structs')
    throw new Error(`${location} holds no structure array 'synsets'; fetch it again.`);
  const classes: ImageClass[] = [];
  let leaves = 0;
  for (const synset of synsets.elements) {
    if (numberOf(synset.get('num_children')) !== 0) continue;
    leaves++;
    const id = numberOf(synset.get('ILSVRC2012_ID'));
    const wnid = textOf(synset.get('WNID'));
    if (!Number.isInteger(id) || id < 1 || id > synsets.elements.length || !/^[\w-]+$/.test(wnid)) {
      throw new Error(`${location} holds a synset with ID ${id} and WNID '${wnid}'; fetch it again.`);
    }
    classes[id - 1] = { wnid, words: textOf(synset.get('words')) };
  }
  const isWhole = classes.length === leaves && classes.filter(Boolean).length === leaves;
  if (leaves === 0 || !isWhole) {
    throw new Error(`${location} has ${leaves} classes whose IDs are not 1..${leaves}; fetch it again.`);
  }
  return classes;
}

function numberOf(value: MatValue | undefined): number {
  return value?.kind === 'numbers' && value.data.length === 1 ? (value.data[0] ?? Number.NaN) : Number.NaN;
}

function textOf(value: MatValue | undefined): string {
  return value?.kind === 'text' ? (value.rows[0] ?? '') : '';
}

function readLabels(bytes: Buffer, classes: number, location: string): Uint32Array {
  const lines = bytes.toString('latin1').trim().split(/\s+/);
  const labels = new Uint32Array(lines.length);
  for (const [i, line] of lines.entries()) {
    const id = Number(line);
    if (!/^\d+$/.test(line) || id < 1 || id > classes) {
      throw new Error(
        `${location}: line ${i + 1} must be an ID from 1 to ${classes}, got '${line.slice(0, 40)}'.`,
      );
    }
    labels[i] = id - 1;
  }
  return labels;
}
