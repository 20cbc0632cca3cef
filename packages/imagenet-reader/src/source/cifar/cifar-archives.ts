import { basename, join } from 'node:path';
import { kindOf } from '../file-kind.js';

/** One of the archives in which CIFAR-10 and CIFAR-100 are published. */
export interface CifarArchive {
  readonly data: 'CIFAR-10' | 'CIFAR-100';
  readonly form: 'binary' | 'python';
  /** The folder that the file as downloaded unpacks to. */
  readonly folder: string;
  readonly train: readonly string[];
  readonly test: string;
  /** The file with the names of the classes. */
  readonly names: string;
  /** What else the archive holds. */
  readonly rest: readonly string[];
  readonly classes: number;
}

const FIVE = ['1', '2', '3', '4', '5'];

const cifarArchives: readonly CifarArchive[] = [
  {
    data: 'CIFAR-10',
    form: 'binary',
    folder: 'cifar-10-batches-bin',
    train: FIVE.map((number) => `data_batch_${number}.bin`),
    test: 'test_batch.bin',
    names: 'batches.meta.txt',
    rest: ['readme.html'],
    classes: 10,
  },
  {
    data: 'CIFAR-100',
    form: 'binary',
    folder: 'cifar-100-binary',
    train: ['train.bin'],
    test: 'test.bin',
    names: 'fine_label_names.txt',
    rest: ['coarse_label_names.txt'],
    classes: 100,
  },
  {
    data: 'CIFAR-10',
    form: 'python',
    folder: 'cifar-10-batches-py',
    train: FIVE.map((number) => `data_batch_${number}`),
    test: 'test_batch',
    names: 'batches.meta',
    rest: ['readme.html'],
    classes: 10,
  },
  {
    data: 'CIFAR-100',
    form: 'python',
    folder: 'cifar-100-python',
    train: ['train'],
    test: 'test',
    names: 'meta',
    rest: ['file.txt~'],
    classes: 100,
  },
];

/** An unpacked archive of CIFAR. */
export interface UnpackedCifar {
  readonly archive: CifarArchive;
  readonly path: string;
}

/** The archive to read. */
export interface FoundCifar extends UnpackedCifar {
  /** Archives with the same images in the other form. */
  readonly others: readonly UnpackedCifar[];
}

/**
 * Finds an unpacked archive of CIFAR at a path, which is its folder or the folder that holds it.
 *
 * @throws Error if both CIFAR-10 and CIFAR-100 are there.
 */
export async function findCifar(path: string): Promise<FoundCifar | undefined> {
  const found: UnpackedCifar[] = [];
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
  return { ...first, others };
}

/** A file called `train` or `test` alone could be anything. */
async function holds(path: string, { folder, train, test, names }: CifarArchive): Promise<boolean> {
  let files = 0;
  for (const name of [...train, test, names]) if ((await kindOf(join(path, name))) === 'file') files++;
  return files >= (basename(path) === folder ? 1 : 2);
}
