import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { codeOf, messageOf } from '@alexnet/validate';
import { bufferByteSource, readSmallFile } from '../byte-source.js';
import { kindOf } from '../file-kind.js';
import type { ImageClass, Split } from '../ilsvrc-source.js';
import { printable } from '../printable.js';
import { decodeText } from '../table-lines.js';
import { tarEntries } from '../tar/tar-entries.js';
import type { IlsvrcYear } from './ilsvrc-years.js';
import { type MatValue, readMat5 } from './mat5.js';

/** The labels of a split without class folders, one for each image, in the order of the images' names. */
export interface SplitLabels {
  /** 0-based. */
  readonly labels: Uint32Array;
  /** The file they were read from, for errors. */
  readonly location: string;
}

/** The contents of a development kit. */
export interface Devkit {
  /** By `ILSVRC<year>_ID - 1`, the label order of the ground truth and of submissions. */
  readonly classes: readonly ImageClass[];
  /** The number of training images, by `num_train_images`; 0 if the kit does not say. */
  readonly trainImages: number;
  readonly splits: Readonly<Partial<Record<Split, SplitLabels>>>;
}

const LARGEST_DEVKIT = 1 << 28;
const LARGEST_META = 1 << 26;
const LARGEST_LABELS = 1 << 23; // 150,000 labels take 0.6 MB
const META = 'meta.mat';

/**
 * Reads `data/meta.mat` and the ground truth of a devkit, which is a folder or a `.tar.gz`.
 *
 * @throws Error that names the file if it is missing or damaged or contradicts another.
 */
export async function readDevkit(path: string, year: IlsvrcYear): Promise<Devkit> {
  const isFolder = (await kindOf(path)) === 'folder';
  const wanted = [META, ...Object.values(year.labels)];
  const files = isFolder ? await readFolder(path, wanted) : await readArchive(path, wanted);
  const need = (name: string): Buffer => {
    const bytes = files.get(name);
    if (bytes) return bytes;
    const what = isFolder ? `${join(path, 'data', name)} is missing` : `${path} holds no data/${name}`;
    throw new Error(`${what}; fetch ${year.devkits[0]} again.`);
  };
  const meta = readMeta(need(META), join(path, 'data', META), year.idField);
  const splits: Partial<Record<Split, SplitLabels>> = {};
  for (const split of ['val', 'test'] as const) {
    const name = year.labels[split];
    if (name === undefined || (split === 'test' && !files.has(name))) continue; // 2010's came later
    splits[split] = parseLabels(need(name), meta.classes.length, join(path, 'data', name));
  }
  return { ...meta, splits };
}

/** Reads a file of labels, `ILSVRC2010_test_ground_truth.txt`. */
export async function readLabels(path: string, classes: number): Promise<SplitLabels> {
  return parseLabels(await readSmallFile(path, LARGEST_LABELS), classes, path);
}

async function readFolder(path: string, wanted: readonly string[]): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const name of wanted) {
    const file = join(path, 'data', name);
    if (await kindOf(file)) found.set(name, await readSmallFile(file, LARGEST_META));
  }
  return found;
}

async function readArchive(path: string, wanted: readonly string[]): Promise<Map<string, Buffer>> {
  const bytes = gunzip(await readSmallFile(path, LARGEST_DEVKIT), path);
  const found = new Map<string, Buffer>();
  for await (const { name, offset, size, isFile } of tarEntries(bufferByteSource(bytes, path))) {
    const file = basename(name);
    if (isFile && wanted.includes(file) && offset + size <= bytes.length) {
      found.set(file, bytes.subarray(offset, offset + size));
    }
  }
  return found;
}

function gunzip(bytes: Buffer, path: string): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    throw new Error(`${path} is not a gzip file; fetch it again.`);
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_DEVKIT });
  } catch (error) {
    throw new Error(`${path} ${gzipProblem(error)}; fetch it again.`, { cause: error });
  }
}

function gzipProblem(error: unknown): string {
  const isShort = messageOf(error).includes('unexpected end');
  if (isShort) return 'ends inside its compressed data: the download is incomplete';
  const isLarge = codeOf(error) === 'ERR_BUFFER_TOO_LARGE';
  return isLarge ? `unpacks to more than ${LARGEST_DEVKIT} bytes, too many for a devkit` : 'is damaged';
}

/**
 * Reads only the leaves of the WordNet tree; inner synsets have children and IDs beyond the number of
 * classes.
 */
function readMeta(bytes: Buffer, location: string, idField: string): Pick<Devkit, 'classes' | 'trainImages'> {
  const synsets = readMat5(bytes, { name: location }).get('synsets');
  if (synsets?.kind !== 'structs')
    throw new Error(`${location} holds no structure array 'synsets'; fetch it again.`);
  const classes: ImageClass[] = [];
  let leaves = 0;
  let trainImages = 0;
  for (const synset of synsets.elements) {
    if (numberOf(synset.get('num_children')) !== 0) continue;
    leaves++;
    trainImages += numberOf(synset.get('num_train_images'));
    const id = numberOf(synset.get(idField));
    const wnid = textOf(synset.get('WNID'));
    if (!Number.isInteger(id) || id < 1 || id > synsets.elements.length || !/^[\w-]+$/.test(wnid)) {
      throw new Error(
        `${location} holds a synset with ${idField} ${id} and WNID '${printable(wnid.slice(0, 40))}'; fetch it again.`,
      );
    }
    classes[id - 1] = { wnid, words: textOf(synset.get('words')) };
  }
  const isWhole = classes.length === leaves && classes.filter(Boolean).length === leaves;
  if (leaves === 0 || !isWhole) {
    throw new Error(`${location} has ${leaves} classes whose IDs are not 1..${leaves}; fetch it again.`);
  }
  return { classes, trainImages: Number.isSafeInteger(trainImages) ? trainImages : 0 };
}

function numberOf(value: MatValue | undefined): number {
  return value?.kind === 'numbers' && value.data.length === 1 ? (value.data[0] ?? Number.NaN) : Number.NaN;
}

function textOf(value: MatValue | undefined): string {
  return value?.kind === 'text' ? (value.rows[0] ?? '') : '';
}

function parseLabels(bytes: Buffer, classes: number, location: string): SplitLabels {
  if (bytes.length > LARGEST_LABELS)
    throw new Error(`${location} has ${bytes.length} bytes, too many for labels; fetch it again.`);
  const lines = decodeText(bytes, location).trim().split(/\s+/);
  const labels = new Uint32Array(lines.length);
  for (const [i, line] of lines.entries()) {
    const id = Number(line);
    if (!/^\d+$/.test(line) || id < 1 || id > classes) {
      throw new Error(
        `${location}: line ${i + 1} must be an ID from 1 to ${classes}, got '${printable(line.slice(0, 40))}'.`,
      );
    }
    labels[i] = id - 1;
  }
  return { labels, location };
}
