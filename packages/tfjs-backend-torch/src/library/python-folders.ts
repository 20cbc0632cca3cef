import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';

/** The package folders of a Python environment: `lib/python3.12/site-packages`, newest Python first. */
export function packageFolders(environment: string): string[] {
  const folders = ['lib', 'lib64', 'local/lib'].flatMap((lib) =>
    pythonFolders(join(environment, lib)).flatMap((python) => [
      join(python, 'site-packages'),
      join(python, 'dist-packages'), // Debian's name for the packages of the system's Python
    ]),
  );
  return unique(folders.filter((folder) => existsSync(folder)));
}

/**
 * The package folders that the first `python3` on the PATH imports from, found by following its file; Python
 * itself is not run. Those of a virtual environment come before those of the Python that it was made from.
 */
export function packageFoldersOnPath(environment: NodeJS.ProcessEnv = process.env): string[] {
  const python = (environment.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, 'python3'))
    .find((path) => existsSync(path));
  if (!python) return [];
  const shimmed = ofVersionManager(python, environment);
  const environments = shimmed
    ? [shimmed]
    : [dirname(dirname(python)), dirname(dirname(realpathSync(python)))];
  const home = environment.HOME ? [join(environment.HOME, '.local')] : [];
  return unique([...environments, ...home].flatMap(packageFolders));
}

/** The environment behind a shim of pyenv, which is a script in `<root>/shims`. */
function ofVersionManager(python: string, environment: NodeJS.ProcessEnv): string | undefined {
  const folder = dirname(python);
  if (basename(folder) !== 'shims') return undefined;
  const root = dirname(folder);
  const chosen = environment.PYENV_VERSION ?? firstLine(join(root, 'version'));
  const path = join(root, 'versions', chosen.split(':')[0] ?? '');
  return chosen && existsSync(path) ? path : undefined;
}

/** `python3.9` to `python3.13`, and Debian's `python3`. */
function pythonFolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const collator = new Intl.Collator('en', { numeric: true });
  return readdirSync(folder)
    .filter((name) => /^python3(\.\d+)?t?$/.test(name))
    .sort((a, b) => collator.compare(b, a))
    .map((name) => join(folder, name));
}

function firstLine(path: string): string {
  return existsSync(path) ? (readFileSync(path, 'utf8').split('\n')[0] ?? '').trim() : '';
}

function unique(folders: readonly string[]): string[] {
  return [...new Set(folders)];
}
