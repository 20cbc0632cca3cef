import { readSmallFile } from '../byte-source.js';
import { readNames, readSynsetWords, readWords } from '../class-words.js';
import { firstPresent } from '../file-kind.js';
import { type ImageClass, META_FILE } from '../ilsvrc-source.js';

/**
 * The classes of WebDataset shards, by label. They come from a list next to the shards (`meta.json` of
 * prepare; `synset_words.txt` and the like with lines of `<wnid> <words>`; `classnames.txt` with names).
 * Without a list they are the WordNet IDs in the keys, or else the label numbers.
 *
 * @param wnids WordNet IDs by label, with a key for every label that occurs; '' or undefined if the keys do
 *   not tell.
 * @throws Error that names the list if it is malformed or too short for the labels.
 */
export async function shardClasses(
  path: string,
  wnids: ReadonlyMap<number, string | undefined>,
): Promise<ImageClass[]> {
  const count = [...wnids.keys()].reduce((most, label) => Math.max(most, label + 1), 0);
  const words = await readWords(path);
  const known = (label: number): ImageClass => {
    const wnid = wnids.get(label) || String(label);
    return { wnid, words: words.get(wnid) ?? wnid };
  };
  const list = await firstPresent(path, [META_FILE, ...SYNSET_LISTS, NAMES]);
  if (list === undefined) return Array.from({ length: count }, (_, label) => known(label));
  const classes = await readList(list, known);
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

async function readList(list: string, known: (label: number) => ImageClass): Promise<ImageClass[]> {
  if (list.endsWith(META_FILE)) return readMetaClasses(list);
  if (!list.endsWith(NAMES)) return readSynsetWords(list);
  return (await readNames(list)).map((words, label) => ({ wnid: known(label).wnid, words }));
}

async function readMetaClasses(file: string): Promise<ImageClass[]> {
  try {
    const { classes } = JSON.parse((await readSmallFile(file, LARGEST_META)).toString('utf8')) as {
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
