import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ByteSource, openByteSource } from './byte-source.js';
import { type Devkit, readDevkit } from './devkit.js';
import { classFolderImages, folderPictures, subfolders } from './folder-splits.js';
import type { IlsvrcSource, ImageClass, SourceImage, Split } from './ilsvrc-source.js';
import { type ImageFile, type ImageGroup, imageGroup } from './image-group.js';
import { readKaggleTables } from './kaggle-tables.js';
import { type FoundImages, tarPictures, trainTarImages } from './tar-splits.js';

/** Options of {@link openIlsvrc}. */
export interface OpenIlsvrcOptions {
  /** Name of the validation folder in the `train/<class>/*` layout; `val` (CIFAR-10 as folders has `test`). */
  readonly valFolder?: string;
  /** Stops the listing: ILSVRC's training tar takes some minutes. */
  readonly signal?: AbortSignal;
}

const TRAIN_TAR = 'ILSVRC2012_img_train.tar';
const VAL_TAR = 'ILSVRC2012_img_val.tar';
const DEVKIT = 'ILSVRC2012_devkit_t12';

/**
 * Opens a data set as it comes: ILSVRC-2012 as downloaded (tars stay packed), unpacked with its devkit, as Kaggle gives it
 * (`ILSVRC/Data/CLS-LOC`), or any `train/<class>/*` with `val/<class>/*`. `words.txt` (`<class><TAB><words>`), where there is one, names the classes of the last.
 *
 * @throws Error of one line that names the file or folder and says what to do, if something is missing, incomplete or
 * damaged: nothing is taken silently for less than it is.
 * @example
 * const source = await openIlsvrc('/data/ilsvrc');
 * for await (const image of source.images('val')) console.log(image.name, source.classes[image.label]);
 * await source.close();
 */
export async function openIlsvrc(path: string, options: OpenIlsvrcOptions = {}): Promise<IlsvrcSource> {
  if (!(await kindOf(path)))
    throw new Error(`${path} does not exist; give the folder that holds ${TRAIN_TAR} or train/.`);
  if ((await kindOf(path)) === 'file') {
    throw new Error(`${path} is a file; give the folder that holds ${TRAIN_TAR} or train/.`);
  }
  const open: ByteSource[] = [];
  try {
    return await openLayout(path, options, open);
  } catch (error) {
    await Promise.all(open.map((source) => source.close()));
    throw error;
  }
}

async function openLayout(
  path: string,
  options: OpenIlsvrcOptions,
  open: ByteSource[],
): Promise<IlsvrcSource> {
  const find = (...names: string[]): Promise<string | undefined> => firstPresent(path, names);
  const kaggle = await find('ILSVRC/Data/CLS-LOC');
  if (kaggle) return openKaggle(path, kaggle, options);
  const trainTar = await find(TRAIN_TAR);
  const train = trainTar ?? (await find('train', 'ILSVRC2012_img_train'));
  if (!train)
    throw new Error(
      `${path} holds neither ${TRAIN_TAR} nor a folder train/ of classes; fetch or unpack the data there.`,
    );
  const valFolder = await find(options.valFolder ?? 'val', 'ILSVRC2012_img_val');
  if (
    !trainTar &&
    valFolder &&
    (await kindOf(valFolder)) === 'folder' &&
    (await subfolders(valFolder)).length > 0
  ) {
    return openClasses(path, train, valFolder, options);
  }
  const val = (trainTar ? await find(VAL_TAR) : undefined) ?? valFolder ?? (await find(VAL_TAR));
  if (!val) throw new Error(`${path} lacks ${VAL_TAR}, or a folder val/; fetch it to the same folder.`);
  if (val === valFolder && (await folderPictures(val)).files.length === 0) throw withoutPictures(val);
  const kit = await find(`${DEVKIT}.tar.gz`, DEVKIT);
  if (!kit)
    throw new Error(
      `${path} lacks ${DEVKIT}.tar.gz, which labels the validation images; fetch it to the same folder.`,
    );
  const devkit = await readDevkit(kit);
  const trainImages = trainTar
    ? await trainTarImages(await opened(trainTar, open), devkit.classes, options.signal)
    : await classFolderImages(train, devkit.classes, options);
  const valImages = await flatVal(val, devkit, open, options.signal);
  const layout = trainTar ? 'tars' : 'folders';
  return makeSource({ layout, path, classes: devkit.classes, train: trainImages, val: valImages, open });
}

