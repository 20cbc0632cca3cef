import { relative, sep } from 'node:path';
import { assembleSource } from '../assemble-source.js';
import { openByteSource } from '../byte-source.js';
import { kindOf } from '../file-kind.js';
import type { IlsvrcSource, ImageClass, Split } from '../ilsvrc-source.js';
import type { ImageGroup } from '../image-group.js';
import type { Opening } from '../opening.js';
import { ParquetTable } from '../parquet/parquet-table.js';
import type { FoundShards } from './find-shards.js';
import { type LearnedWnids, learnWnid } from './learn-wnid.js';
import { type ParquetImages, parquetImages } from './parquet-images.js';
import type { FoundImages } from './tar-splits.js';
import { unusedEntries } from './unused-entries.js';

/** What the shards say about the classes. */
interface Learned {
  /** The names by label, and the file that has them. */
  names?: { readonly file: string; readonly words: readonly string[] };
  readonly wnids: LearnedWnids;
}

/** Opens Parquet files of images and labels, as Hugging Face publishes data sets. Images keep their order. */
export async function openParquet(opening: Opening, found: FoundShards): Promise<IlsvrcSource> {
  const { path, signal } = opening;
  const missing = [...found.missing];
  const learned: Learned = { wnids: new Map() };
  const splits: Partial<Record<Split, FoundImages>> = {};
  for (const split of ['train', 'val', 'test'] as const) {
    const shards = found.splits[split];
    const images = shards.length > 0 ? await splitImages(split, shards, learned, signal) : undefined;
    if (images) splits[split] = images;
    else if (shards.length > 0)
      missing.push(`${shards[0]} and all other test shards are left out: they have no labels.`);
    else if (split !== 'test')
      missing.push(`${path} has no ${split} shards: no Parquet file is named '${split}'.`);
  }
  if ((await kindOf(path)) === 'folder') missing.push(...(await unusedBeside(path, found)));
  return assembleSource(path, { layout: 'parquet', classes: classesOf(learned), splits, missing });
}

/** A line for what lies beside the Parquet files and their folders. */
function unusedBeside(path: string, { splits }: FoundShards): Promise<string[]> {
  const used = new Set(Object.values(splits).flat().map((file) => relative(path, file).split(sep)[0])); // biome-ignore format: one line
  return unusedEntries(path, (name) => used.has(name));
}

/** Undefined for a test split without labels; in any other split an image without a label is an error. */
async function splitImages(
  split: Split,
  shards: readonly string[],
  learned: Learned,
  signal: AbortSignal | undefined,
): Promise<FoundImages | undefined> {
  const groups: ImageGroup[] = [];
  for (const path of shards) {
    const images = await shardImages(path, learned, signal);
    const unlabelled = images.labels.indexOf(-1);
    if (unlabelled >= 0 && split === 'test') return undefined;
    if (unlabelled >= 0) {
      throw new Error(
        `${path}: row ${unlabelled} has no label; only the shards of a test split may have none.`,
      );
    }
    learnLabels(images, learned, path);
    groups.push(images.group);
  }
  return { groups, leftOut: [] };
}

async function shardImages(
  path: string,
  learned: Learned,
  signal: AbortSignal | undefined,
): Promise<ParquetImages> {
  const source = await openByteSource(path);
  try {
    const table = await ParquetTable.open(source);
    learnNames(table, learned);
    return await parquetImages(table, signal);
  } finally {
    await source.close();
  }
}

function learnNames({ columns: { classes }, path }: ParquetTable, learned: Learned): void {
  if (!classes) return;
  learned.names ??= { file: path, words: classes };
  if (learned.names.words.join('\n') === classes.join('\n')) return;
  throw new Error(`${path} and ${learned.names.file} name other classes; keep the shards of one data set.`);
}

function learnLabels({ list, labels }: ParquetImages, { names, wnids }: Learned, path: string): void {
  const count = names?.words.length ?? Number.POSITIVE_INFINITY;
  for (const [i, label] of labels.entries()) {
    if (label >= count)
      throw new Error(`${path}: the label of row ${i} must be less than ${count}, got ${label}.`);
    learnWnid(wnids, label, list.at(i).name);
  }
}

/** A class without a WordNet ID is called by its name, or by its label if the name is not its own. */
function classesOf({ names, wnids }: Learned): ImageClass[] {
  const words = names?.words ?? [];
  const most = [...wnids.keys()].reduce((count, label) => Math.max(count, label + 1), words.length);
  return Array.from({ length: most }, (_, label) => {
    const name = words[label];
    const isOwn = name !== undefined && words.indexOf(name) === words.lastIndexOf(name);
    const wnid = wnids.get(label) || (isOwn ? name : String(label));
    return { wnid, words: name ?? wnid };
  });
}
