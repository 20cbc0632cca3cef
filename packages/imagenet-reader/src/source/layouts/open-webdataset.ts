import { basename, dirname, join, relative } from 'node:path';
import { assembleSource } from '../assemble-source.js';
import { openByteSource } from '../byte-source.js';
import { kindOf } from '../file-kind.js';
import type { IlsvrcSource, Split } from '../ilsvrc-source.js';
import { type ImageGroup, imageGroup } from '../image-group.js';
import { LeftOutCounts } from '../left-out.js';
import type { Opening } from '../opening.js';
import { type FoundShards, findShards, splitOf } from './find-shards.js';
import { type LearnedWnids, learnWnid } from './learn-wnid.js';
import { classList, shardClasses } from './shard-classes.js';
import { type ShardSamples, shardSamples } from './shard-samples.js';
import type { FoundImages } from './tar-splits.js';
import { unusedEntries } from './unused-entries.js';

/** Opens a folder of WebDataset shards, or one shard. Images keep the order of the shards. */
export async function openWebDataset(opening: Opening, found: FoundShards): Promise<IlsvrcSource> {
  const { path, signal } = opening;
  const missing = [...found.missing];
  const wnids: LearnedWnids = new Map();
  const splits: Partial<Record<Split, FoundImages>> = {};
  for (const split of ['train', 'val', 'test'] as const) {
    const shards = found.splits[split];
    const images = shards.length > 0 ? await splitImages(split, shards, wnids, signal) : undefined;
    if (images) splits[split] = images;
    else if (shards.length > 0)
      missing.push(`${shards[0]} and all other test shards are left out: they have no labels.`);
    else if (split !== 'test') missing.push(`${path} has no ${split} shards: no shard is named '${split}'.`);
  }
  const list = await classList(path);
  const classes = await shardClasses(path, wnids, list);
  if ((await kindOf(path)) === 'folder') missing.push(...(await unusedBeside(path, found, list)));
  return assembleSource(path, { layout: 'webdataset', classes, splits, missing });
}

/** A line for what lies beside the shards and their list of classes and is not said to be left out yet. */
async function unusedBeside(path: string, found: FoundShards, list: string | undefined): Promise<string[]> {
  const used = new Set(
    [...Object.values(found.splits).flat(), list ?? ''].map((file) => relative(path, file)),
  );
  const folders = new Set([...used].map((file) => dirname(file)));
  const ofPrepare = /^(words\.txt|source\.json|mean-image\.f32|\w+\.index)$/;
  const isSaid = (name: string): boolean =>
    found.missing.some((line) => line.startsWith(`${join(path, name)} `));
  return unusedEntries(
    path,
    (name) => used.has(name) || folders.has(name) || ofPrepare.test(name) || isSaid(name),
  );
}

/** The shards at a path, which is a folder or a single shard. */
export async function shardsAt(path: string, isFolder: boolean): Promise<FoundShards> {
  if (isFolder) return findShards(path);
  return { splits: { train: [], val: [], test: [], [splitOf(basename(path))]: [path] }, missing: [] };
}

/** Undefined for a test split without labels; in any other split an image without a label is an error. */
async function splitImages(
  split: Split,
  shards: readonly string[],
  wnids: LearnedWnids,
  signal: AbortSignal | undefined,
): Promise<FoundImages | undefined> {
  const groups: ImageGroup[] = [];
  const leftOut = new LeftOutCounts();
  for (const path of shards) {
    const shard = await openByteSource(path);
    let samples: ShardSamples;
    try {
      samples = await shardSamples(shard, signal);
    } finally {
      await shard.close();
    }
    const unlabelled = samples.labels.indexOf(-1);
    if (unlabelled >= 0 && split === 'test') return undefined;
    if (unlabelled >= 0) {
      const { name } = samples.list.at(unlabelled);
      throw new Error(`${path} holds ${name} without a label in a .cls or .json file; pack the shard again.`);
    }
    for (const [i, label] of samples.labels.entries()) learnWnid(wnids, label, samples.list.at(i).name);
    const labels = Uint32Array.from(samples.labels);
    groups.push(imageGroup(samples.list, { location: path, tar: path, labels }));
    leftOut.addAll(samples.leftOut);
  }
  return { groups, leftOut: leftOut.all };
}
