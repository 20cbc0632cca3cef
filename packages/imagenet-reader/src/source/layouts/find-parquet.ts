import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { kindOf } from '../file-kind.js';
import { type Split, splits } from '../ilsvrc-source.js';
import { byName } from '../image-names.js';
import { type FoundShards, splitOf } from './find-shards.js';
import { subfolders } from './folder-splits.js';

const MOST_LINES = 20;

/**
 * Finds Parquet files in a folder, in its `data/`, or in its only other subfolder that has some. In each, the
 * name or the folder tells the split: `train-00000-of-00294.parquet`, `train/0000.parquet`.
 *
 * @throws Error if several subfolders have some, the files of two versions are mixed, or there are Arrow files
 *   instead.
 */
export async function findParquet(path: string): Promise<FoundShards | undefined> {
  for (const folder of [path, join(path, 'data')]) {
    const found = await parquetIn(folder);
    if (found) return found;
  }
  const inFolders: { folder: string; found: FoundShards }[] = [];
  const folders = (await subfolders(path)).map((name) => join(path, name));
  for (const folder of folders) {
    const found = await parquetIn(folder);
    if (found) inFolders.push({ folder, found });
  }
  const [first, second] = inFolders;
  if (second) {
    throw new Error(
      `${path} holds Parquet files in ${inFolders.map(({ folder }) => basename(folder)).join(', ')}; give one of these folders, such as ${first?.folder}.`,
    );
  }
  if (!first) await refuseArrow(path, [path, ...folders]);
  return first?.found;
}

/** `save_to_disk` of `datasets` writes Arrow files, which have no index of their images. */
async function refuseArrow(path: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    if (!(await readdir(folder)).some((name) => name.endsWith('.arrow'))) continue;
    throw new Error(
      `${path} holds Arrow files, which are not read; write Parquet files in Python by datasets.load_from_disk('${path}'), then to_parquet('train.parquet') of each split.`,
    );
  }
}

/** The Parquet files of a folder and of its folders of splits. */
export async function parquetIn(path: string): Promise<FoundShards | undefined> {
  const shards: Record<Split, string[]> = { train: [], val: [], test: [] };
  for (const folder of ['', 'train', 'val', 'validation', 'valid', 'test']) {
    const location = join(path, folder);
    if ((await kindOf(location)) !== 'folder') continue;
    const names = (await readdir(location)).filter((name) => /^[^.].*\.parquet$/.test(name)).sort(byName);
    for (const name of names) shards[splitOf(folder || name)].push(join(location, name));
  }
  const missing = splits.flatMap((split) => missingOf(shards[split]));
  return splits.some((split) => shards[split].length > 0) ? { splits: shards, missing } : undefined;
}

/** A line for each shard that is missing: every name tells how many there are. */
function missingOf(files: readonly string[]): string[] {
  const series = new Map<string, { of: string; numbers: Set<number> }>();
  for (const file of files) {
    const [, stem, number, of] = /^(.*-)(\d{5})-of-(\d{5})\b/.exec(file) ?? [];
    if (stem === undefined || of === undefined) continue;
    const known = series.get(stem) ?? { of, numbers: new Set<number>() };
    if (known.of !== of) {
      throw new Error(
        `${dirname(file)} holds shards of ${Number(known.of)} and of ${Number(of)} of ${basename(stem)}*; keep those of one version.`,
      );
    }
    series.set(stem, known);
    known.numbers.add(Number(number));
  }
  const absent = [...series].flatMap(([stem, { of, numbers }]) =>
    Array.from({ length: Number(of) }, (_, i) => i)
      .filter((i) => !numbers.has(i))
      .map((i) => `${stem}${String(i).padStart(5, '0')}-of-${of}`),
  );
  const lines = absent
    .slice(0, MOST_LINES)
    .map((name) => `${name}.parquet is missing: its images are left out.`);
  const more = absent.length - lines.length;
  return more > 0 ? [...lines, `${more} more shards of ${dirname(files[0] ?? '')} are missing.`] : lines;
}
