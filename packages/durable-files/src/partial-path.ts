import * as crypto from 'node:crypto';

/** Containers with one disk all have a process 1, so the process ID alone would not tell them apart. */
const writer = `${process.pid}-${crypto.randomUUID().slice(0, 8)}`;

/** The name of a file or folder until it is whole, which no other process uses: it may be writing the same file. */
export function partialPath(path: string): string {
  return `${path}.${writer}.partial`;
}

/** A folder may be spelled with a slash at the end; the names made from it must not begin inside it. */
export function withoutSlash(path: string): string {
  return path.replace(/(?<=.)[\\/]+$/, '');
}
