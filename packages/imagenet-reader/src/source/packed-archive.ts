import { basename, dirname } from 'node:path';

/** How archives are unpacked into a folder, by the endings of their names. */
const COMMANDS: readonly (readonly [ending: RegExp, command: (file: string, folder: string) => string])[] = [
  [/\.(tar\.gz|tgz)$/i, (file, folder) => `tar -xzf ${file} -C ${folder}`],
  [/\.(tar\.bz2|tbz2?)$/i, (file, folder) => `tar -xjf ${file} -C ${folder}`],
  [/\.(tar\.xz|txz)$/i, (file, folder) => `tar -xJf ${file} -C ${folder}`],
  [/\.(tar\.zst|tzst)$/i, (file, folder) => `tar --zstd -xf ${file} -C ${folder}`],
  [/\.zip$/i, (file, folder) => `unzip -q ${file} -d ${folder}`],
  [/\.7z$/i, (file, folder) => `7z x ${file} -o${folder}`],
  [/\.rar$/i, (file, folder) => `unrar x ${file} ${folder}/`],
];

/** What to type to unpack an archive beside itself; undefined for a file that is not one by its name. */
export function unpackCommand(file: string): string | undefined {
  const [, command] = COMMANDS.find(([ending]) => ending.test(basename(file))) ?? [];
  return command?.(quoted(file), quoted(dirname(file)));
}

/** The error for a packed archive, which says what to type. */
export function notUnpacked(file: string): Error {
  const folder = dirname(file) === '.' ? 'this folder' : dirname(file);
  return new Error(`${file} is not unpacked; type ${unpackCommand(file)}, then give ${folder}.`);
}

/** A path as one word of a shell. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
