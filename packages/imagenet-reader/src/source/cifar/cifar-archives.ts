import { dirname, join } from 'node:path';
import { kindOf } from '../file-kind.js';

/** One of the archives in which CIFAR-10 and CIFAR-100 are published. */
export interface CifarArchive {
  readonly data: 'CIFAR-10' | 'CIFAR-100';
  readonly form: 'binary' | 'python';
  /** The file as downloaded, and the folder that it unpacks to. */
  readonly packed: string;
  readonly folder: string;
  readonly train: readonly string[];
  readonly test: string;
  /** The file with the names of the classes. */
  readonly names: string;
  readonly classes: number;
}

const FIVE = ['1', '2', '3', '4', '5'];

export const cifarArchives: readonly CifarArchive[] = [
  {
    data: 'CIFAR-10',
    form: 'binary',
    packed: 'cifar-10-binary.tar.gz',
    folder: 'cifar-10-batches-bin',
    train: FIVE.map((number) => `data_batch_${number}.bin`),
    test: 'test_batch.bin',
    names: 'batches.meta.txt',
    classes: 10,
  },
  {
    data: 'CIFAR-100',
    form: 'binary',
    packed: 'cifar-100-binary.tar.gz',
    folder: 'cifar-100-binary',
    train: ['train.bin'],
    test: 'test.bin',
    names: 'fine_label_names.txt',
    classes: 100,
  },
];

/** An unpacked archive of CIFAR. */
export interface FoundCifar {
  readonly archive: CifarArchive;
  readonly path: string;
  /** Folders with the same images in the other form. */
  readonly unused: readonly string[];
}

/**
 * Finds an unpacked archive of CIFAR at a path, which is its folder or the folder that holds it.
 *
 * @throws Error if both CIFAR-10 and CIFAR-100 are there.
 */
export async function findCifar(path: string): Promise<FoundCifar | undefined> {
  const found: { archive: CifarArchive; path: string }[] = [];
  for (const archive of cifarArchives) if (await holds(path, archive)) found.push({ archive, path });
  for (const archive of found.length > 0 ? [] : cifarArchives) {
    const folder = join(path, archive.folder);
    if (await holds(folder, archive)) found.push({ archive, path: folder });
  }
  const [first, ...others] = found;
  if (!first) return undefined;
  const other = others.find(({ archive }) => archive.data !== first.archive.data);
  if (other)
    throw new Error(
      `${path} holds ${first.archive.data} and ${other.archive.data}; give one of their folders, such as ${first.path}.`,
    );
  return { ...first, unused: others.map((same) => same.path) };
}

/** Whether a file is an archive of CIFAR as downloaded, by its name. */
export function isPackedCifar(name: string): boolean {
  return cifarArchives.some(({ packed }) => packed === name);
}

/** The error for a packed archive, which says what to type. */
export function notUnpacked(file: string): Error {
  const folder = dirname(file);
  return new Error(`${file} is not unpacked; type tar -xzf '${file}' -C '${folder}', then give ${folder}.`);
}

async function holds(path: string, { train, test }: CifarArchive): Promise<boolean> {
  for (const name of [...train, test]) if ((await kindOf(join(path, name))) === 'file') return true;
  return false;
}
