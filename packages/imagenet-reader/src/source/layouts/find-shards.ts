import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { kindOf } from '../file-kind.js';
import type { Split } from '../ilsvrc-source.js';
import { byName } from '../image-names.js';
import { firstBytes } from './list-folder.js';

/** The shards of every split, in order of name. */
export interface FoundShards {
  readonly splits: Readonly<Record<Split, readonly string[]>>;
  /** One line for each shard that is missing, judging by the numbers of the others. */
  readonly missing: readonly string[];
}

// Not n01440764.tar, which is a class of ILSVRC's training tar.
const SHARD = /^(?!n\d{8}\.tar$)([^.].*|)(?<!\d)(\d{1,9})\.tar$/;
const MOST_LINES = 20;

/**
 * Finds WebDataset shards, `<anything><number>.tar`, in a folder and in its subfolders `train`, `val`
 * (`validation`, `valid`) and `test`. A shard belongs to the split that its folder or its name says,
 * otherwise to `train`.
 */
export async function findShards(path: string): Promise<FoundShards> {
  const splits: Record<Split, string[]> = { train: [], val: [], test: [] };
  const missing: string[] = [];
  for (const folder of ['', 'train', 'val', 'validation', 'valid', 'test']) {
    const location = join(path, folder);
    if ((await kindOf(location)) !== 'folder') continue;
    const names: string[] = [];
    for (const name of (await readdir(location)).filter((entry) => SHARD.test(entry)).sort(byName)) {
      if (await isCheckpoint(join(location, name))) {
        missing.push(
          `${join(location, name)} is left out: it is not a tar, but a ZIP archive or a checkpoint of PyTorch.`,
        );
      } else names.push(name);
    }
    for (const name of names) splits[splitOf(folder || name)].push(join(location, name));
    missing.push(...gaps(names, location));
  }
  return { splits, missing };
}

/** Whether a file begins as those of `torch.save` do, a ZIP archive or a pickle; often called `x.pth.tar`. */
async function isCheckpoint(path: string): Promise<boolean> {
  const start = await firstBytes(path).catch(() => Buffer.alloc(0)); // an error is thrown when it is listed
  return start.toString('latin1', 0, 4) === 'PK\x03\x04' || (start[0] === 0x80 && (start[1] ?? 0) <= 5);
}

/** The split that a word of the name says, as in `imagenet1k-validation-00.tar`. */
export function splitOf(name: string): Split {
  const word = /(?:^|[^a-z])(train|val|test)(?:ing|id|idation)?(?:[^a-z]|$)/.exec(name.toLowerCase())?.[1];
  return (word ?? 'train') as Split;
}

/** Numbers start at 0 or 1 and have no gaps. Nothing tells how many shards should follow the last one. */
function gaps(names: readonly string[], location: string): string[] {
  const series = new Map<string, Map<number, string>>();
  for (const name of names) {
    const [, stem = '', digits = ''] = SHARD.exec(name) ?? [];
    const numbers = series.get(stem) ?? new Map<number, string>();
    series.set(stem, numbers.set(Number(digits), digits));
  }
  const lines: string[] = [];
  let absent = 0;
  for (const [stem, numbers] of series) {
    const [width = 0, first, last] = [
      [...numbers.values()][0]?.length,
      numbers.has(0) ? 0 : 1,
      Math.max(...numbers.keys()),
    ];
    absent += last + 1 - first - numbers.size;
    for (let i = first; i < last && lines.length < Math.min(absent, MOST_LINES); i++) {
      if (numbers.has(i)) continue;
      const name = `${stem}${String(i).padStart(width, '0')}.tar`;
      lines.push(`${join(location, name)} is missing: its images are left out.`);
    }
  }
  const more = absent - lines.length;
  return more > 0 ? [...lines, `${location} is missing ${more} more shards.`] : lines;
}
