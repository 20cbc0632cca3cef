import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The first version whose C ABI calls every operator by name. */
export const oldestVersion = '2.10';

/**
 * The version of the PyTorch with that library folder, read from `torch/version.py` of a Python package or
 * from `build-version` of a libtorch archive; nothing is loaded.
 *
 * @returns undefined if neither file names a version.
 */
export function torchVersion(libraryFolder: string): string | undefined {
  const parent = dirname(libraryFolder);
  const ofPackage = /^__version__\s*=\s*['"]([^'"]+)['"]/m.exec(textOf(join(parent, 'version.py')))?.[1];
  const version = ofPackage ?? textOf(join(parent, 'build-version')).trim();
  return /^\d+\.\d+/.test(version) ? version : undefined;
}

/** True from version 2.10 on. */
export function isSupportedVersion(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestVersion.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // most folders have only one of the two files
  }
}