async function openClasses(
  path: string,
  train: string,
  val: string,
  options: OpenIlsvrcOptions,
): Promise<IlsvrcSource> {
  const wnids = await subfolders(train);
  if (wnids.length === 0)
    throw new Error(`${train} holds no folders of classes; unpack the training set there.`);
  const words = await readWords(join(path, 'words.txt'));
  const classes = wnids.map((wnid) => ({ wnid, words: words.get(wnid) ?? wnid }));
  const trainImages = await classFolderImages(train, classes, options);
  const valImages = await classFolderImages(val, classes, { ...options, allowEmpty: true });
  if (total(valImages.groups) === 0) throw withoutPictures(val);
  return makeSource({ layout: 'classes', path, classes, train: trainImages, val: valImages, open: [] });
}

async function openKaggle(path: string, folder: string, options: OpenIlsvrcOptions): Promise<IlsvrcSource> {
  const tables = await readKaggleTables(path);
  const train = await classFolderImages(join(folder, 'train'), tables.classes, options);
  const val = await flatVal(join(folder, 'val'), tables, [], options.signal);
  return makeSource({ layout: 'kaggle', path, classes: tables.classes, train, val, open: [] });
}

/** The pictures of a flat validation set: the i-th by name has the i-th label of the devkit. */
async function flatVal(
  val: string,
  { valLabels, labelsLocation }: Devkit,
  open: ByteSource[],
  signal: AbortSignal | undefined,
): Promise<FoundImages> {
  const isFolder = (await kindOf(val)) === 'folder';
  const source = isFolder ? undefined : await opened(val, open);
  const { files, ignored } = source ? await tarPictures(source, { signal }) : await folderPictures(val);
  if (files.length === 0) throw withoutPictures(val);
  if (files.length !== valLabels.length) {
    throw new Error(
      `${val} holds ${files.length} pictures but ${labelsLocation} has ${valLabels.length} labels; fetch the incomplete one again.`,
    );
  }
  checkNumbers(files, val);
  const place = { location: val, labels: valLabels, ...(source && { source }) };
  return { groups: [imageGroup(files, place)], ignored };
}

/** `ILSVRC2012_val_00000007.JPEG` must be the seventh, or every label after a gap would be wrong. */
function checkNumbers(files: readonly ImageFile[], val: string): void {
  const numbers = files.map(({ name }) => Number(/_(\d{8})\.\w+$/.exec(name)?.[1] ?? Number.NaN));
  if (numbers.some(Number.isNaN)) return;
  const there = new Set(numbers);
  for (let i = 1; i <= files.length; i++) {
    if (!there.has(i))
      throw new Error(`${val} lacks the picture numbered ${i} of ${files.length}; fetch it again.`);
  }
}

interface SourceParts {
  readonly layout: IlsvrcSource['layout'];
  readonly path: string;
  readonly classes: readonly ImageClass[];
  readonly train: FoundImages;
  readonly val: FoundImages;
  readonly open: readonly ByteSource[];
}

function makeSource({ layout, path, classes, train, val, open }: SourceParts): IlsvrcSource {
  const groups: Record<Split, readonly ImageGroup[]> = { train: train.groups, val: val.groups, test: [] };
  return {
    layout,
    path,
    classes,
    counts: { train: total(groups.train), val: total(groups.val), test: total(groups.test) },
    missing: [],
    ignoredFiles: train.ignored + val.ignored,
    async *images(split, from = 0): AsyncGenerator<SourceImage> {
      let skip = from;
      for (const group of groups[split]) {
        if (skip < group.count) yield* group.images(skip);
        skip = Math.max(0, skip - group.count);
      }
    },
    async close() {
      await Promise.all(open.map((source) => source.close()));
    },
  };
}

function withoutPictures(val: string): Error {
  return new Error(`${val} holds no pictures; fetch or unpack the validation set again.`);
}

function total(groups: readonly ImageGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

async function opened(path: string, open: ByteSource[]): Promise<ByteSource> {
  const source = await openByteSource(path);
  open.push(source);
  return source;
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Error(`${path} cannot be opened (${code}); check its permissions.`, { cause: error });
  }
}

async function firstPresent(path: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const file = join(path, name);
    if (await kindOf(file)) return file;
  }
  return undefined;
}

async function readWords(file: string): Promise<Map<string, string>> {
  if ((await kindOf(file)) !== 'file') return new Map();
  const words = new Map<string, string>();
  for (const [i, line] of (await readFile(file, 'utf8')).split(/\r?\n/).entries()) {
    if (line === '') continue;
    const tab = line.indexOf('\t');
    if (tab < 1) throw new Error(`${file}: line ${i + 1} must be '<class><TAB><words>' (${basename(file)}).`);
    words.set(line.slice(0, tab), line.slice(tab + 1).trim());
  }
  return words;
}
