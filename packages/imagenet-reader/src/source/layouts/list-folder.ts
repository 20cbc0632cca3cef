import type { Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { whyUnreadable } from '../byte-source.js';
import { KIND_BYTES } from '../image-bytes.js';
import { ImageList } from '../image-list.js';
import { isImageName } from '../image-names.js';
import { LeftOutCounts } from '../left-out.js';
import { printable } from '../printable.js';
import { isHiddenName, whyLeftOut } from '../why-left-out.js';
import type { ListedImages } from './tar-splits.js';

/** Files that are opened at once, to be judged by their first bytes. */
const AT_ONCE = 32;

/** The entries of a folder. @throws Error of one line that names the folder if it cannot be listed. */
export async function entriesOf(path: string): Promise<Dirent[]> {
  return readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${printable(path)} cannot be listed ${whyUnreadable(path, error)}.`, { cause: error });
  });
}

/** What an entry is, through links. A link that leads nowhere, or around in a circle, is `broken`. */
export async function kindOfEntry(
  entry: Dirent,
  path: string,
): Promise<'file' | 'folder' | 'device' | 'broken'> {
  const target = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
  if (!target) return 'broken';
  return target.isFile() ? 'file' : target.isDirectory() ? 'folder' : 'device';
}

/** The first bytes of a file, which tell its kind. */
export async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(KIND_BYTES), 0, KIND_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * Lists the images in a folder, by name. A file with the ending of an image is listed without being opened;
 * links to files count as files.
 *
 * @param options `isDeep` also lists the images in the folders inside, as `<folder>/<name>`.
 */
export async function listFolder(
  path: string,
  options: { readonly isDeep?: boolean } = {},
): Promise<ListedImages> {
  const found = { list: new ImageList(), leftOut: new LeftOutCounts() };
  await listInto(found, path, '', options.isDeep ? new Set() : undefined);
  return { list: found.list.sortedByName(), leftOut: found.leftOut.all };
}

interface Found {
  readonly list: ImageList;
  readonly leftOut: LeftOutCounts;
}

/** `linked` has the real paths of the links that led here; undefined if folders are not entered. */
async function listInto(
  found: Found,
  root: string,
  inside: string,
  linked: ReadonlySet<string> | undefined,
): Promise<void> {
  const folder = join(root, inside);
  const unknown: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const name = `${inside}${entry.name}`;
    const path = join(folder, entry.name);
    const isFile = entry.isFile() || entry.isSymbolicLink();
    if (isHiddenName(entry.name)) found.leftOut.add('hidden', path);
    else if (isFile && isImageName(entry.name)) found.list.add(name);
    else {
      const kind = await kindOfEntry(entry, path);
      if (kind === 'file') unknown.push(entry.name);
      else if (kind !== 'folder') found.leftOut.add(kind === 'broken' ? 'brokenLink' : 'device', path);
      else if (!linked) found.leftOut.add('folder', path);
      else {
        const further = entry.isSymbolicLink() ? await followed(path, folder, linked) : linked;
        if (further) await listInto(found, root, `${name}/`, further);
        else found.leftOut.add('loop', path);
      }
    }
  }
  for (let i = 0; i < unknown.length; i += AT_ONCE) {
    const names = unknown.slice(i, i + AT_ONCE);
    const reasons = await Promise.all(
      names.map((name) => whyLeftOut(name, () => firstBytes(join(folder, name)))),
    );
    for (const [j, reason] of reasons.entries()) {
      if (reason) found.leftOut.add(reason, join(folder, names[j] ?? ''));
      else found.list.add(`${inside}${names[j]}`);
    }
  }
}

/** The links that lead into a linked folder; undefined if the link leads back to where it came from. */
async function followed(
  link: string,
  folder: string,
  linked: ReadonlySet<string>,
): Promise<ReadonlySet<string> | undefined> {
  const [target, from] = await Promise.all([realpath(link), realpath(folder)]);
  const isBack = linked.has(target) || `${from}${sep}`.startsWith(`${target}${sep}`);
  return isBack ? undefined : new Set([...linked, target]);
}
