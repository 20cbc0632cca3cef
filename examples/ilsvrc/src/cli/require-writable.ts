import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from './errors.js';

/** @throws UsageError that names the option if nothing can be written at `path`, which need not exist yet. */
export function requireWritable(path: string, option: string): void {
  const reason = whyNotWritable(path);
  if (reason === undefined) return;
  throw new UsageError(`${path} cannot be written (${reason}); choose another folder with ${option}.`);
}

/** 'EROFS: read-only file system', or undefined if a folder can be written at `path`. */
export function whyNotWritable(path: string): string | undefined {
  const folder = nearestExisting(resolve(path));
  if (!statSync(folder).isDirectory()) return `${folder} is not a folder`;
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/, access .*$/, '');
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
