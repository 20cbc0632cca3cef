import { dirname, join } from 'node:path';
import { installedFile } from './installed-file.js';

/** The path of a built program of this package that the library starts, wherever this module runs from. */
export function builtProgram(name: string): string {
  return join(dirname(installedFile('@alexnet/imagenet-reader/package.json')), 'dist', name);
}
