import type { SourceState } from '../prepared/source-file.js';
import type { Split } from '../source/ilsvrc-source.js';
import { type IlsvrcSource, splits } from '../source/ilsvrc-source.js';
import type { ImageReader } from '../source/image-reader.js';
import { contentOf, type FilesState, filesOf, imageGroups } from '../source/source-state.js';

/** How {@link compareFiles} compares. */
export interface CompareFiles {
  readonly reader: ImageReader;
  /** Images behind every shard but the last of a split. */
  readonly shardImages: number;
  /** Also reads the images whose files have the sizes and times of before. */
  readonly everyImage?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of images after every group that was compared. */
  readonly onImages?: (images: number) => void;
}

/** The splits whose images differ from before, and the state to keep of the others. */
export interface ComparedFiles {
  readonly changed: readonly Split[];
  /** Has the times of now. The same object as before if no time has changed. */
  readonly state: SourceState;
}

/**
 * Compares the files of a source with the state in which their shards were prepared. Where sizes and times
 * are as before, so are the images. Where they are not, as after a copy or a download, the images are read
 * and compared. Shards that have no state are as they were.
 *
 * @throws AbortError on `signal`. An image that cannot be read any more is a change.
 */
export async function compareFiles(
  source: IlsvrcSource,
  before: SourceState,
  options: CompareFiles,
): Promise<ComparedFiles> {
  const changed: Split[] = [];
  const state = { ...before };
  let isTouched = false;
  for (const split of splits) {
    const now = await compareSplit(source, split, before[split], options);
    if (!now) changed.push(split);
    else if (now.some((files, shard) => files !== before[split][shard])) {
      state[split] = now;
      isTouched = true;
    }
  }
  return { changed, state: isTouched ? state : before };
}

/** The states of the shards of a split; undefined if an image differs. */
async function compareSplit(
  source: IlsvrcSource,
  split: Split,
  before: readonly (FilesState | null)[],
  { reader, shardImages, everyImage = false, signal, onImages }: CompareFiles,
): Promise<(FilesState | null)[] | undefined> {
  const now: (FilesState | null)[] = [];
  if (before.length === 0) return now;
  for await (const images of imageGroups(source.images(split), shardImages)) {
    signal?.throwIfAborted();
    const then = before[now.length];
    let state = then ?? null;
    if (then) {
      const files = await filesOf(images);
      if (files !== then.files || everyImage) {
        if ((await contentOf(images, reader)) !== then.content) return undefined;
        state = files === then.files ? then : { ...then, files };
      }
    }
    onImages?.(images.length);
    if (now.push(state) === before.length) break;
  }
  return now;
}
