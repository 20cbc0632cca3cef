import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Devkit } from './devkit.js';
import { byName } from './image-group.js';

/**
 * Reads the two tables of Kaggle's 'ImageNet Object Localization Challenge': `LOC_synset_mapping.txt` (`<wnid> <words>`, in the
 * order of labels) and `LOC_val_solution.csv` (`<image>,<wnid> <box> ...`).
 *
 * @throws Error that names the file, and the line where one is malformed.
 */
export async function readKaggleTables(path: string): Promise<Devkit> {
  const mapping = join(path, 'LOC_synset_mapping.txt');
  const classes = (await lines(mapping)).map((line, i) => {
    const [, wnid, words] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
    if (!wnid || !words) throw new Error(`${mapping}: line ${i + 1} must be '<wnid> <words>'.`);
    return { wnid, words: words.trim() };
  });
  const labels = new Map(classes.map(({ wnid }, label) => [wnid, label]));
  const labelsLocation = join(path, 'LOC_val_solution.csv');
  const [, ...rows] = await lines(labelsLocation);
  const solutions = rows.map((line, i) => {
    const [, image, wnid = ''] = /^([^,]+),(\S+)/.exec(line) ?? [];
    const label = labels.get(wnid);
    if (!image || label === undefined) {
      throw new Error(`${labelsLocation}: line ${i + 2} must be '<image>,<wnid> ...' of a known class.`);
    }
    return { image, label };
  });
  solutions.sort((a, b) => byName(a.image, b.image)); // the pictures are taken in the order of their names
  return { classes, labelsLocation, valLabels: Uint32Array.from(solutions, ({ label }) => label) };
}

async function lines(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split(/\r?\n/).filter((line) => line !== '');
  } catch (error) {
    throw new Error(`${file} is missing or unreadable; fetch it to that folder.`, { cause: error });
  }
}
