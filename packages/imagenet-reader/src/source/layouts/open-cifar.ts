import { basename, extname, join } from 'node:path';
import { assembleSource } from '../assemble-source.js';
import { binaryBatch, CIFAR_SIZE, type CifarBatch } from '../cifar/binary-batch.js';
import type { CifarArchive, FoundCifar, UnpackedCifar } from '../cifar/cifar-archives.js';
import { pythonBatch, pythonNames } from '../cifar/python-batch.js';
import { readNames } from '../class-words.js';
import { kindOf } from '../file-kind.js';
import type { IlsvrcSource, ImageClass } from '../ilsvrc-source.js';
import { type ImageGroup, imageGroup } from '../image-group.js';
import type { Opening } from '../opening.js';
import type { FoundImages } from './tar-splits.js';
import { unusedEntries } from './unused-entries.js';

/**
 * Opens an unpacked archive of CIFAR-10 or CIFAR-100, whose test images are the validation split. The classes
 * of CIFAR-100 are its 100 fine ones.
 */
export async function openCifar(opening: Opening, found: FoundCifar): Promise<IlsvrcSource> {
  const { archive, path, others } = found;
  const missing = others.map((same) => `${same.path} is left out: ${path} holds the same images.`);
  missing.push(...(await unusedFiles(opening.path, [found, ...others])));
  const classes = await namedClasses(path, archive, missing);
  const train = await batches(path, archive.train, archive, opening, missing);
  const val = await batches(path, [archive.test], archive, opening, missing);
  return assembleSource(path, { layout: 'cifar', classes, splits: { train, val }, missing });
}

/** Lines for what lies beside the files of the archives, at the path and in their folders. */
async function unusedFiles(path: string, found: readonly UnpackedCifar[]): Promise<string[]> {
  const known = new Set(
    found.flatMap(({ archive: { folder, train, test, names, rest } }) => [
      folder,
      ...train,
      test,
      names,
      ...rest,
    ]),
  );
  const folders = [...new Set([path, ...found.map((one) => one.path)])];
  const lines = await Promise.all(folders.map((folder) => unusedEntries(folder, (name) => known.has(name))));
  return lines.flat();
}

async function namedClasses(path: string, archive: CifarArchive, missing: string[]): Promise<ImageClass[]> {
  const file = join(path, archive.names);
  if (!(await kindOf(file))) {
    missing.push(`${file} is missing: classes are called by their labels.`);
    return Array.from({ length: archive.classes }, (_, label) => ({ wnid: `${label}`, words: `${label}` }));
  }
  const key = archive.data === 'CIFAR-10' ? 'label_names' : 'fine_label_names';
  const names = archive.form === 'python' ? await pythonNames(file, key) : await readNames(file);
  if (names.length !== archive.classes) {
    throw new Error(`${file} must name ${archive.classes} classes, got ${names.length}; fetch it again.`);
  }
  return names.map((name) => ({ wnid: name, words: name }));
}

/** The images of some batches in their order, without those of a batch that is missing. */
async function batches(
  path: string,
  names: readonly string[],
  archive: CifarArchive,
  { files, signal }: Opening,
  missing: string[],
): Promise<FoundImages> {
  const groups: ImageGroup[] = [];
  for (const name of names) {
    signal?.throwIfAborted();
    const file = join(path, name);
    if (!(await kindOf(file))) {
      missing.push(`${file} is missing: its images are left out.`);
      continue;
    }
    const { list, labels } = await batch(file, archive, files);
    groups.push(imageGroup(list, { location: file, tar: file, labels, planes: CIFAR_SIZE }));
  }
  return { groups, leftOut: [] };
}

function batch(
  file: string,
  { data, form, classes }: CifarArchive,
  files: Opening['files'],
): Promise<CifarBatch> {
  const isFine = data === 'CIFAR-100';
  const name = basename(file, extname(file));
  if (form === 'python')
    return pythonBatch(file, { name, classes, labels: isFine ? 'fine_labels' : 'labels' });
  return files
    .open(file)
    .then((source) => binaryBatch(source, { name, classes, labelBytes: isFine ? 2 : 1 }));
}
