import { join } from 'node:path';
import { readSmallFile } from './byte-source.js';
import { kindOf } from './file-kind.js';

const LARGEST_TABLE = 1 << 26; // Kaggle's LOC_val_solution.csv has about 3 MB

/** The lines of a small text file, without empty ones. @throws Error that names the file. */
export async function tableLines(file: string): Promise<string[]> {
  if ((await kindOf(file)) !== 'file') {
    throw new Error(`${file} is missing or not a file; fetch it to this folder.`);
  }
  const text = (await readSmallFile(file, LARGEST_TABLE)).toString('utf8');
  return text.split(/\r?\n/).filter((line) => line !== '');
}

/** Reads the lines `<class><TAB><words>` of `words.txt`; the map is empty if there is no such file. */
export async function readWords(folder: string): Promise<Map<string, string>> {
  const file = join(folder, 'words.txt');
  if ((await kindOf(file)) !== 'file') return new Map();
  const words = new Map<string, string>();
  for (const [i, line] of (await tableLines(file)).entries()) {
    const tab = line.indexOf('\t');
    if (tab < 1) throw new Error(`${file}: line ${i + 1} must be '<class><TAB><words>'.`);
    words.set(line.slice(0, tab), line.slice(tab + 1).trim());
  }
  return words;
}

/**
 * Reads lines of `<wnid> <words>` in label order, as in `LOC_synset_mapping.txt` and Caffe's
 * `synset_words.txt`.
 */
export async function readSynsetWords(file: string): Promise<{ wnid: string; words: string }[]> {
  return (await tableLines(file)).map((line, i) => {
    const [, wnid, words] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
    if (!wnid || !words) throw new Error(`${file}: line ${i + 1} must be '<wnid> <words>'.`);
    return { wnid, words: words.trim() };
  });
}
