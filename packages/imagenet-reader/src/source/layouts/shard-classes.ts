import { readSmallFile } from '../byte-source.js';
import { readNames, readSynsetWords, readWords } from '../class-words.js';
import { firstPresent } from '../file-kind.js';
import { type ImageClass, META_FILE } from '../ilsvrc-source.js';
import { decodeText } from '../table-lines.js';

/**
 * The list of classes next to the shards: `meta.json` of prepare, `synset_words.txt` and the like with lines
 * of `<wnid> <words>`, or `classnames.txt` with names. A `meta.json` without classes is another program's.
 */
export async function classList(path: string): Promise<string | undefined> {
  const meta = await firstPresent(path, [META_FILE]);
  if (meta !== undefined && (await listsClasses(meta))) return meta;
  return firstPresent(path, [...SYNSET_LISTS, NAMES]);
}

/**
 * The classes of WebDataset shards, by label. They come from the {@link classList}. Without a list they are
 * the WordNet IDs in the keys, or else the label numbers.
 *
 * @param wnids WordNet IDs by label, with a key for every label that occurs; '' or undefined if the keys do
 *   not tell.
 * @throws Error that names the list if it is malformed or too short for the labels.
 */
export async function shardClasses(
  path: string,
  wnids: ReadonlyMap<number, string | undefined>,
  list: string | undefined,
): Promise<ImageClass[]> {
  const count = [...wnids.keys()].reduce((most, label) => Math.max(most, label + 1), 0);
  const words = await readWords(path);
  const known = (label: number): ImageClass => {
    const wnid = wnids.get(label) || String(label);
    return { wnid, words: words.get(wnid) ?? wnid };
  };
  if (list === undefined) return Array.from({ length: count }, (_, label) => known(label));
  const classes = await readList(list, count, known);
  if (classes.length === count - 1 && !wnids.has(0)) {
    throw new Error(
      `${path}: no image has label 0 and ${list} lists ${classes.length} classes, so the labels seem to count from 1; subtract 1 from each and pack the shards again.`,
    );
  }
  if (classes.length < count) {
    throw new Error(
      `${list} lists ${classes.length} classes but there is a label ${count - 1}; use the list of these shards.`,
    );
  }
  return classes;
}

const SYNSET_LISTS = ['synset_words.txt', 'LOC_synset_mapping.txt'];
const NAMES = 'classnames.txt';
const LARGEST_META = 1 << 28;

async function readList(
  list: string,
  labels: number,
  known: (label: number) => ImageClass,
): Promise<ImageClass[]> {
  if (list.endsWith(META_FILE)) return readMetaClasses(list);
  if (!list.endsWith(NAMES)) return readSynsetWords(list);
  return (await readNames(list, labels)).map((words, label) => ({ wnid: known(label).wnid, words }));
}

async function listsClasses(file: string): Promise<boolean> {
  return /"classes"\s*:/.test((await readSmallFile(file, LARGEST_META)).toString('latin1'));
}

async function readMetaClasses(file: string): Promise<ImageClass[]> {
  try {
    const { classes } = JSON.parse(decodeText(await readSmallFile(file, LARGEST_META), file)) as {
      classes: ImageClass[];
    };
    return classes.map(({ wnid, words }) => {
      if (typeof wnid !== 'string' || wnid === '') throw new TypeError('a class has no wnid.');
      return { wnid, words: typeof words === 'string' ? words : wnid };
    });
  } catch (error) {
    throw new Error(`${file} has no list of classes; prepare the data again, or remove the file.`, {
      cause: error,
    });
  }
}
