import { join } from 'node:path';

/** The file names of oneDNN's library on a platform and of the libraries that it needs. */
interface LibraryNames {
  /** For error messages. */
  pattern: string;
  /**
   * Matches a file name; the group is the version, '2' or '3.7', and is missing if the name has no version.
   */
  matches: RegExp;
  /** Libraries that are loaded first if they are in the same folder. */
  dependencies: string[];
}

const linux: LibraryNames = {
  pattern: 'libdnnl.so.*',
  matches: /^libdnnl\.so\.([23](?:\.\d+)*)$/,
  dependencies: ['libgomp.so.1', 'libOpenCL.so.1'],
};

const mac: LibraryNames = {
  pattern: 'libdnnl.*.dylib',
  matches: /^libdnnl(?:\.([23](?:\.\d+)*))?\.dylib$/,
  dependencies: ['libomp.dylib'],
};

/** The file names on this platform. */
export const libraryNames: LibraryNames = process.platform === 'darwin' ? mac : linux;

/** Debian's name for this processor, as in its library folders. */
const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';

/** The folders that this system's loader searches, an active conda environment and Homebrew's folders. */
export function librarySearchFolders(): string[] {
  const isMac = process.platform === 'darwin';
  const { LD_LIBRARY_PATH, DYLD_LIBRARY_PATH, CONDA_PREFIX } = process.env;
  const fromPath = ((isMac ? DYLD_LIBRARY_PATH : LD_LIBRARY_PATH) ?? '').split(':').filter(Boolean);
  const conda = CONDA_PREFIX ? [join(CONDA_PREFIX, 'lib')] : [];
  const system = isMac
    ? ['/opt/homebrew/lib', '/opt/homebrew/opt/onednn/lib', '/usr/local/lib', '/usr/local/opt/onednn/lib']
    : [`/usr/lib/${triplet}`, '/usr/local/lib', '/usr/lib64', '/usr/lib'];
  return [...fromPath, ...conda, ...system];
}
