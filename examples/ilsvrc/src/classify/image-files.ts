import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { leftOutText, listImages } from '@alexnet/imagenet-reader';
import { UsageError } from '../cli/errors.js';
import { say } from '../cli/say.js';

/** The file of an image to classify, not read yet. */
export interface ImageFile {
  /** Its name as it is printed. */
  readonly name: string;
  /** @throws Error with the reason if it cannot be read. */
  read(): Promise<Uint8Array>;
}

/** The name of standard input. */
const STDIN = '-';
/** Bytes of the largest file that is read as an image, by `prepare` too. */
const LARGEST_FILE = 2 ** 28;

/**
 * The images that the command line names: files, the images in folders and, as `-`, an image from standard
 * input. Files that do not exist stay in the list, to be named when their turn comes.
 *
 * @throws UsageError if a folder holds no images, or standard input is named twice or is a terminal.
 */
export async function imageFiles(paths: readonly string[], signal: AbortSignal): Promise<ImageFile[]> {
  if (paths.filter((path) => path === STDIN).length > 1) throw new UsageError('- can be given only once.');
  const lists = await Promise.all(paths.map((path) => filesOf(path, signal)));
  return lists.flat();
}

async function filesOf(path: string, signal: AbortSignal): Promise<ImageFile[]> {
  if (path === STDIN) {
    if (process.stdin.isTTY)
      throw new UsageError('- reads an image from a pipe, as in: cat dog.jpg | alexnet classify -.');
    return [{ name: STDIN, read: () => fromPipe(process.stdin, signal) }];
  }
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [fileAt(path)];
  const { names, leftOut } = await listImages(path);
  if (names.length === 0)
    throw new UsageError(
      `${path} holds no images${leftOut.length > 0 ? `, only ${leftOutText(leftOut)}` : ''}.`,
    );
  if (leftOut.length > 0) say(`  ${path}: left out: ${leftOutText(leftOut)}`);
  return names.map((name) => fileAt(join(path, name)));
}

function fileAt(path: string): ImageFile {
  return {
    name: path,
    async read() {
      const found = await stat(path);
      if (!found.isFile()) throw new Error('it is not a file');
      if (found.size > LARGEST_FILE) throw tooLarge();
      return readFile(path);
    },
  };
}

/** Everything that comes out of a pipe, until it ends or the signal aborts. */
async function fromPipe(pipe: Readable, signal: AbortSignal): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of addAbortSignal(signal, pipe)) {
    parts.push(part);
    bytes += part.length;
    if (bytes > LARGEST_FILE) throw tooLarge();
  }
  return Buffer.concat(parts);
}

function tooLarge(): Error {
  return new Error(`it has more than ${LARGEST_FILE / 2 ** 20} MiB`);
}
