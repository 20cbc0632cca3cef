import { byName } from './image-names.js';

/** Why a file or folder of a data set is not among its images. */
export type LeftOutReason =
  | 'hidden'
  | 'notAnImage'
  | 'formatNotRead'
  | 'unreadable'
  | 'brokenLink'
  | 'loop'
  | 'device'
  | 'folder'
  | 'withoutClass'
  | 'noSample';

/** The files of a data set that are left out for one reason. */
export interface LeftOut {
  readonly reason: LeftOutReason;
  readonly count: number;
  /** How many have each ending, in lower case with its dot; '' for those without one. */
  readonly endings: Readonly<Record<string, number>>;
  /** The path of the first of them. */
  readonly first: string;
}

/** One and several of them, and whether their endings tell more. */
const WORDS: Readonly<Record<LeftOutReason, readonly [one: string, several: string, endings?: true]>> = {
  formatNotRead: ['image of a format that is not read', 'images of formats that are not read', true],
  withoutClass: ['image outside the class folders', 'images outside the class folders'],
  noSample: ['image that belongs to no sample', 'images that belong to no sample'],
  unreadable: ['file that cannot be opened', 'files that cannot be opened', true],
  brokenLink: ['broken link', 'broken links'],
  loop: ['link to a folder that holds it', 'links to folders that hold them'],
  device: ['link, pipe or device', 'links, pipes or devices'],
  folder: ['folder', 'folders'],
  notAnImage: ['file that is not an image', 'files that are not images', true],
  hidden: ['hidden file or folder', 'hidden files or folders'],
};
const MOST_ENDINGS = 5;

/** Counts what is left out. */
export class LeftOutCounts {
  readonly #found: Map<LeftOutReason, { count: number; endings: Map<string, number>; first: string }> =
    new Map();

  /** Counts a file; `path` is as messages name it. */
  add(reason: LeftOutReason, path: string): void {
    const ending = /[^/\\.]+(\.\w{1,9})$/.exec(path)?.[1]?.toLowerCase() ?? '';
    this.#add(reason, { count: 1, endings: { [ending]: 1 }, first: path });
  }

  /** Adds other counts to these. */
  addAll(others: Iterable<LeftOut>): void {
    for (const { reason, ...counted } of others) this.#add(reason, counted);
  }

  /** The counts, those that matter most first. */
  get all(): readonly LeftOut[] {
    return (Object.keys(WORDS) as LeftOutReason[]).flatMap((reason) => {
      const found = this.#found.get(reason);
      return found ? [{ reason, ...found, endings: Object.fromEntries(found.endings) }] : [];
    });
  }

  #add(reason: LeftOutReason, { count, endings, first }: Omit<LeftOut, 'reason'>): void {
    const found = this.#found.get(reason) ?? { count: 0, endings: new Map<string, number>(), first };
    found.count += count;
    for (const [ending, more] of Object.entries(endings)) {
      found.endings.set(ending, (found.endings.get(ending) ?? 0) + more);
    }
    this.#found.set(reason, found);
  }
}

/**
 * What is left out, in words.
 *
 * @example
 * leftOutText(source.leftOut); // '4 images of formats that are not read (.bmp 3, .heic 1), 1 hidden file or folder'
 */
export function leftOutText(leftOut: readonly LeftOut[]): string {
  return leftOut
    .map(({ reason, count, endings }) => {
      const [one, several, hasEndings] = WORDS[reason];
      const what = `${count.toLocaleString('en')} ${count === 1 ? one : several}`;
      return hasEndings ? `${what} (${endingsText(endings)})` : what;
    })
    .join(', ');
}

function endingsText(endings: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(endings).sort(([a, m], [b, n]) => n - m || byName(a || '~', b || '~'));
  const named = sorted.slice(0, MOST_ENDINGS).map(([ending, count]) => {
    const what = ending || 'no ending';
    return sorted.length === 1 ? what : `${what} ${count.toLocaleString('en')}`;
  });
  const others = sorted.slice(MOST_ENDINGS).reduce((sum, [, count]) => sum + count, 0);
  return [...named, ...(others > 0 ? [`others ${others.toLocaleString('en')}`] : [])].join(', ');
}
