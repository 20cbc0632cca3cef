import { join } from 'node:path';
import { kindOf } from './file-kind.js';
import { printable } from './printable.js';
import { lastValue, splitRow, tableLines } from './table-lines.js';

/**
 * Reads the lines `<class><TAB><words>` of `words.txt`, also with commas or semicolons; the map is empty if
 * there is no such file. Blank lines and classes without words are left out.
 */
export async function readWords(folder: string): Promise<Map<string, string>> {
  const file = join(folder, 'words.txt');
  if ((await kindOf(file)) !== 'file') return new Map();
  const words = new Map<string, string>();
  for (const { number, text } of await tableLines(file)) {
    if (text === '') continue;
    const [name, inWords] = splitRow(text) ?? ['', ''];
    if (name === '') throw badLine(file, number, "must be '<class><TAB><words>'", text);
    if (inWords !== '') words.set(name, inWords);
  }
  return words;
}

/** The headings that spreadsheets and scripts write above a column of WordNet IDs or names. */
const HEADING =
  /^(wnids?|wordnet(.?ids?)?|synsets?(.?ids?)?|class(es)?(.?(ids?|names?))?|ids?|labels?|names?|words|folders?|categor(y|ies))$/i;

/**
 * Reads lines of `<wnid> <words>` in label order, as in `LOC_synset_mapping.txt` and Caffe's
 * `synset_words.txt`. A blank line between them is an error, since the line's place is the label. A heading
 * above WordNet IDs has no label.
 */
export async function readSynsetWords(file: string): Promise<{ wnid: string; words: string }[]> {
  const rows = await synsetRows(file);
  const [first, ...others] = rows;
  const isHeading =
    first && HEADING.test(first.wnid) && others.length > 0 && others.every(({ wnid }) => isWnid(wnid));
  return isHeading ? others : rows;
}

function isWnid(text: string): boolean {
  return /^n\d{8}$/.test(text);
}

async function synsetRows(file: string): Promise<{ wnid: string; words: string }[]> {
  return (await tableLines(file)).map(({ number, text }) => {
    const [, wnid, rest] = /^"?([^\s,;"]+)"?[\s,;]+(.+)$/.exec(lastValue(text)) ?? [];
    const words = lastValue(rest ?? '');
    if (!wnid || words === '') throw badLine(file, number, "must be '<wnid> <words>'", text);
    return { wnid, words };
  });
}

/**
 * Reads a name from each line, in label order. A blank line between them is an error.
 *
 * @param labels The number of labels; a heading above that many names is not one of them.
 */
export async function readNames(file: string, labels?: number): Promise<string[]> {
  const names = (await tableLines(file)).map(({ number, text }) => {
    const name = lastValue(text);
    if (name === '') throw badLine(file, number, `must be the name of label ${number - 1}`, text);
    return name;
  });
  return names.length - 1 === labels && HEADING.test(names[0] ?? '') ? names.slice(1) : names;
}

/** The error for a line of a table that breaks a rule. */
export function badLine(file: string, number: number, rule: string, text: string): Error {
  return new Error(`${file}: line ${number} ${rule}, got '${printable(text.slice(0, 40))}'.`);
}
