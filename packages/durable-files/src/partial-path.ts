/** The name of a file or folder until it is whole. It has the process's id, as another may be writing the same file. */
export function partialPath(path: string): string {
  return `${path}.${process.pid}.partial`;
}

/** A folder may be spelled with a slash at the end; the names made from it must not begin inside it. */
export function withoutSlash(path: string): string {
  return path.replace(/(?<=.)[\\/]+$/, '');
}
