import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.js';

type OnLine = ((line: string) => void) | undefined;

/**
 * Fetches and unpacks Debian packages with apt's own checks of signatures and hashes. It needs no root and
 * changes nothing in the system, because apt's state and cache are in a separate folder.
 */
export class AptPackages {
  readonly #folder: string;
  readonly #onLine: OnLine;
  readonly #architecture: string | undefined;
  #ownLists = false;

  /**
   * @param folder an empty folder for lists, downloads and unpacked files.
   * @param architecture Debian's name of an architecture other than this system's, such as 'arm64'; it
   * requires `update`.
   */
  constructor(folder: string, onLine?: OnLine, architecture?: string) {
    this.#folder = folder;
    this.#onLine = onLine;
    this.#architecture = architecture;
  }

  /** The names of all packages that begin with `prefix`. */
  async names(prefix: string): Promise<string[]> {
    const names = await runCommand('apt-cache', [...(await this.#options()), 'pkgnames', prefix]);
    return names.split('\n').filter(Boolean);
  }

  /** The `Depends` field of a package. */
  async dependencies(name: string): Promise<string> {
    const options = [...(await this.#options()), 'show', '--no-all-versions', name];
    return /^Depends: (.*)$/m.exec(await runCommand('apt-cache', options))?.[1] ?? '';
  }

  /** The version that apt would install, or undefined if the package is not in its lists. */
  async candidate(name: string): Promise<string | undefined> {
    const policy = await runCommand('apt-cache', [...(await this.#options()), 'policy', name]);
    const version = /Candidate: (\S+)/.exec(policy)?.[1];
    return version === '(none)' ? undefined : version;
  }

  /**
   * Fetches separate package lists and leaves the system's unchanged.
   *
   * @returns the first failure if some lists could not be fetched; the others are used.
   */
  async update(): Promise<string | undefined> {
    this.#ownLists = true;
    await mkdir(join(this.#folder, 'state', 'lists', 'partial'), { recursive: true });
    const failures: string[] = [];
    const onLine = (line: string): void => {
      if (/^[WE]: Failed to fetch/.test(line)) failures.push(line.slice(3));
      this.#onLine?.(line);
    };
    await runCommand('apt-get', [...(await this.#options()), 'update'], { onLine });
    return failures[0];
  }

  /** Downloads and unpacks a package, and returns the root of the tree that all packages share. */
  async unpack(name: string): Promise<string> {
    const download = join(this.#folder, 'download', name);
    const root = join(this.#folder, 'root');
    await mkdir(download, { recursive: true });
    await mkdir(join(this.#folder, 'cache', 'archives', 'partial'), { recursive: true });
    await runCommand('apt-get', [...(await this.#options()), 'download', name], {
      cwd: download,
      ...this.#withLines(),
    });
    for (const file of await readdir(download)) {
      if (file.endsWith('.deb')) await runCommand('dpkg-deb', ['-x', join(download, file), root]);
    }
    return root;
  }

  #withLines(): { onLine?: (line: string) => void } {
    return this.#onLine ? { onLine: this.#onLine } : {};
  }

  async #options(): Promise<string[]> {
    const options = [`Dir::Cache=${join(this.#folder, 'cache')}`, 'Debug::NoLocking=1'];
    options.push('APT::Sandbox::User=root'); // if this runs as root, apt's user _apt could not enter the private folder
    if (this.#ownLists) {
      const state = join(this.#folder, 'state');
      options.push(`Dir::State=${state}`, `Dir::State::lists=${join(state, 'lists')}`);
      options.push('Dir::State::status=/var/lib/dpkg/status');
    }
    if (this.#architecture) {
      options.push(`APT::Architecture=${this.#architecture}`, `APT::Architectures=${this.#architecture}`);
    }
    const configuration = join(this.#folder, 'apt.conf');
    await writeFile(configuration, '#clear APT::Update::Post-Invoke;\n'); // in Docker images that hook empties the system's cache
    return ['-c', configuration, ...options.flatMap((option) => ['-o', option])];
  }
}
