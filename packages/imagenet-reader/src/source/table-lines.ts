import { readSmallFile } from './byte-source.js';
import { kindOf } from './file-kind.js';
import { printable } from './printable.js';

/** A line of a table and its number, counted from 1. */
export interface TableLine {
  readonly number: number;
  /** Without spaces at its ends; '' for a line that holds nothing but spaces and separators. */
  readonly text: string;
}

const LARGEST_TABLE = 1 << 26; // Kaggle's LOC_val_solution.csv has about 3 MB

/**
 * The lines of a small text file as editors and spreadsheets save it: UTF-8, or UTF-16 with a byte order
 * mark, with any line ends. Blank lines are kept, so that no line moves up, except at the end of the file.
 *
 * @throws Error that names the file if it is missing or not text.
 */
export async function tableLines(file: string): Promise<TableLine[]> {
  if ((await kindOf(file)) !== 'file') {
    throw new Error(`${file} is missing or not a file; fetch it to this folder.`);
  }
  const text = decodeText(await readSmallFile(file, LARGEST_TABLE), file);
  const lines = text.split(/\r\n?|\n/).map((line, i) => {
    const isBlank = /^[\s,;]*$/.test(line);
    return { number: i + 1, text: isBlank ? '' : line.replace(/^ +| +$/g, '') };
  });
  while (lines.at(-1)?.text === '') lines.pop();
  return lines;
}

/**
 * The first value of a row and the rest, as in `a<TAB>b`, `a,b`, `a;b` or `"a","b, c"`; undefined if there is
 * no separator. A comma or semicolon separates only if the row has no tab.
 */
export function splitRow(text: string): [string, string] | undefined {
  const row = unquoted(text);
  const separators = row.includes('\t') ? '\t' : ',;';
  const pattern = new RegExp(`^(?:"((?:[^"]|"")*)"|([^${separators}]*))\\s*[${separators}](.*)$`);
  const [, quoted, plain, rest] = pattern.exec(row) ?? [];
  if (rest === undefined) return undefined;
  return [quoted === undefined ? (plain ?? '').trim() : unquoted(`"${quoted}"`), lastValue(rest)];
}

/** The last value of a row, without its quotes and the separators of empty columns behind it. */
export function lastValue(text: string): string {
  return unquoted(text.replace(/[\t,;\s]+$/, '').trim());
}

function unquoted(text: string): string {
  const inner = /^"((?:[^"]|"")*)"$/.exec(text)?.[1];
  return inner === undefined ? text : inner.replaceAll('""', '"').trim();
}

/**
 * The text of a file as editors save it: UTF-8, or UTF-16 with a byte order mark, which is removed.
 *
 * @throws Error that names the file if it is not text.
 */
export function decodeText(bytes: Buffer, file: string): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes); // without the byte order mark
    if (!text.includes('\0')) return text;
  } catch (error) {
    throw notText(file, encoding, error);
  }
  throw notText(file, encoding);
}

function notText(file: string, encoding: string, cause?: unknown): Error {
  return new Error(`${printable(file)} is not ${encoding.toUpperCase()} text; save it as UTF-8.`, { cause });
}
